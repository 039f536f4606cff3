"""What may be done with polls."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from types import EllipsisType
from zoneinfo import ZoneInfo

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.desk import writing
from collab.errors import Conflict, Forbidden, Invalid
from collab.polls import queries
from collab.polls.models import Ballot, Poll, PollOption, Vote, Voter
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Workspace


def create(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    title: str,
    body: str,
    *,
    options: Sequence[str],
    multiple: bool = False,
    anonymous: bool = False,
    blind: bool = False,
    closes_at: datetime | None = None,
    guests: bool = False,
) -> Poll:
    """A new poll, out at once; a guest's, and one that is made with ``guests``, is for guests too."""
    poll = Poll(place_id=workspace.id, multiple=multiple, anonymous=anonymous, blind=blind)
    _set_end(viewer, poll, closes_at)
    writing.put(db, viewer, workspace, poll, title, body, guests=guests)
    _offer(db, poll, options)
    return poll


def _set_end(viewer: Viewer, poll: Poll, closes_at: datetime | None) -> None:
    poll.closes_at = closes_at
    poll.due_on = closes_at.astimezone(ZoneInfo(viewer.timezone)).date() if closes_at else None


def _offer(db: Session, poll: Poll, options: Sequence[str]) -> None:
    db.add_all(
        PollOption(entry_id=poll.id, workspace_id=poll.workspace_id, position=number, text=words)
        for number, words in enumerate(options)
    )


def has_votes(db: Session, poll: Poll) -> bool:
    """Has anybody voted? Also somebody whom the viewer may not notice: their vote must keep its meaning.

    Says ``policy=True``: an answer that somebody chose does not become another one.
    """
    votes = Voter if poll.anonymous else Vote
    found = select(exists().where(votes.entry_id == poll.id)).execution_options(policy=True)
    return bool(db.scalar(found))


def edit(
    db: Session,
    viewer: Viewer,
    poll: Poll,
    title: str,
    body: str,
    /,
    *,
    base_version: int,
    options: Sequence[str] | None = None,
    closes_at: datetime | EllipsisType | None = ...,
    note: str = "",
) -> None:
    """Change the words, the end, and the answers as long as nobody has voted.

    What is not given (options None, the end "...") stays. Raises Conflict if it changed since
    ``base_version``, Invalid for other answers once somebody has voted.
    """
    writing.edit(db, viewer, poll, title, body, base_version=base_version, note=note)
    if not isinstance(closes_at, EllipsisType) and closes_at != poll.closes_at:
        if poll.is_closed:
            raise Invalid({"closes_at": "poll_is_closed"})
        if closes_at is not None and closes_at <= clock.now():
            raise Invalid({"closes_at": "end_in_past"})
        _set_end(viewer, poll, closes_at)
        poll.version += 1
    present = [row.text for row in queries.options(db, viewer, poll)]
    if options is None or list(options) == present:
        return
    if poll.is_closed or has_votes(db, poll):
        raise Invalid({"options": "somebody_voted"})
    db.execute(delete(PollOption).where(PollOption.entry_id == poll.id).execution_options(policy=True))
    _offer(db, poll, options)
    poll.version += 1


# Voting ------------------------------------------------------------------------------------------


def may_vote(db: Session, viewer: Viewer, poll: Poll) -> bool:
    """Whoever reads a poll there votes in it, guests too, until it is closed."""
    return poll.published_at is not None and not poll.is_closed and access.allowed(db, viewer, "react", poll)


def seal(key: str, poll: Poll, viewer: Viewer) -> str:
    """What stands for the viewer on a secret ballot. ``key`` is the installation's; the database has none."""
    words = f"ballot {poll.public_id} {viewer.me}".encode()
    return hmac.new(key.encode(), words, hashlib.sha256).hexdigest()


def vote(db: Session, viewer: Viewer, poll: Poll, chosen: Sequence[str], key: str) -> None:
    """The viewer's choice from now on, by the options' public ids; none takes the vote back.

    Voting the same twice changes nothing. Invalid for an unknown option, or several where one is asked.
    """
    access.require(db, viewer, "react", poll)
    entries.locked_version(db, viewer, poll)  # one after the other: nobody has two votes
    db.refresh(poll, ["settled_at", "closes_at"])
    if poll.is_closed:
        raise Invalid({"options": "poll_is_closed"})
    if not may_vote(db, viewer, poll):
        raise Forbidden
    known = {row.public_id: row.id for row in queries.options(db, viewer, poll)}
    if not set(chosen) <= set(known):
        raise Invalid({"options": "not_valid"})
    ids = {known[public_id] for public_id in chosen}
    if len(ids) > 1 and not poll.multiple:
        raise Invalid({"options": "only_one"})
    put = _put_secretly if poll.anonymous else _put
    put(db, viewer, poll, ids, key)
    what = "poll.voted" if ids else "poll.vote_taken_back"
    activity.record(db, what, viewer, workspace_id=poll.workspace_id, entry_id=poll.id)


def _put(db: Session, viewer: Viewer, poll: Poll, ids: set[int], _key: str) -> None:
    """Votes that everybody sees. What goes is one's own, so ``policy=True``."""
    mine = delete(Vote).where(Vote.entry_id == poll.id, Vote.author_id == viewer.me)
    db.execute(mine.execution_options(policy=True))
    db.add_all(
        Vote(entry_id=poll.id, option_id=option, author_id=viewer.me, workspace_id=poll.workspace_id)
        for option in ids
    )


def _put_secretly(db: Session, viewer: Viewer, poll: Poll, ids: set[int], key: str) -> None:
    """Ballots under the viewer's seal. What goes is one's own, and nobody else's, so ``policy=True``."""
    mine = seal(key, poll, viewer)
    db.execute(
        delete(Ballot).where(Ballot.entry_id == poll.id, Ballot.seal == mine).execution_options(policy=True)
    )
    db.execute(
        delete(Voter)
        .where(Voter.entry_id == poll.id, Voter.author_id == viewer.me)
        .execution_options(policy=True)
    )
    there = {"entry_id": poll.id, "workspace_id": poll.workspace_id}
    db.add_all(Ballot(seal=mine, option_id=option, **there) for option in ids)
    if ids:
        db.add(Voter(author_id=viewer.me, **there))


# Closing -----------------------------------------------------------------------------------------


def may_close(db: Session, viewer: Viewer, poll: Poll) -> bool:
    """Who asked, and the owners of the workspace."""
    return access.allowed(db, viewer, "edit", poll) or access.allowed(db, viewer, "moderate", poll)


def close(db: Session, viewer: Viewer, poll: Poll) -> None:
    """Nobody votes from now on. Closing twice changes nothing."""
    access.require(db, viewer, "read", poll)
    if not may_close(db, viewer, poll):
        raise Forbidden
    entries.locked_version(db, viewer, poll)
    if poll.settled_at is not None:
        return
    poll.settled_at = clock.now()
    poll.version += 1
    if poll.anonymous:
        db.flush()
        count(db, [poll.id])
    activity.record(db, "poll.closed", viewer, workspace_id=poll.workspace_id, entry_id=poll.id)


def may_reopen(db: Session, viewer: Viewer, poll: Poll) -> bool:
    """Not where the numbers are known now that nobody was to know, nor where nobody's vote can be found again."""
    by_hand = poll.settled_at is not None and not (poll.anonymous or poll.blind)
    over = poll.closes_at is not None and poll.closes_at <= clock.now()
    return by_hand and not over and may_close(db, viewer, poll)


def reopen(db: Session, viewer: Viewer, poll: Poll) -> None:
    """Undo a closing. Raises Conflict where that cannot be."""
    access.require(db, viewer, "read", poll)
    if not may_close(db, viewer, poll):
        raise Forbidden
    if not may_reopen(db, viewer, poll):
        raise Conflict
    poll.settled_at = None
    poll.version += 1
    activity.record(db, "poll.reopened", viewer, workspace_id=poll.workspace_id, entry_id=poll.id)


def count(db: Session, poll_ids: Sequence[int]) -> None:
    """Keep how often each answer was chosen, and throw the ballots away.

    All of them, whoever sees which: ``policy=True``.
    """
    number = select(func.count()).select_from(Ballot).where(Ballot.option_id == PollOption.id)
    db.execute(
        update(PollOption)
        .where(PollOption.entry_id.in_(poll_ids))
        .values(counted=PollOption.counted + number.scalar_subquery())
        .execution_options(policy=True, synchronize_session=False)
    )
    thrown = delete(Ballot).where(Ballot.entry_id.in_(poll_ids))
    db.execute(thrown.execution_options(policy=True, synchronize_session=False))


def keep_house(db: Session) -> None:
    """Settle polls whose time is over, so that nobody owes them a vote, and count their secret votes.

    For maintenance, all of them: ``policy=True``.
    """
    ended = select(Poll).where(Poll.settled_at.is_(None), Poll.closes_at <= clock.now())
    for poll in db.scalars(ended.execution_options(policy=True)):
        poll.settled_at = poll.closes_at
    db.flush()
    query = select(Ballot.entry_id).join(Poll, Poll.id == Ballot.entry_id)
    ids = db.scalars(
        query.where(Poll.settled_at.is_not(None)).distinct().execution_options(policy=True)
    ).all()
    if ids:
        count(db, ids)

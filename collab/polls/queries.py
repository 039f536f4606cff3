"""What can be asked about polls. Every statement starts at the access policy."""

from typing import Any

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session, defer

from collab import clock
from collab.auth.models import Account, Firm
from collab.errors import NotFound
from collab.history.queries import WHO
from collab.polls.models import Ballot, Poll, PollOption, Vote, Voter
from collab.viewer import Viewer
from collab.web import paging
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Workspace
from collab.workspaces.watching import watched

#: So many names stand below an answer at most.
NAMED = 30


def at(db: Session, viewer: Viewer, slug: str, public_id: str) -> Row[Any]:
    """(Poll, Workspace, who asks). Raises NotFound alike for hidden and for missing."""
    found: Row[Any] | None = ask(db, viewer, _at, slug=slug, id=public_id).first()
    if found is None:
        raise NotFound
    access.note(db, viewer, found.Workspace, found.Poll, found)
    return found


def _at(viewer: Viewer) -> Select[Any]:
    return (
        access.select_entries(
            viewer,
            Poll,
            Poll,
            Workspace,
            watched(viewer, Poll).label("watched"),
            *access.held(viewer, Poll),
            *WHO,
        )
        .join(Workspace, Workspace.id == Poll.workspace_id)
        .join(Account, Account.id == Poll.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Workspace.slug == parameter("slug"), Poll.public_id == parameter("id"))
        .where(whereabouts.known(viewer, Poll))
        .options(defer(Poll.text))
    )


def options(db: Session, viewer: Viewer, poll: Poll) -> list[Row[Any]]:
    """Rows (id, public_id, text, number of votes, mine) in their order. Secret ones are of everybody."""
    return list(ask(db, viewer, _options, poll.anonymous, poll=poll.id))


def _options(viewer: Viewer, anonymous: bool) -> Select[Any]:
    votes: Any = Ballot if anonymous else Vote
    mine: Any = func.max(case((Vote.author_id == viewer.me, 1), else_=0)) if not anonymous else func.max(0)
    counted = (
        access.select_parts(viewer, votes, votes.option_id, func.count().label("votes"), mine.label("mine"))
        .where(votes.entry_id == parameter("poll"))
        .group_by(votes.option_id)
        .subquery()
    )
    number = func.coalesce(counted.c.votes, 0) + PollOption.counted
    return (
        access.select_parts(
            viewer,
            PollOption,
            PollOption.id,
            PollOption.public_id,
            PollOption.text,
            number.label("votes"),
            func.coalesce(counted.c.mine, 0).label("mine"),
        )
        .outerjoin(counted, counted.c.option_id == PollOption.id)
        .where(PollOption.entry_id == parameter("poll"))
        .order_by(PollOption.position, PollOption.id)
    )


def sealed(db: Session, viewer: Viewer, poll: Poll, seal: str) -> set[int]:
    """The answers that were chosen under this seal."""
    query = access.select_parts(viewer, Ballot, Ballot.option_id)
    return set(db.scalars(query.where(Ballot.entry_id == poll.id, Ballot.seal == seal)))


def voters(db: Session, viewer: Viewer, poll: Poll) -> tuple[int, bool]:
    """How many people have voted of whom the viewer may notice, and whether the viewer has."""
    number, mine = ask(db, viewer, _voters, poll.anonymous, poll=poll.id).one()
    return number, bool(mine)


def _voters(viewer: Viewer, anonymous: bool) -> Select[Any]:
    votes: Any = Voter if anonymous else Vote
    mine = func.max(case((votes.author_id == viewer.me, 1), else_=0))
    query = access.select_parts(viewer, votes, func.count(votes.author_id.distinct()), mine)
    return query.where(votes.entry_id == parameter("poll"))


def names(db: Session, viewer: Viewer, poll: Poll) -> dict[int, list[Row[Any]]]:
    """Who chose what in a poll that is not anonymous, the first by name."""
    row = func.row_number().over(partition_by=Vote.option_id, order_by=(Account.name, Account.id))
    inner = (
        access.select_parts(viewer, Vote, Vote.option_id, Vote.author_id, row.label("nth"))
        .join(Account, Account.id == Vote.author_id)
        .where(Vote.entry_id == poll.id)
        .subquery()
    )
    query = (
        select(inner.c.option_id, *WHO)
        .join(Account, Account.id == inner.c.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(inner.c.nth <= NAMED)
        .order_by(inner.c.option_id, inner.c.nth)
    )
    found: dict[int, list[Row[Any]]] = {}
    for one in db.execute(query):
        found.setdefault(one.option_id, []).append(one)
    return found


def is_closed(row: Any) -> bool:
    """Of a row of ``listed``."""
    return row.settled_at is not None or (row.closes_at is not None and row.closes_at <= clock.now())


def listed(db: Session, viewer: Viewer, workspace: Workspace, cursor: str | None, limit: int = 20) -> Any:
    """A part of the workspace's polls, the newest first."""
    query = (
        access.select_entries(
            viewer,
            Poll,
            Poll.public_id,
            Poll.address,
            Poll.title,
            Poll.lang,
            Poll.version,
            Poll.published_at,
            Poll.closes_at,
            Poll.settled_at,
            Poll.guests_from,
            Poll.public_from,
            *WHO,
        )
        .join(Account, Account.id == Poll.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Poll.place_id == workspace.id, Poll.published_at <= access.NOW)
    )
    return paging.page(db, query, Poll.published_at, Poll.__table__.c.id, cursor=cursor, limit=limit)

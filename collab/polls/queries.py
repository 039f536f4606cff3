"""What can be asked about polls. Every statement starts at the access policy."""

from typing import Any

from sqlalchemy import Row, Select, and_, case, func, true
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account, Firm
from collab.desk import one
from collab.history.queries import WHO
from collab.polls.models import Ballot, Poll, PollOption, Vote, Voter
from collab.viewer import Viewer
from collab.web import paging
from collab.workspaces import access
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Workspace

#: So many names stand below an answer at most.
NAMED = 30


def at(db: Session, viewer: Viewer, slug: str, public_id: str) -> Row[Any]:
    """(Poll, Workspace, who asks): ``one.at``."""
    return one.at(db, viewer, Poll, slug, public_id)


def options(db: Session, viewer: Viewer, poll: Poll, *, named: bool = False) -> list[Row[Any]]:
    """Rows (id, public_id, text, votes, mine, voters, voted) in their order. Secret votes are of everybody.

    The last two are the same in each: how many people have voted of whom the viewer may notice, and
    whether the viewer has. With ``named``, an option stands there once for each of the first by name
    who chose it, with ``WHO``: for polls that are not anonymous.
    """
    return list(ask(db, viewer, _options, poll.anonymous, named, poll=poll.id))


def _options(viewer: Viewer, anonymous: bool, named: bool) -> Select[Any]:
    votes: Any = Ballot if anonymous else Vote
    mine: Any = func.max(case((Vote.author_id == viewer.me, 1), else_=0)) if not anonymous else func.max(0)
    counted = (
        access.select_parts(viewer, votes, votes.option_id, func.count().label("votes"), mine.label("mine"))
        .where(votes.entry_id == parameter("poll"))
        .group_by(votes.option_id)
        .subquery()
    )
    people = _people(viewer, Voter if anonymous else Vote).subquery()
    number = func.coalesce(counted.c.votes, 0) + PollOption.counted
    query = (
        access.select_parts(
            viewer,
            PollOption,
            PollOption.id,
            PollOption.public_id,
            PollOption.text,
            number.label("votes"),
            func.coalesce(counted.c.mine, 0).label("mine"),
            people.c.voters,
            people.c.voted,
        )
        .outerjoin(counted, counted.c.option_id == PollOption.id)
        .join(people, true())
        .where(PollOption.entry_id == parameter("poll"))
        .order_by(PollOption.position, PollOption.id)
    )
    return _with_names(viewer, query) if named else query


def _with_names(viewer: Viewer, query: Select[Any]) -> Select[Any]:
    """... and who chose it, the first by name."""
    nth = func.row_number().over(partition_by=Vote.option_id, order_by=(Account.name, Account.id))
    first = (
        access.select_parts(viewer, Vote, Vote.option_id, Vote.author_id, nth.label("nth"))
        .join(Account, Account.id == Vote.author_id)
        .where(Vote.entry_id == parameter("poll"))
        .subquery()
    )
    return (
        query.add_columns(*WHO)
        .outerjoin(first, and_(first.c.option_id == PollOption.id, first.c.nth <= NAMED))
        .outerjoin(Account, Account.id == first.c.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .order_by(first.c.nth)
    )


def _people(viewer: Viewer, votes: Any) -> Select[Any]:
    """One row: how many have voted, and whether the viewer is among them."""
    number = func.count(votes.author_id.distinct()).label("voters")
    voted = func.max(case((votes.author_id == viewer.me, 1), else_=0))
    query = access.select_parts(viewer, votes, number, func.coalesce(voted, 0).label("voted"))
    return query.where(votes.entry_id == parameter("poll"))


def sealed(db: Session, viewer: Viewer, poll: Poll, seal: str) -> set[int]:
    """The answers that were chosen under this seal."""
    query = access.select_parts(viewer, Ballot, Ballot.option_id)
    return set(db.scalars(query.where(Ballot.entry_id == poll.id, Ballot.seal == seal)))


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

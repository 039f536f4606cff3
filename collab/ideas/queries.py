"""What can be asked about ideas. Every statement starts at the access policy.

An idea that was merged into another one counts as that one, for those who read both; for whom the
other is hidden it stands by itself.
"""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account, Firm
from collab.desk import one
from collab.history.queries import WHO
from collab.ideas.models import Idea, IdeaVote
from collab.viewer import Viewer
from collab.web import paging
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry, Membership, Workspace
from collab.workspaces.queries import contains

Order = Literal["votes", "new", "due"]
_answerer, _answered_by = aliased(Account), aliased(Account)
_ANSWERING = (_answerer.name.label("answerer"), _answered_by.name.label("answered_by"))
_LISTED = (
    Idea.id,
    Idea.public_id,
    Idea.address,
    Idea.title,
    Idea.summary,
    Idea.lang,
    Idea.version,
    Idea.state,
    Idea.published_at,
    Idea.due_on,
    Idea.settled_at,
    Idea.guests_from,
    Idea.public_from,
)
_idea: Any = Idea.__table__.alias("voted_idea")


def is_mine(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on entries: the viewer owes the idea its answer."""
    owed = aliased(Idea)
    return exists().where(owed.id == Entry.id, owed.answerer_id == viewer.me).correlate_except(owed)


def at(db: Session, viewer: Viewer, slug: str, public_id: str) -> Row[Any]:
    """(Idea, Workspace, who proposes, who answers and has answered): ``one.at``."""
    return one.at(db, viewer, Idea, slug, public_id, _with_answerers)


def _with_answerers(viewer: Viewer, query: Select[Any]) -> Select[Any]:
    return _answering(query.add_columns(*_ANSWERING, *_votes(viewer)))


def state(db: Session, viewer: Viewer, idea: Idea) -> Row[Any]:
    """(who answers, who has answered, votes, mine): of an idea that the viewer reads."""
    query = access.select_entries(viewer, Idea, Idea.public_id, *_ANSWERING, *_votes(viewer))
    return db.execute(_answering(query).where(Idea.id == idea.id)).one()


def _answering(query: Select[Any]) -> Select[Any]:
    query = query.outerjoin(_answerer, _answerer.id == Idea.answerer_id)
    return query.outerjoin(_answered_by, _answered_by.id == Idea.answered_by_id)


def _visible(viewer: Viewer) -> Select[Any]:
    """The ids of all that the viewer reads, as a subquery of its own."""
    return access.select_entries(viewer, Entry, Entry.id).correlate(None)


def same(db: Session, viewer: Viewer, idea: Idea) -> tuple[Row[Any] | None, Sequence[Row[Any]]]:
    """The idea that this one was merged into, and those that were merged into it, as far as the viewer reads them."""
    address = whereabouts.address(viewer, Idea)
    query = access.select_entries(viewer, Idea, Idea.id, Idea.public_id, Idea.title, Idea.lang, address)
    either = or_(Idea.id == (idea.merged_into_id or 0), Idea.merged_into_id == idea.id)
    rows = db.execute(query.where(either, Idea.place_id == idea.place_id).order_by(Idea.id)).all()
    into = next((row for row in rows if row.id == idea.merged_into_id), None)
    return into, [row for row in rows if row.id != idea.merged_into_id]


def _votes(viewer: Viewer) -> tuple[ColumnElement[Any], ...]:
    """How many people are for the idea, or for one that was merged into it; whether the viewer is."""
    both = select(_idea.c.id).where(or_(_idea.c.id == Idea.id, _idea.c.merged_into_id == Idea.id))
    here = IdeaVote.entry_id.in_(both.correlate_except(_idea))
    number = access.select_parts(viewer, IdeaVote, func.count(IdeaVote.author_id.distinct())).where(here)
    own = access.select_parts(viewer, IdeaVote, IdeaVote.entry_id).where(
        here, IdeaVote.author_id == viewer.me
    )
    return number.scalar_subquery().label("votes"), own.exists().label("mine")


def _counted(viewer: Viewer, workspace_id: int) -> Any:
    """Each idea's votes, those of what was merged into it among them; everybody counts once."""
    shown = and_(_idea.c.merged_into_id.is_not(None), _idea.c.merged_into_id.in_(_visible(viewer)))
    root: ColumnElement[int] = case((shown, _idea.c.merged_into_id), else_=_idea.c.id)
    mine = func.max(case((IdeaVote.author_id == viewer.me, 1), else_=0))
    number = func.count(IdeaVote.author_id.distinct())
    return (
        access.select_parts(viewer, IdeaVote, root.label("root"), number.label("votes"), mine.label("mine"))
        .join(_idea, _idea.c.id == IdeaVote.entry_id)
        .where(IdeaVote.workspace_id == workspace_id)
        .group_by(root)
        .subquery()
    )


def listed(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    order: Order = "votes",
    *,
    state: str = "",
    words: str = "",
    cursor: str | None = None,
    limit: int = 20,
) -> Any:
    """A part of the workspace's ideas: those that most are for, the newest, or whose answer is due first.

    Without those that were merged into another one that the viewer reads.
    """
    query, number = _in_place(viewer, workspace)
    if state:
        query = query.where(Idea.state == state)
    if words:
        query = query.where(contains(Idea.title, words))
    if order == "due":
        # A day as text, so that it can stand in a cursor.
        day: Any = func.to_char(Idea.due_on, "YYYY-MM-DD") if _is_postgres(db) else func.date(Idea.due_on)
        query = query.where(Idea.due_on.is_not(None), Idea.settled_at.is_(None))
        return paging.page(db, query, day, _own_id(), cursor=cursor, limit=limit, descending=False)
    key = number if order == "votes" else Idea.published_at
    return paging.page(db, query, key, _own_id(), cursor=cursor, limit=limit)


def _in_place(viewer: Viewer, workspace: Workspace) -> tuple[Select[Any], Any]:
    """All ideas of the workspace with their votes, and the number of these as a column."""
    counted = _counted(viewer, workspace.id)
    number: Any = func.coalesce(counted.c.votes, 0)
    query = (
        access.select_entries(
            viewer,
            Idea,
            *_LISTED,
            number.label("votes"),
            func.coalesce(counted.c.mine, 0).label("mine"),
            *WHO,
        )
        .outerjoin(counted, counted.c.root == Idea.id)
        .join(Account, Account.id == Idea.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Idea.place_id == workspace.id, Idea.published_at <= access.NOW)
        .where(or_(Idea.merged_into_id.is_(None), Idea.merged_into_id.not_in(_visible(viewer))))
    )
    return query, number


def _own_id() -> Any:
    return Idea.__table__.c.id


def _is_postgres(db: Session) -> bool:
    return db.get_bind().dialect.name == "postgresql"


def colleagues(db: Session, viewer: Viewer, workspace: Workspace) -> Sequence[Any]:
    """(handle, name) of the members who could answer: employees."""
    query = (
        select(Account.handle, Account.name)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.workspace_id == workspace.id, access.members(viewer), Account.kind == "employee")
        .order_by(Account.name, Account.id)
        .limit(500)
    )
    return db.execute(query).all()

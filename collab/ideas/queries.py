"""What can be asked about ideas. Every statement starts at the access policy.

An idea that was merged into another one counts as that one, for those who read both; for whom the
other is hidden it stands by itself.
"""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, not_, or_, select
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
_vote = aliased(IdeaVote)


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


def same(db: Session, viewer: Viewer, idea: Idea) -> tuple[Row[Any] | None, Sequence[Row[Any]]]:
    """The idea that this one was merged into, and those that were merged into it, as far as the viewer reads them."""
    address = whereabouts.address(viewer, Idea)
    query = access.select_entries(viewer, Idea, Idea.id, Idea.public_id, Idea.title, Idea.lang, address)
    either = or_(Idea.id == (idea.merged_into_id or 0), Idea.merged_into_id == idea.id)
    rows = db.execute(query.where(either, Idea.place_id == idea.place_id).order_by(Idea.id)).all()
    into = next((row for row in rows if row.id == idea.merged_into_id), None)
    return into, [row for row in rows if row.id != idea.merged_into_id]


def _votes(viewer: Viewer, *, beside: bool = False) -> tuple[ColumnElement[Any], ...]:
    """How many people are for the idea, or for one that was merged into it; whether the viewer is.

    ``beside``: the statement makes sure that the viewer, who is in the workspace, reads the idea. Two counts,
    because an index finds each, and none finds either-or: who is for both counts in the first. Held to the policy
    each, as parts of what the statement reads or by themselves.
    """
    seen = access.parts_beside(viewer, IdeaVote) if beside else access.parts(viewer, IdeaVote)
    here = and_(IdeaVote.entry_id == Idea.id, seen)
    both = exists().where(_vote.entry_id == Idea.id, _vote.author_id == IdeaVote.author_id)
    same = and_(
        _idea.c.merged_into_id == Idea.id,
        IdeaVote.entry_id == _idea.c.id,
        access.parts(viewer, IdeaVote),
        not_(both.correlate_except(_vote)),
    )
    own, others = (
        select(func.count(IdeaVote.author_id.distinct())).where(which).correlate_except(IdeaVote, _idea)
        for which in (here, same)
    )
    mine = [
        exists().where(which, IdeaVote.author_id == viewer.me).correlate_except(IdeaVote, _idea)
        for which in (here, same)
    ]
    number = own.scalar_subquery() + others.scalar_subquery()
    return number.label("votes"), or_(*mine).label("mine")


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

    Without those that were merged into another one that the viewer reads. Two statements: the first looks
    at all ideas, and finds out no more of each than where it stands.
    """
    number, mine = _votes(viewer, beside=True)
    key: Any = number
    query = access.select_entries(viewer, Idea, Idea.id)
    if order == "new":
        key = Idea.published_at
    elif order == "due":
        # A day as text, so that it can stand in a cursor.
        key = func.to_char(Idea.due_on, "YYYY-MM-DD") if _is_postgres(db) else func.date(Idea.due_on)
        query = query.where(Idea.due_on.is_not(None), Idea.settled_at.is_(None))
    if state:
        query = query.where(Idea.state == state)
    if words:
        query = query.where(contains(Idea.title, words))
    query = query.where(
        Idea.place_id == workspace.id, Idea.published_at <= access.NOW, _by_itself(viewer, workspace.id)
    )
    found = paging.page(db, query, key, _own_id(), cursor=cursor, limit=limit, descending=order != "due")
    ids = [row.id for row in found.items]
    rows = (
        {row.id: row for row in db.execute(_rows(viewer, number, mine).where(Idea.id.in_(ids)))}
        if ids
        else {}
    )
    return paging.Page([rows[one] for one in ids if one in rows], found.next)


def _rows(viewer: Viewer, *votes: Any) -> Select[Any]:
    """What a list says of ideas."""
    query = access.select_entries(viewer, Idea, *_LISTED, *votes, *WHO)
    return query.join(Account, Account.id == Idea.author_id).outerjoin(Firm, Firm.id == Account.firm_id)


def _by_itself(viewer: Viewer, workspace_id: int) -> ColumnElement[bool]:
    """The idea was not merged into another one that the viewer reads."""
    others = select(_idea.c.merged_into_id).where(
        _idea.c.place_id == workspace_id, _idea.c.merged_into_id.is_not(None)
    )
    seen = access.select_entries(viewer, Entry, Entry.id).where(Entry.id.in_(others)).correlate(None)
    return or_(Idea.merged_into_id.is_(None), Idea.merged_into_id.not_in(seen))


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

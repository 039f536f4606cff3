"""What can be asked about topics. Every statement starts at the access policy."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import Row, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account, Firm
from collab.comments.models import Comment, ReadMark
from collab.desk import one
from collab.history.queries import WHO
from collab.topics.models import Topic
from collab.viewer import Viewer
from collab.web import paging
from collab.workspaces import access
from collab.workspaces.models import Workspace

Which = Literal["", "open", "decided", "closed", "unread"]
_decider = aliased(Account)
_LISTED = (
    Topic.id,
    Topic.public_id,
    Topic.address,
    Topic.title,
    Topic.lang,
    Topic.version,
    Topic.author_id,
    Topic.published_at,
    Topic.settled_at,
    Topic.guests_from,
    Topic.public_from,
)


def at(db: Session, viewer: Viewer, slug: str, public_id: str) -> Row[Any]:
    """(Topic, Workspace, who began it, who decided): ``one.at``."""
    return one.at(db, viewer, Topic, slug, public_id, _with_decider)


def _with_decider(_viewer: Viewer, query: Select[Any]) -> Select[Any]:
    named = query.add_columns(_decider.name.label("decided_by"))
    return named.outerjoin(_decider, _decider.id == Topic.decided_by_id)


def decider(db: Session, topic: Topic) -> str | None:
    """The name of who said what was decided."""
    return db.scalar(select(Account.name).where(Account.id == topic.decided_by_id))


def decision(db: Session, viewer: Viewer, topic: Topic) -> Row[Any] | None:
    """The comment that is the decision, with its author, if there is one that the viewer reads."""
    if topic.decision_id is None:
        return None
    query = (
        access.select_parts(
            viewer, Comment, Comment.public_id, Comment.text, Comment.lang, Comment.internal, *WHO
        )
        .join(Account, Account.id == Comment.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
    )
    here = and_(Comment.id == topic.decision_id, Comment.entry_id == topic.id, Comment.deleted_at.is_(None))
    return db.execute(query.where(here)).first()


def listed(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    *,
    which: Which = "",
    cursor: str | None = None,
    limit: int = 20,
) -> Any:
    """A part of the workspace's topics, those first in which something was said last.

    Rows with the number of comments, when and by which comment something was said last (``last_id``),
    whether it is ``unread`` and ``decided``: all of what the viewer may read.
    """
    query, last, decided, unread = _in_place(viewer, workspace)
    wanted: dict[str, Any] = {
        "": true(),
        "open": Topic.settled_at.is_(None),
        "closed": Topic.settled_at.is_not(None),
        "decided": decided,
        "unread": unread,
    }
    query = query.where(wanted[which])
    return paging.page(db, query, last, Topic.__table__.c.id, cursor=cursor, limit=limit)


def _in_place(viewer: Viewer, workspace: Workspace) -> tuple[Select[Any], Any, Any, Any]:
    """All topics of the workspace, and what they are ordered and filtered by."""
    said = _said(viewer, workspace.id)
    last: Any = func.coalesce(said.c.last_at, Topic.published_at)
    unread = _unread(viewer, last)
    seen = Topic.decision_id.in_(_alive(viewer, workspace.id, Comment.id))
    decided = or_(Topic.decision != "", and_(Topic.decision_id.is_not(None), seen))
    query = (
        access.select_entries(
            viewer,
            Topic,
            *_LISTED,
            func.coalesce(said.c.number, 0).label("comments"),
            said.c.last_id,
            last.label("last_at"),
            unread.label("unread"),
            decided.label("decided"),
            *WHO,
        )
        .outerjoin(said, said.c.entry_id == Topic.id)
        .join(Account, Account.id == Topic.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .outerjoin(ReadMark, and_(ReadMark.entry_id == Topic.id, ReadMark.account_id == viewer.me))
        .where(Topic.place_id == workspace.id, Topic.published_at <= access.NOW)
    )
    return query, last, decided, unread


def _alive(viewer: Viewer, workspace_id: int, *columns: Any) -> Select[Any]:
    """Comments of the workspace that the viewer reads and that are not deleted, as a subquery of its own."""
    query = access.select_parts(viewer, Comment, *columns).correlate(None)
    return query.where(Comment.workspace_id == workspace_id, Comment.deleted_at.is_(None))


def _said(viewer: Viewer, workspace_id: int) -> Any:
    """For each entry of the workspace: how many comments, the last one, and when that was."""
    number, last_at = func.count(Comment.id).label("number"), func.max(Comment.created_at).label("last_at")
    query = _alive(
        viewer, workspace_id, Comment.entry_id, number, last_at, func.max(Comment.id).label("last_id")
    )
    return query.group_by(Comment.entry_id).subquery()


def _unread(viewer: Viewer, last: Any) -> Any:
    """Something was said since the viewer was there; what the viewer began is read."""
    never = and_(ReadMark.read_at.is_(None), Topic.author_id != viewer.me)
    return or_(never, and_(ReadMark.read_at.is_not(None), ReadMark.read_at < last))


def speakers(db: Session, viewer: Viewer, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Who wrote these comments, as far as the viewer reads them."""
    query = (
        access.select_parts(viewer, Comment, Comment.id, *WHO)
        .join(Account, Account.id == Comment.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
    )
    return {row.id: row for row in db.execute(query.where(Comment.id.in_(ids)))}

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
    """A part of the workspace's topics, those first in which something was said last; two statements.

    Rows with the number of comments, when and by which comment something was said last (``last_id``),
    whether it is ``unread`` and ``decided``: all of what the viewer may read. The first statement looks at
    all topics, and finds out no more of each than where it stands.
    """
    last = _last_at(viewer)
    wanted: dict[str, Any] = {
        "": true(),
        "open": Topic.settled_at.is_(None),
        "closed": Topic.settled_at.is_not(None),
        "decided": _decided(viewer),
        "unread": _unread(viewer, last),
    }
    query = access.select_entries(viewer, Topic, Topic.id, last.label("last_at"))
    query = query.outerjoin(ReadMark, _mine(viewer)).where(
        Topic.place_id == workspace.id, Topic.published_at <= access.NOW, wanted[which]
    )
    found = paging.page(db, query, last, Topic.__table__.c.id, cursor=cursor, limit=limit)
    ids = [row.id for row in found.items]
    rows = {row.id: row for row in db.execute(_rows(viewer, last).where(Topic.id.in_(ids)))} if ids else {}
    return paging.Page([rows[number] for number in ids if number in rows], found.next)


def _rows(viewer: Viewer, last: Any) -> Select[Any]:
    """What a list says of topics."""
    said = _said(viewer, func.count(Comment.id))
    last_id = _said(viewer, Comment.id).order_by(Comment.created_at.desc(), Comment.id.desc()).limit(1)
    query = access.select_entries(
        viewer,
        Topic,
        *_LISTED,
        said.scalar_subquery().label("comments"),
        last_id.scalar_subquery().label("last_id"),
        last.label("last_at"),
        _unread(viewer, last).label("unread"),
        _decided(viewer).label("decided"),
        *WHO,
    )
    return (
        query.join(Account, Account.id == Topic.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .outerjoin(ReadMark, _mine(viewer))
    )


def _mine(viewer: Viewer) -> Any:
    return and_(ReadMark.entry_id == Topic.id, ReadMark.account_id == viewer.me)


def _said(viewer: Viewer, column: Any) -> Select[Any]:
    """... of the comments on a topic of the statement that the viewer reads and that are not deleted."""
    here = select(column).where(Comment.entry_id == Topic.id, Comment.deleted_at.is_(None))
    return here.where(access.parts_beside(viewer, Comment)).correlate_except(Comment)


def _last_at(viewer: Viewer) -> Any:
    """When something was said last: the first that the index finds, however many comments there are."""
    newest = _said(viewer, Comment.created_at).order_by(Comment.created_at.desc()).limit(1)
    return func.coalesce(newest.scalar_subquery(), Topic.published_at)


def _decided(viewer: Viewer) -> Any:
    seen = _said(viewer, Comment.id).where(Comment.id == Topic.decision_id)
    return or_(Topic.decision != "", and_(Topic.decision_id.is_not(None), seen.exists()))


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

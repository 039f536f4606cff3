"""What can be asked about comments. Every statement starts at the access policy."""

from typing import Any

from sqlalchemy import Row, Select, case, exists, func
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account, Firm
from collab.comments.models import Comment, Origin, Quotation
from collab.viewer import Viewer
from collab.workspaces import access, members
from collab.workspaces.asking import ask, parameter

_deleter = aliased(Account)
_deleters_firm = aliased(Firm)


def _alive(column: Any) -> Any:
    """What a deleted comment said is not even read."""
    return case((Comment.deleted_at.is_(None), column), else_="").label(column.key)


COLUMNS = (
    Comment.id,
    Comment.public_id,
    Comment.parent_id,
    Comment.author_id,
    Comment.internal,
    Comment.version,
    Comment.lang,
    Comment.created_at,
    Comment.edited_at,
    Comment.deleted_at,
    Comment.deleted_by_id,
    Comment.delete_reason,
    Account.name.label("author_name"),
    Account.handle.label("author_handle"),
    Account.kind.label("author_kind"),
    members.FORMER.label("author_former"),
    Account.photo.label("author_photo"),
    Firm.name.label("firm_name"),
    _deleter.name.label("deleter_name"),
    _deleter.handle.label("deleter_handle"),
    _deleter.kind.label("deleter_kind"),
    _deleters_firm.name.label("deleter_firm"),
)
_resolver = aliased(Account)
#: The passage that a comment is about: all NULL for others, and for deleted ones.
PASSAGE = (
    Quotation.quote,
    Quotation.before,
    Quotation.after,
    Quotation.start,
    Quotation.resolved_at,
    _resolver.name.label("resolver_name"),
    case((Quotation.comment_id.is_not(None), func.substr(Comment.text, 1, 160))).label("excerpt"),
)


def visible(viewer: Viewer, *columns: Any) -> Select[Any]:
    """Comments that the viewer may read, deleted ones too (as stubs)."""
    return access.select_parts(viewer, Comment, *columns)


def rows(viewer: Viewer, *more: Any) -> Select[Any]:
    """Rows with the author, the guest's firm and who deleted it; words only of what is not deleted."""
    return (
        visible(viewer, *COLUMNS, *PASSAGE, *(_alive(column) for column in more))
        .join(Account, Account.id == Comment.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .outerjoin(_deleter, _deleter.id == Comment.deleted_by_id)
        .outerjoin(_deleters_firm, _deleters_firm.id == _deleter.firm_id)
        .outerjoin(Quotation, (Quotation.comment_id == Comment.id) & Comment.deleted_at.is_(None))
        .outerjoin(_resolver, _resolver.id == Quotation.resolved_by_id)
    )


def of_entry(db: Session, viewer: Viewer, entry_id: int) -> list[Row[Any]]:
    """All comments on an entry in the order of time, with their HTML."""
    return list(ask(db, viewer, _of_entry, entry=entry_id))


def _of_entry(viewer: Viewer) -> Select[Any]:
    turned = exists().where(Origin.comment_id == Comment.id).correlate_except(Origin).label("turned")
    query = rows(viewer, Comment.html).add_columns(turned).where(Comment.entry_id == parameter("entry"))
    return query.order_by(Comment.created_at, Comment.id)


def get(db: Session, viewer: Viewer, public_id: str) -> Comment:
    """One comment. Raises NotFound alike for hidden and for missing."""
    found: Comment = access.get_part(db, viewer, Comment, Comment.public_id == public_id)
    return found

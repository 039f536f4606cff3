"""What can be asked about files. Every statement starts at the access policy."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from collab.files.models import Attachment, AttachmentText
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.asking import parameter
from collab.workspaces.models import Entry

LISTED = (
    Attachment.id,
    Attachment.public_id,
    Attachment.name,
    Attachment.media_type,
    Attachment.size,
    Attachment.width,
    Attachment.height,
    Attachment.animated,
    Attachment.alt,
    Attachment.author_id,
    Attachment.created_at,
    AttachmentText.state,
)


def _of(entry_public_id: str, file_public_id: str) -> tuple[ColumnElement[bool], ...]:
    entry = select(Entry.id).where(Entry.public_id == entry_public_id)
    return Attachment.public_id == file_public_id, Attachment.entry_id.in_(entry)


def get(db: Session, viewer: Viewer, entry_public_id: str, file_public_id: str) -> Attachment:
    """A file that is there. Raises NotFound alike for hidden, deleted and missing."""
    conditions = _of(entry_public_id, file_public_id)
    found: Attachment = access.get_part(db, viewer, Attachment, *conditions, Attachment.deleted_at.is_(None))
    return found


def get_deleted(db: Session, viewer: Viewer, entry_public_id: str, file_public_id: str) -> Attachment:
    """A file that may have been deleted, to bring it back."""
    found: Attachment = access.get_part(db, viewer, Attachment, *_of(entry_public_id, file_public_id))
    return found


def listed(viewer: Viewer) -> Select[Any]:
    """``of_entry`` of the entry ``entry``, to be asked again and again."""
    return of_entry(viewer, parameter("entry"))


def of_entry(viewer: Viewer, entry_id: Any, *columns: Any) -> Select[Any]:
    """The entry's own files, without those of its comments and what it was before, the oldest first."""
    found = attached(viewer, Attachment.entry_id == entry_id, *(columns or LISTED))
    return found.outerjoin(AttachmentText, AttachmentText.attachment_id == Attachment.id)


def attached(viewer: Viewer, where: ColumnElement[bool], *columns: Any) -> Select[Any]:
    """The same of several entries."""
    return (
        access.select_parts(viewer, Attachment, *columns)
        .where(
            where,
            Attachment.with_comment.is_(False),
            Attachment.edition != "former",
            Attachment.deleted_at.is_(None),
        )
        .order_by(Attachment.created_at, Attachment.id)
    )

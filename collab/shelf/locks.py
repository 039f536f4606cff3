"""Keeping others from changing a file for a while, and telling that something has changed."""

from datetime import datetime

from sqlalchemy.orm import Session

from collab import activity
from collab.errors import Forbidden, Refused
from collab.shelf import queries
from collab.shelf.models import Document, Item
from collab.viewer import Viewer
from collab.workspaces import access, entries


def lock(db: Session, viewer: Viewer, document: Document, until: datetime) -> None:
    """Keep others from changing it until this moment. It can be read as before.

    Who has locked it can say another end.
    """
    access.require(db, viewer, "edit", document)
    entries.locked_version(db, viewer, document)
    db.refresh(document)
    require_unlocked(document, viewer)
    document.locked_by_id, document.locked_until = viewer.me, until
    record(db, viewer, document, "locked")


def unlock(db: Session, viewer: Viewer, document: Document) -> None:
    """By who locked it, and by the workspace's owners."""
    if not queries.is_locked(document):
        return
    own = document.locked_by_id == viewer.account_id
    if not own and not access.allowed(db, viewer, "moderate", document):
        raise Forbidden
    document.locked_by_id = document.locked_until = None
    record(db, viewer, document, "unlocked")


def require_unlocked(item: Item, viewer: Viewer) -> None:
    """Raise Refused while somebody else has it locked."""
    if queries.is_locked(item, viewer):
        raise Refused(423, "file_locked")


def record(db: Session, viewer: Viewer, item: Item, what: str) -> None:
    """``what`` happened to it, in the past tense."""
    activity.record(
        db,
        f"{item.kind}.{what}",
        viewer,
        workspace_id=item.workspace_id,
        entry_id=item.id,
        version=item.version,
    )

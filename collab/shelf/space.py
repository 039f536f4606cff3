"""How much the files of a workspace may hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab.errors import Forbidden, Invalid
from collab.files.models import Attachment
from collab.shelf.models import Document, DocumentVersion
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

MEGABYTE = 1 << 20


@dataclass(frozen=True)
class Space:
    """Bytes. ``most`` is None where there is no limit."""

    used: int
    most: int | None

    @property
    def percent(self) -> int:
        return 0 if not self.most else min(100, round(100 * self.used / self.most))


def most(workspace: Workspace) -> int | None:
    """So many bytes its files may hold; None for as many as there is room for."""
    return None if workspace.quota_mb is None else workspace.quota_mb * MEGABYTE


def of(db: Session, viewer: Viewer, workspace: Workspace) -> Space | None:
    """For employees who belong there; None for all others, who must not count what they do not see."""
    if not viewer.is_employee:
        return None
    return Space(used(db, workspace.id), most(workspace))


def require(db: Session, workspace: Workspace, size: int) -> None:
    """Raise Invalid if so many bytes more are too many."""
    allowed = most(workspace)
    if allowed is not None and used(db, workspace.id) + size > allowed:
        raise Invalid({"file": "workspace_full"}, max=workspace.quota_mb or 0)


def limit(db: Session, viewer: Viewer, workspace: Workspace, megabytes: int | None) -> None:
    """Say how much it may hold, None for no limit: for administrators who belong there.

    What is there already stays, also where it is more.
    """
    access.require(db, viewer, "read", workspace)
    if not viewer.is_admin:
        raise Forbidden
    workspace.quota_mb = megabytes


def used(db: Session, place_id: int) -> int:
    """So many bytes the files of a workspace hold, in all versions: a number for its quota.

    Counts what nobody may be told of one by one, so that it is shown to employees only.
    """
    held = select(func.coalesce(func.sum(Attachment.size), 0)).join(
        DocumentVersion, DocumentVersion.attachment_id == Attachment.id
    )
    held = held.join(Document, Document.id == DocumentVersion.entry_id)
    held = held.where(Document.place_id == place_id, Document.deleted_at.is_(None))
    return int(db.execute(held.execution_options(policy=True)).scalar_one())


def held_by(db: Session, ids: Sequence[int]) -> int:
    """So many bytes these files hold, in all versions."""
    held = select(func.coalesce(func.sum(Attachment.size), 0)).where(Attachment.entry_id.in_(ids))
    return int(db.execute(held.execution_options(policy=True)).scalar_one())

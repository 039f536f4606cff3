"""How much the files of a workspace may hold."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from collab.errors import Forbidden, Invalid
from collab.shelf import queries
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
    return Space(queries.used(db, workspace.id), most(workspace))


def require(db: Session, workspace: Workspace, size: int) -> None:
    """Raise Invalid if so many bytes more are too many."""
    allowed = most(workspace)
    if allowed is not None and queries.used(db, workspace.id) + size > allowed:
        raise Invalid({"file": "workspace_full"}, max=workspace.quota_mb or 0)


def limit(db: Session, viewer: Viewer, workspace: Workspace, megabytes: int | None) -> None:
    """Say how much it may hold, None for no limit: for administrators who belong there.

    What is there already stays, also where it is more.
    """
    access.require(db, viewer, "read", workspace)
    if not viewer.is_admin:
        raise Forbidden
    workspace.quota_mb = megabytes

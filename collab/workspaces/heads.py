"""What stands above the pages of any kind: the workspace's head, and the head of one entry."""

from typing import Any

from sqlalchemy.orm import Session

from collab import clock
from collab.viewer import Viewer
from collab.workspaces import access, glass
from collab.workspaces.models import Entry, Workspace


def frame(db: Session, viewer: Viewer, workspace: Workspace, section: str) -> dict[str, Any]:
    """What ``workspaces/header.html`` needs, and ``base``, the address of the section."""
    return {
        "nav": "workspaces",
        "tab": section,
        "workspace": workspace,
        "standing": access.standing(db, viewer, workspace),
        "base": f"/w/{workspace.slug}/{section}/",
        "may_write": access.allowed(db, viewer, "contribute", workspace),
    }


def of_entry(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    workspace: Workspace,
    section: str,
    *,
    watched: bool = False,
) -> dict[str, Any]:
    """... and what ``entries/_head.html`` needs. ``watched``: the viewer watches it (``watching.watched``)."""
    return {
        "entry": entry,
        "flag": flag(viewer, entry, workspace),
        "wall": glass.wall(db, viewer, entry),
        "may_edit": access.allowed(db, viewer, "edit", entry),
        "may_share": access.allowed(db, viewer, "share", entry),
        "may_delete": access.allowed(db, viewer, "delete", entry),
        "watched": watched,
        **frame(db, viewer, workspace, section),
    }


def flag(viewer: Viewer, entry: Any, workspace: Workspace) -> str:
    """Who may read it, as the name of a mark (``ui.visibility``): only the staff is told."""
    return "draft" if entry.published_at is None else reached(viewer, entry, workspace.visibility)


def reached(viewer: Viewer, entry: Any, visibility: str) -> str:
    """The same of an entry that is out, in a workspace that those see whom ``visibility`` names."""
    if not viewer.is_employee:
        return ""
    now = clock.now()
    if entry.public_from is not None and entry.public_from <= now:
        return "public"
    if entry.guests_from is not None and entry.guests_from <= now:
        return "guests"
    return "internal" if visibility == "open" else "members"


def reach(db: Session, viewer: Viewer, workspace: Workspace) -> dict[str, Any]:
    """What ``entries/_reach.html`` needs on the form of something new."""
    audience = glass.audience_of(db, viewer, workspace.id, guests=True)
    return {"audience": audience, "offers_guests": bool(audience and audience.guests)}

"""What owners put onto the first page of their workspace."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab import activity
from collab.errors import Invalid, NotFound
from collab.home.models import Pin
from collab.home.place_queries import PINS
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.services import lock


def pin(db: Session, viewer: Viewer, workspace: Workspace, public_id: str) -> None:
    """Put an entry of the workspace at the end of what is pinned there. Twice is once.

    Who may not read it there does not see it. Raises NotFound for what the viewer may not read, Invalid
    where there are ``PINS`` already.
    """
    access.require(db, viewer, "manage", workspace)
    entry = _entry(db, viewer, workspace, public_id)
    lock(db, workspace)
    here = select(func.count(), func.max(Pin.position)).where(Pin.workspace_id == workspace.id)
    count, last = db.execute(here.execution_options(policy=True)).one()
    if _pinned(db, viewer, entry.id) is not None:
        return
    if count >= PINS:
        raise Invalid({"": "too_many_pins"}, max=PINS)
    db.add(Pin(workspace_id=workspace.id, entry_id=entry.id, position=(last or 0) + 1))
    _record(db, viewer, workspace, entry, "entry.pinned")


def unpin(db: Session, viewer: Viewer, workspace: Workspace, public_id: str) -> None:
    """Take an entry away from the first page; where it is not there, nothing happens."""
    access.require(db, viewer, "manage", workspace)
    entry = _entry(db, viewer, workspace, public_id)
    found = _pinned(db, viewer, entry.id)
    if found is not None:
        db.delete(found)
        _record(db, viewer, workspace, entry, "entry.unpinned")


def move(db: Session, viewer: Viewer, workspace: Workspace, public_id: str, step: int) -> None:
    """Change places with the pinned entry before (-1) or after (1) it, of those that the viewer reads."""
    access.require(db, viewer, "manage", workspace)
    lock(db, workspace)
    entry = _entry(db, viewer, workspace, public_id)
    here = access.select_parts(viewer, Pin).where(Pin.workspace_id == workspace.id)
    pins = list(db.scalars(here.order_by(Pin.position, Pin.id)))
    at = next((n for n, one in enumerate(pins) if one.entry_id == entry.id), None)
    if at is None:
        raise NotFound
    other = at + (1 if step > 0 else -1)
    if 0 <= other < len(pins):
        pins[at].position, pins[other].position = pins[other].position, pins[at].position


def _entry(db: Session, viewer: Viewer, workspace: Workspace, public_id: str) -> Entry:
    return access.get(
        db,
        viewer,
        Entry,
        Entry.public_id == public_id,
        Entry.workspace_id == workspace.id,
        Entry.published_at.is_not(None),
    )


def _pinned(db: Session, viewer: Viewer, entry_id: int) -> Pin | None:
    return db.scalars(access.select_parts(viewer, Pin).where(Pin.entry_id == entry_id)).first()


def _record(db: Session, viewer: Viewer, workspace: Workspace, entry: Entry, what: str) -> None:
    activity.record(db, what, viewer, workspace_id=workspace.id, entry_id=entry.id)

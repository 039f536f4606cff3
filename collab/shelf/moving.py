"""Files and folders put elsewhere: into another folder, or into another workspace."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from collab import clock
from collab.errors import Invalid
from collab.guests.models import Invitation
from collab.guests.waiting import is_waiting
from collab.home.models import Pin
from collab.shelf import queries, services, space
from collab.shelf.locks import record, require_unlocked
from collab.shelf.models import Folder, Item
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry, EntryGrant, ShareLink, Workspace
from collab.workspaces.services import forget_standing
from collab.workspaces.services import lock as lock_place

#: So many files and folders go into another workspace at once.
MOST = 500


def move(db: Session, viewer: Viewer, item: Item, parent: Folder | None) -> None:
    """Put it into another folder (None: beside them) of the same workspace, with all that is in it.

    Who may read it stays as it was. Invalid for a folder that is in it.
    """
    access.require(db, viewer, "edit", item)
    require_unlocked(item, viewer)
    lock_place(db, db.get_one(Workspace, item.workspace_id))
    services.check_parent(db, item.workspace_id, parent)
    if parent is not None and isinstance(item, Folder):
        below = set(db.scalars(item.below()))
        if parent.id == item.id or parent.id in below:
            raise Invalid({"folder": "folder_in_itself"})
    if item.parent_id != (parent.id if parent else None):
        item.parent_id = parent.id if parent else None
        item.version += 1
        record(db, viewer, item, "moved")


def taken_along(db: Session, viewer: Viewer, item: Item) -> list[Item]:
    """It and what is in it, as far as the viewer may take that away: what is theirs to delete, and not locked."""
    access.require(db, viewer, "delete", item)
    require_unlocked(item, viewer)
    below = queries.inside(db, viewer, item) if isinstance(item, Folder) else ()
    access.look_up_authors(db, viewer, [lower.id for lower in below])
    mine = [lower for lower in below if access.allowed(db, viewer, "delete", lower)]
    return [item, *(lower for lower in mine if not queries.is_locked(lower, viewer))]


def move_to(db: Session, viewer: Viewer, item: Item, workspace: Workspace, parent: Folder | None) -> None:
    """Take it and what is in it to another workspace, with versions, comments and history.

    It is gone for those who read it where it was; so this takes the right to delete it, and what the
    viewer may not delete stays behind. Where it comes, it is internal, but for a guest's own. Raises
    Invalid without room there, for too much at once, and for what is shared alone: that would go on.
    """
    access.require(db, viewer, "contribute", workspace)
    going = taken_along(db, viewer, item)
    ids = [each.id for each in going]
    if len(ids) > MOST:
        raise Invalid({"item": "too_many_files"}, max=MOST)
    if _shared_alone(db, ids):
        raise Invalid({"item": "shared_alone"})
    for place_id in sorted(
        (item.workspace_id, workspace.id)
    ):  # always in this order, so that nobody waits for ever
        lock_place(db, db.get_one(Workspace, place_id))
    services.check_parent(db, workspace.id, parent)
    space.require(db, workspace, space.held_by(db, ids))
    title = services.free_title(db, viewer, workspace.id, parent, item.title)
    parents = {each.id: each.parent_id if each.parent_id in ids else item.id for each in going}
    _change_place(db, ids, workspace.id)
    for each in going:
        each.parent_id = parents[each.id] if each is not item else parent.id if parent else None
        each.address = f"/w/{workspace.slug}/files/{each.public_id}"
        each.guests_from = None if viewer.is_employee else clock.now()
        each.public_from = None
        each.version += 1
    if title != item.title:
        services.call(item, title)
    for each in going:
        record(db, viewer, each, "moved")
    db.flush()


def _change_place(db: Session, ids: Sequence[int], workspace_id: int) -> None:
    """What hangs on them comes along; what lay in them, and stays, lies beside the folders then."""
    db.flush()
    rows = update(Item).where(or_(Item.id.in_(ids), Item.parent_id.in_(ids))).values(parent_id=None)
    away = delete(Pin).where(Pin.entry_id.in_(ids))
    over = update(Entry).where(Entry.id.in_(ids)).values(workspace_id=workspace_id)
    for step in (rows, away, over):
        db.execute(step.execution_options(policy=True, synchronize_session=False))
    db.expire_all()
    forget_standing(db)


def _shared_alone(db: Session, ids: Sequence[int]) -> bool:
    """Does one of these go, by itself, to a guest, a firm, whoever has a link, or somebody who is invited?"""
    now = clock.now()
    given = select(EntryGrant.id).where(EntryGrant.entry_id.in_(ids), EntryGrant.ends_at > now)
    links = select(ShareLink.id).where(
        ShareLink.entry_id.in_(ids), ShareLink.ends_at > now, ShareLink.revoked_at.is_(None)
    )
    invited = select(Invitation.id).where(Invitation.entry_id.in_(ids), is_waiting())
    found = select(or_(given.exists(), links.exists(), invited.exists()))
    return bool(db.scalar(found.execution_options(policy=True)))

"""Deleting files and folders, bringing them back, and letting go of them for good."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account
from collab.errors import Forbidden, NotFound
from collab.files import erasing
from collab.shelf import moving
from collab.shelf.locks import record
from collab.shelf.models import Folder, Item
from collab.viewer import Viewer
from collab.web import paging
from collab.workspaces import access, circles
from collab.workspaces.models import Workspace

#: So much of the trash is emptied at once.
AT_ONCE = 1000


def delete(db: Session, viewer: Viewer, item: Item) -> int:
    """Delete it, and what is in it as far as the viewer may delete that; answers how much.

    The rest stays and lies beside the folders. All of it comes back with ``restore``.
    """
    going, now = moving.taken_along(db, viewer, item), clock.now()
    for each in going:
        each.deleted_at, each.deleted_by_id = now, viewer.account_id
        record(db, viewer, each, "deleted")
    db.flush()
    return len(going)


def delete_all(db: Session, viewer: Viewer, items: Sequence[Item]) -> int:
    """Delete several things; Forbidden, and nothing is deleted, if one of them may not be."""
    gone = 0
    for item in items:
        if item.deleted_at is None:  # it may have gone with a folder before
            gone += delete(db, viewer, item)
    return gone


def restore(db: Session, viewer: Viewer, workspace: Workspace, public_id: str) -> Item:
    """Bring it back, with what was deleted with it. By who deleted it, and by the workspace's owners."""
    found: Item | None = db.scalar(_deleted(db, viewer, workspace).where(Item.public_id == public_id))
    if found is None:
        raise NotFound
    if not access.allowed(db, viewer, "contribute", workspace):
        raise Forbidden
    for each in _together(db, found):
        each.deleted_at = each.deleted_by_id = None
        record(db, viewer, each, "restored")
    access.require(db, viewer, "delete", found)
    return found


def _together(db: Session, item: Item) -> list[Item]:
    """It, and what was deleted with it."""
    if not isinstance(item, Folder):
        return [item]
    lower = select(Item).where(
        Item.id.in_(item.below()),
        Item.deleted_at == item.deleted_at,
        Item.deleted_by_id == item.deleted_by_id,
    )
    return [item, *db.scalars(lower.execution_options(policy=True)).all()]


def erase(db: Session, viewer: Viewer, workspace: Workspace, public_ids: Sequence[str]) -> int:
    """Delete deleted things for good, with what was deleted with them; everything in the trash for no ids.

    For who may bring them back. Answers how many are gone. Nothing but the record that this happened
    stays: no words, no comments, no versions; their bytes go as ``files.erasing`` says.
    """
    if not access.allowed(db, viewer, "contribute", workspace):
        raise Forbidden
    query = _deleted(db, viewer, workspace)
    if public_ids:
        query = query.where(Item.public_id.in_(public_ids))
    going: dict[int, Item] = {}
    for found in db.scalars(query.order_by(Item.deleted_at).limit(AT_ONCE)).all():
        going |= {each.id: each for each in _together(db, found)}
    for each in going.values():
        record(db, viewer, each, "erased")
    db.flush()
    ids = list(going)
    left = update(Item).where(Item.parent_id.in_(ids)).values(parent_id=None)
    db.execute(left.execution_options(policy=True, synchronize_session=False))
    db.expunge_all()
    erasing.forget(db, ids)
    return len(ids)


def restore_all(db: Session, viewer: Viewer, workspace: Workspace, public_ids: Sequence[str]) -> int:
    """Undo the deletion of several things; answers how many came back."""
    there = db.scalars(_deleted(db, viewer, workspace).where(Item.public_id.in_(public_ids))).all()
    for item in there:
        if item.deleted_at is not None:  # it may have come back with its folder
            restore(db, viewer, workspace, item.public_id)
    return len(there)


def _deleted(db: Session, viewer: Viewer, workspace: Workspace) -> Any:
    """Past the policy, which hides what is deleted from all: ``circles`` says who may know of it."""
    mine = circles.in_trash(db, viewer, workspace)
    return select(Item).where(Item.place_id == workspace.id, mine).execution_options(policy=True)


def listed(db: Session, viewer: Viewer, workspace: Workspace, cursor: str | None) -> paging.Page[Row[Any]]:
    """What was deleted there, the latest first, for those who may bring it back."""
    columns = (Item.public_id, Item.kind, Item.title, Item.size, Item.media_type, Account.name.label("who"))
    query = _deleted(db, viewer, workspace).with_only_columns(*columns)
    query = query.join(Account, Account.id == Item.deleted_by_id)
    return paging.page(db, query, Item.deleted_at, Item.id.expression, cursor=cursor, limit=50)

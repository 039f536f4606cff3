"""Deleting files and folders, and bringing them back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account
from collab.errors import Forbidden, NotFound
from collab.shelf import queries
from collab.shelf.locks import record, require_unlocked
from collab.shelf.models import Folder, Item
from collab.viewer import Viewer
from collab.web import paging
from collab.workspaces import access, circles
from collab.workspaces.models import Workspace


def delete(db: Session, viewer: Viewer, item: Item) -> int:
    """Delete it, and what is in it as far as the viewer may delete that; answers how much.

    The rest stays and lies beside the folders. All of it comes back with ``restore``.
    """
    access.require(db, viewer, "delete", item)
    require_unlocked(item, viewer)
    below = queries.inside(db, viewer, item) if isinstance(item, Folder) else ()
    access.look_up_authors(db, viewer, [lower.id for lower in below])
    mine = [lower for lower in below if access.allowed(db, viewer, "delete", lower)]
    now = clock.now()
    for each in (item, *(lower for lower in mine if not queries.is_locked(lower, viewer))):
        each.deleted_at, each.deleted_by_id = now, viewer.account_id
        record(db, viewer, each, "deleted")
    db.flush()
    return 1 + len(mine)


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
    together = [found]
    if isinstance(found, Folder):
        lower = select(Item).where(
            Item.id.in_(found.below()),
            Item.deleted_at == found.deleted_at,
            Item.deleted_by_id == found.deleted_by_id,
        )
        together += db.scalars(lower.execution_options(policy=True)).all()
    for each in together:
        each.deleted_at = each.deleted_by_id = None
        record(db, viewer, each, "restored")
    access.require(db, viewer, "delete", found)
    return found


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

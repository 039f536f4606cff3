"""Copies of files and folders. Equal bytes are stored once, however many names they have."""

from sqlalchemy.orm import Session

from collab.errors import Invalid
from collab.files import services as files
from collab.shelf import queries, services
from collab.shelf.models import Document, Folder, Item
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

#: So many files and folders are copied at once.
MOST = 500


def beside(db: Session, viewer: Viewer, item: Item) -> Folder | None:
    """The folder in which it lies, if the viewer sees it."""
    if item.parent_id is None:
        return None
    found: Folder | None = db.scalar(access.select_entries(viewer, Folder).where(Folder.id == item.parent_id))
    return found


def copy(db: Session, viewer: Viewer, item: Item, workspace: Workspace, parent: Folder | None) -> Item:
    """A copy in a folder of the workspace, of all in it that the viewer reads; internal, but for guests' own.

    It is called as the original, with a number where the viewer sees that name there already.
    Invalid for too much at once, or where there is no room for it.
    """
    access.require(db, viewer, "contribute", workspace)
    title = services.free_title(db, viewer, workspace.id, parent, item.title)
    if isinstance(item, Folder):
        return _copy_folder(db, viewer, item, workspace, parent, title)
    return _copy_document(db, viewer, item, workspace, parent, title)


def _copy_folder(
    db: Session, viewer: Viewer, item: Folder, workspace: Workspace, parent: Folder | None, title: str
) -> Folder:
    below = queries.inside(db, viewer, item)
    if len(below) > MOST:
        raise Invalid({"item": "too_many_files"}, max=MOST)
    made = services.make_folder(db, viewer, workspace, title, item.body, parent=parent)
    copies: dict[int, Folder] = {item.id: made}
    waiting = [lower for lower in below if lower.id != made.id]
    while waiting:
        ready = [lower for lower in waiting if lower.parent_id in copies]
        for lower in ready:
            into = copies[lower.parent_id or 0]
            if isinstance(lower, Folder):
                copies[lower.id] = services.make_folder(
                    db, viewer, workspace, lower.title, lower.body, parent=into
                )
            else:
                _copy_document(db, viewer, lower, workspace, into, lower.title)
        if not ready:
            break  # what is left lies in folders that the viewer does not see
        waiting = [lower for lower in waiting if lower not in ready]
    return made


def _copy_document(
    db: Session, viewer: Viewer, item: Item, workspace: Workspace, parent: Folder | None, title: str
) -> Document:
    if not isinstance(item, Document):
        raise TypeError(item.kind)
    old = queries.present(db, viewer, item)
    received = files.Received(title, old.media_type, old.size, old.sha256, files.picture_of(old))
    return services.make_document(db, viewer, workspace, received, title, item.body, parent=parent)

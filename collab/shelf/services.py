"""What may be done with files and folders."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.errors import Invalid
from collab.files import services as files
from collab.files.models import Attachment
from collab.files.names import clean_name
from collab.files.services import Received
from collab.shelf import names, queries, space
from collab.shelf.locks import record, require_unlocked
from collab.shelf.models import Document, DocumentVersion, Folder, Item
from collab.tags.services import set_tags, tag_key
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Workspace
from collab.workspaces.services import lock as lock_place


@dataclass(frozen=True)
class Taken:
    """What has become of a file that was taken in: ``how`` is "new", "version" or "same"."""

    document: Document
    how: str


def make_folder(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    title: str,
    body: str = "",
    *,
    parent: Folder | None = None,
    guests: bool = False,
) -> Folder:
    """A new folder; a guest's, and one that is made with ``guests``, is for guests too."""
    name = _name(title)
    check_parent(db, workspace.id, parent)
    folder = Folder(place_id=workspace.id, parent_id=parent.id if parent else None)
    folder.sort_key = names.sort_key(name, folder=True)
    _begin(db, viewer, workspace, folder, name, body, guests=guests)
    return folder


def make_document(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    received: Received,
    title: str = "",
    body: str = "",
    *,
    parent: Folder | None = None,
    note: str = "",
    guests: bool = False,
) -> Document:
    """A new file with these bytes as its first version, beside whatever has the same name."""
    access.require(db, viewer, "contribute", workspace)
    lock_place(db, workspace)
    check_parent(db, workspace.id, parent)
    space.require(db, workspace, received.size)
    name = _name(title or received.name)
    document = Document(place_id=workspace.id, parent_id=parent.id if parent else None)
    document.sort_key = names.sort_key(name, folder=False)
    _begin(db, viewer, workspace, document, name, body, guests=guests)
    _keep(db, viewer, document, received, note)
    return document


def _begin(
    db: Session, viewer: Viewer, workspace: Workspace, item: Item, title: str, body: str, *, guests: bool
) -> None:
    if guests:
        item.guests_from = clock.now()
    entries.begin(db, viewer, workspace, item, title, body)
    item.address = f"/w/{workspace.slug}/files/{item.public_id}"
    entries.publish(db, viewer, item)
    db.flush()


def add_version(
    db: Session, viewer: Viewer, document: Document, received: Received, note: str = ""
) -> Attachment | None:
    """Make ``received`` the latest version; None if the file is just that already.

    Raises Refused while somebody else has it locked.
    """
    access.require(db, viewer, "edit", document)
    require_unlocked(document, viewer)
    workspace = lock_place(db, db.get_one(Workspace, document.workspace_id))
    entries.locked_version(db, viewer, document)
    db.refresh(document)
    present = queries.present(db, viewer, document)
    if present.sha256 == received.sha256:
        return None
    space.require(db, workspace, received.size)
    title = names.like(document.title, received.name)
    if title != document.title:
        call(document, title)
    kept = _keep(db, viewer, document, replace(received, name=title), note)
    document.version += 1
    document.updated_at = clock.now()
    entries.keep_revision(db, document, viewer.me, note)
    record(db, viewer, document, "edited")
    return kept


def take_in(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    received: Received,
    *,
    parent: Folder | None = None,
    path: Sequence[str] = (),
    note: str = "",
    guests: bool = False,
) -> Taken:
    """Put a file into a folder, or into the folders ``path`` below it, which are made where missing.

    A file of the same name there, which the viewer reads and may change, gets a new version; else it
    stands beside what is there, seen or not.
    """
    access.require(db, viewer, "contribute", workspace)
    lock_place(db, workspace)
    for step in path:
        parent = folder_called(db, viewer, workspace, parent, step, guests=guests)
    for known in queries.named(db, viewer, workspace.id, parent, received.name):
        if isinstance(known, Document) and access.allowed(db, viewer, "edit", known):
            made = add_version(db, viewer, known, received, note)
            return Taken(known, "version" if made else "same")
    document = make_document(db, viewer, workspace, received, parent=parent, note=note, guests=guests)
    return Taken(document, "new")


def steps(path: str) -> list[str]:
    """The folders that a path names; Invalid for one that leads elsewhere."""
    return names.folders_of(text.clean_line(path))


def folder_called(
    db: Session, viewer: Viewer, workspace: Workspace, parent: Folder | None, title: str, *, guests: bool
) -> Folder:
    """The folder of this name that the viewer sees there, or a new one."""
    for known in queries.named(db, viewer, workspace.id, parent, title):
        if isinstance(known, Folder):
            return known
    return make_folder(db, viewer, workspace, title, parent=parent, guests=guests)


def restore_version(db: Session, viewer: Viewer, document: Document, number: int, note: str) -> bool:
    """Make an old version the latest one, as a new version; False if it is what the file is already."""
    old = queries.present(db, viewer, document, number)
    received = Received(old.name, old.media_type, old.size, old.sha256, files.picture_of(old))
    return add_version(db, viewer, document, received, note) is not None


def edit(
    db: Session, viewer: Viewer, item: Item, title: str, body: str, *, base_version: int, note: str = ""
) -> None:
    """Give it another name and description. Raises Conflict if it changed since ``base_version``."""
    require_unlocked(item, viewer)
    name = _name(title)
    if entries.revise(db, viewer, item, name, body, base_version=base_version, note=note) is None:
        return
    call(item, name)
    if isinstance(item, Document):
        present = queries.present(db, viewer, item)
        if present.name != name:
            present.name = name
            _record_file(db, viewer, present)


def tag(db: Session, viewer: Viewer, item: Item, tags: Sequence[str]) -> None:
    """Let it have these tags and no others."""
    present = [row.key for row in queries.tags(db, viewer, item)]
    if present == list(dict.fromkeys(key for key in map(tag_key, tags) if key)):
        return
    access.require(db, viewer, "edit", item)
    set_tags(db, item, tags)
    record(db, viewer, item, "edited")


# Of all these -------------------------------------------------------------------------------------


def _keep(db: Session, viewer: Viewer, document: Document, received: Received, note: str) -> Attachment:
    """Make the bytes the next version."""
    former = (
        update(Attachment)
        .where(Attachment.entry_id == document.id, Attachment.edition == "present")
        .values(edition="former")
        .returning(Attachment.id)
    )
    for number in db.scalars(former.execution_options(policy=True, synchronize_session="fetch")).all():
        activity.record(
            db,
            "file.replaced",
            viewer,
            workspace_id=document.workspace_id,
            entry_id=document.id,
            subject_id=number,
        )
    kept = files.keep(db, viewer, document, received)
    kept.edition = "present"
    document.number += 1
    document.size, document.media_type = kept.size, kept.media_type
    db.add(
        DocumentVersion(
            entry_id=document.id,
            workspace_id=document.workspace_id,
            number=document.number,
            attachment_id=kept.id,
            author_id=viewer.me,
            note=text.clean_line(note)[:300],
            created_at=clock.now(),
        )
    )
    db.flush()
    return kept


def _name(title: str) -> str:
    if not title.strip():
        raise Invalid({"title": "required"})
    return clean_name(title.replace("/", "_").replace("\\", "_"))


def free_title(db: Session, viewer: Viewer, workspace_id: int, parent: Folder | None, title: str) -> str:
    """The title, with a number where the viewer sees that name there already."""
    taken: list[str] = []
    found = title
    while queries.named(db, viewer, workspace_id, parent, found):
        taken.append(found)
        found = names.numbered(title, taken)
    return found


def call(item: Item, name: str) -> None:
    """Let it have this name, which is clean."""
    item.title = name
    item.sort_key = names.sort_key(name, folder=isinstance(item, Folder))


def check_parent(db: Session, workspace_id: int, parent: Folder | None) -> None:
    """Raise Invalid for a folder that is not there (any more)."""
    if parent is None:
        return
    db.flush()
    if parent.workspace_id != workspace_id or parent.deleted_at is not None:
        raise Invalid({"folder": "unknown_folder"})


def _record_file(db: Session, viewer: Viewer, file: Attachment) -> None:
    """The index learns its name again."""
    activity.record(
        db,
        "file.renamed",
        viewer,
        workspace_id=file.workspace_id,
        entry_id=file.entry_id,
        subject_id=file.id,
    )

"""Uploads in parts: what came so far lies in the data folder, and what was lost can be sent again from there.

The length of the file says how much has come: it grows only by what has been synced to the disk.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from werkzeug.exceptions import ClientDisconnected

from collab import clock
from collab.errors import Invalid, NotFound, Refused, TooMany
from collab.files import services as files
from collab.files.names import clean_name
from collab.shelf import locks, services, space
from collab.shelf.models import Document, Folder, Upload
from collab.storage import CHUNK, DiskFull, Storage
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

#: So long an upload waits for its next part.
LASTS = timedelta(days=2)
#: So many uploads of one person may be on their way.
MOST = 500
#: Attachments know their size as a whole number of 32 bits.
LARGEST_MB = 2047


@dataclass(frozen=True)
class Wanted:
    """What somebody is about to send. ``path``: the file's folders below ``folder``, with slashes between."""

    name: str
    size: int
    path: str = ""
    note: str = ""
    guests: bool = False


def folder_of(data_dir: Path) -> Path:
    return data_dir / "uploads"


def file_of(data_dir: Path, upload: Upload) -> Path:
    return folder_of(data_dir) / upload.public_id


def begin(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    wanted: Wanted,
    *,
    folder: Folder | None,
    document: Document | None,
    limit_mb: int,
) -> Upload:
    """Note down that a file is coming. Its place, size and room are looked at now, and again at the end."""
    access.require(db, viewer, "contribute", workspace)
    if document is not None:
        access.require(db, viewer, "edit", document)
        locks.require_unlocked(document, viewer)
    services.steps(wanted.path)
    space.require(db, workspace, wanted.size)
    _limit(db, viewer, wanted.size, min(limit_mb, LARGEST_MB))
    upload = Upload(
        account_id=viewer.me,
        workspace_id=workspace.id,
        folder_id=folder.id if folder else None,
        document_id=document.id if document else None,
        name=clean_name(wanted.name),
        path=wanted.path[:2000],
        note=wanted.note[:300],
        guests=wanted.guests,
        size=wanted.size,
        ends_at=clock.now() + LASTS,
        created_at=clock.now(),
    )
    db.add(upload)
    db.flush()
    return upload


def _limit(db: Session, viewer: Viewer, size: int, limit_mb: int) -> None:
    """Raise Invalid for a size that cannot be, TooMany for too many uploads at once."""
    if size > limit_mb << 20:
        raise Invalid({"file": "too_large"}, max=limit_mb)
    if size <= 0:
        raise Invalid({"file": "empty_file"})
    waiting = select(func.count(Upload.id)).where(
        Upload.account_id == viewer.me, Upload.entry_id.is_(None), Upload.ends_at > clock.now()
    )
    if (db.scalar(waiting) or 0) >= MOST:
        raise TooMany(60)


def get(db: Session, viewer: Viewer, public_id: str) -> Upload:
    """The viewer's own upload that has not run out. Raises NotFound."""
    found = db.scalar(
        select(Upload).where(
            Upload.public_id == public_id, Upload.account_id == viewer.me, Upload.ends_at > clock.now()
        )
    )
    if found is None:
        raise NotFound
    return found


def offset(data_dir: Path, upload: Upload) -> int:
    """So much of it has come; all, once something has become of it."""
    if upload.entry_id is not None:
        return upload.size
    path = file_of(data_dir, upload)
    return path.stat().st_size if path.is_file() else 0


@contextmanager
def taking(data_dir: Path, upload: Upload) -> Iterator[IO[bytes]]:
    """The file to add to, for one request at a time. Raises Refused while another adds to it."""
    folder_of(data_dir).mkdir(parents=True, exist_ok=True)
    with file_of(data_dir, upload).open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(423, "upload_busy") from None
        yield file


def add(storage: Storage, file: IO[bytes], stream: IO[bytes], most: int) -> int:
    """Write what comes, ``most`` bytes, also if it ends early; answers how much that was.

    What has come is synced to the disk, so that nobody needs to send it again. Raises DiskFull.
    """
    came = 0
    storage.root.mkdir(parents=True, exist_ok=True)
    try:
        while came < most:
            if not storage.has_room():
                raise DiskFull
            try:
                piece = stream.read(min(CHUNK, most - came))
            except (OSError, ClientDisconnected):
                break  # the line is down: what came before counts
            if not piece:
                break
            file.write(piece)
            came += len(piece)
    finally:
        file.flush()
        os.fsync(file.fileno())
    return came


def receive(storage: Storage, data_dir: Path, upload: Upload) -> files.Received:
    """The whole file, taken in as any other: the slow part, before the transaction begins."""
    with file_of(data_dir, upload).open("rb") as file:
        return files.receive(storage, file, upload.name, LARGEST_MB)


def finish(db: Session, viewer: Viewer, upload: Upload, received: files.Received) -> services.Taken:
    """Put it where it belongs, if the viewer may still do that. Twice is once."""
    if upload.entry_id is not None:
        known = access.get(db, viewer, Document, Document.id == upload.entry_id)
        return services.Taken(known, "same")
    place = _place(db, viewer, upload)
    if upload.document_id is not None:
        document = access.get(db, viewer, Document, Document.id == upload.document_id)
        made = services.add_version(db, viewer, document, received, upload.note)
        taken = services.Taken(document, "version" if made else "same")
    else:
        parent = _folder(db, viewer, upload)
        steps = services.steps(upload.path)
        taken = services.take_in(
            db, viewer, place, received, parent=parent, path=steps, note=upload.note, guests=upload.guests
        )
    db.flush()
    upload.entry_id = taken.document.id
    return taken


def _place(db: Session, viewer: Viewer, upload: Upload) -> Workspace:
    slug = db.scalar(select(Workspace.slug).where(Workspace.id == upload.workspace_id))
    return access.workspace(db, viewer, slug or "")


def _folder(db: Session, viewer: Viewer, upload: Upload) -> Folder | None:
    if upload.folder_id is None:
        return None
    return access.get(db, viewer, Folder, Folder.id == upload.folder_id)


def forget(data_dir: Path, upload: Upload) -> None:
    """Its bytes are kept elsewhere now, or nobody wants them."""
    file_of(data_dir, upload).unlink(missing_ok=True)


def forget_old(db: Session, data_dir: Path) -> int:
    """Uploads that ran out, and their bytes; answers how many. For the worker."""
    old = db.scalars(select(Upload).where(Upload.ends_at <= clock.now())).all()
    for upload in old:
        forget(data_dir, upload)
    db.execute(delete(Upload).where(Upload.id.in_([upload.id for upload in old])))
    _sweep(db, data_dir)
    return len(old)


def _sweep(db: Session, data_dir: Path) -> None:
    """Bytes that belong to no upload: of a process that was killed."""
    if not folder_of(data_dir).is_dir():
        return
    for path in folder_of(data_dir).iterdir():
        known = select(Upload.id).where(Upload.public_id == path.name, Upload.entry_id.is_(None))
        if db.scalar(known) is None and path.stat().st_mtime < (clock.now() - LASTS).timestamp():
            path.unlink(missing_ok=True)

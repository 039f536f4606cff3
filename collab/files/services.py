"""What may be done with files.

``receive`` takes the bytes in and looks at them: slow, without the database. ``keep`` gives them
a row. Whoever holds the web's one writing transaction does the first before it begins.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from collab import activity, clock, text
from collab.errors import Forbidden, Invalid
from collab.files import addresses, pictures, sniff
from collab.files.bare import bare
from collab.files.models import Attachment, AttachmentPreview, AttachmentText
from collab.files.names import clean_name
from collab.storage import Storage, TooLarge
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry

LONGEST_ALT = 1000


@dataclass(frozen=True)
class Received:
    """Bytes that lie in the storage, and what we found out about them.

    ``refused`` is the code of why something that looks like a picture cannot be shown as one;
    it is kept as a plain file then.
    """

    name: str
    media_type: str
    size: int
    sha256: str
    picture: pictures.Picture | None
    refused: str = ""


def receive(storage: Storage, stream: IO[bytes], name: str, limit_mb: int | None = None) -> Received:
    """Take a file in; pictures lose what cameras add, before anything is kept.

    Raises Invalid for an empty or too large one, DiskFull without room.
    """
    limit = (limit_mb if limit_mb is not None else 1 << 20) << 20
    head = stream.read(sniff.HEAD)
    kind = sniff.picture(head)
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if kind is not None and size <= limit:
        stream = io.BytesIO(bare(stream.read(), kind))
    try:
        blob = storage.put(cast("BinaryIO", stream), limit)
    except TooLarge as error:
        raise Invalid({"file": "too_large"}, max=limit_mb or 0) from error
    if blob.size == 0:
        raise Invalid({"file": "empty_file"})
    if kind is None:
        return Received(clean_name(name), sniff.media_type(head, name), blob.size, blob.sha256, None)
    try:
        picture = pictures.look(storage, blob.sha256, kind)
    except pictures.NotShown as error:
        return Received(clean_name(name), sniff.PLAIN, blob.size, blob.sha256, None, error.code)
    return Received(clean_name(name, kind), kind, blob.size, blob.sha256, picture)


def picture_of(file: Attachment) -> pictures.Picture | None:
    """What was found out about a kept picture; None for any other file."""
    if file.width is None or file.height is None:
        return None
    return pictures.Picture(file.width, file.height, file.animated)


def receive_upload(storage: Storage, upload: FileStorage | None, limit_mb: int) -> Received:
    """Take in what a browser sent. Raises Invalid if it sent no file."""
    if upload is None or not upload.filename:
        raise Invalid({"file": "no_file"})
    return receive(storage, upload.stream, upload.filename, limit_mb)


def may_attach(db: Session, viewer: Viewer, entry: Entry, *, with_comment: bool = False) -> bool:
    """Files of the entry belong to those who edit it, files of comments to those who comment."""
    if with_comment:
        out = entry.published_at is not None and entry.published_at <= clock.now()
        return out and access.allowed(db, viewer, "comment", entry)
    return access.allowed(db, viewer, "edit", entry)


def keep(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    received: Received,
    *,
    alt: str = "",
    with_comment: bool = False,
) -> Attachment:
    """Put a received file on the entry. The same file again is the same attachment.

    A file for a comment is internal until a comment that is not, written by the same person,
    shows it. Raises NotFound or Forbidden.
    """
    access.require(db, viewer, "read", entry)
    if not may_attach(db, viewer, entry, with_comment=with_comment):
        raise Forbidden
    internal = with_comment and viewer.is_employee
    guest = viewer.account_id if with_comment and not viewer.is_employee else None
    made = Attachment(
        author_id=viewer.me, alt=clean_alt(alt), with_comment=with_comment, internal=internal, guest_id=guest
    )
    return _add(db, viewer, entry, received, made)


def _add(db: Session, viewer: Viewer, entry: Entry, received: Received, made: Attachment) -> Attachment:
    """``made`` with all that is known of it now, or the attachment that says the same already."""
    known: Attachment | None = db.scalar(
        select(Attachment)
        .where(
            Attachment.entry_id == entry.id,
            Attachment.sha256 == received.sha256,
            Attachment.name == received.name,
            Attachment.author_id == made.author_id,
            Attachment.with_comment.is_(made.with_comment),
            Attachment.deleted_at.is_(None),
        )
        .order_by(Attachment.id)
        .limit(1)
        .execution_options(policy=True)
    )
    if known is not None:
        known.alt = known.alt or made.alt
        return known
    made.workspace_id, made.entry_id = entry.workspace_id, entry.id
    made.name, made.media_type = received.name, received.media_type
    made.size, made.sha256, made.created_at = received.size, received.sha256, clock.now()
    if received.picture is not None:
        made.width, made.height = received.picture.width, received.picture.height
        made.animated = received.picture.animated
    db.add(made)
    db.flush()
    if not made.is_picture:  # what stands in it is to be read, and to be looked at
        db.add_all((AttachmentText(attachment_id=made.id), AttachmentPreview(attachment_id=made.id)))
    _record(db, viewer, made, "file.added")
    return made


def attach(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    storage: Storage,
    upload: FileStorage,
    *,
    limit_mb: int,
    alt: str = "",
    with_comment: bool = False,
) -> Attachment:
    """``receive_upload`` and ``keep`` in one, for one who may wait inside a transaction."""
    access.require(db, viewer, "read", entry)
    if not may_attach(db, viewer, entry, with_comment=with_comment):
        raise Forbidden
    received = receive_upload(storage, upload, limit_mb)
    return keep(db, viewer, entry, received, alt=alt, with_comment=with_comment)


def attach_path(
    db: Session, viewer_id: int, entry: Entry, storage: Storage, path: Path, name: str, alt: str = ""
) -> Attachment:
    """Put a file of this computer on the entry, in the name of an account, for imports.

    As ``keep_as``; the same file again is the same attachment. ``entry`` has to be flushed.
    Raises Invalid for an empty file, OSError for an unreadable one.
    """
    with path.open("rb") as stream:
        received = receive(storage, stream, name)
    return keep_as(db, viewer_id, entry, received, alt)


def keep_as(db: Session, author_id: int, entry: Entry, received: Received, alt: str = "") -> Attachment:
    """``keep`` in the name of an account, for imports: asks no permission and tells nobody who acted."""
    made = Attachment(author_id=author_id, alt=clean_alt(alt), with_comment=False, internal=False)
    return _add(db, ANONYMOUS, entry, received, made)


def address(attachment: Attachment, size: str = "") -> str:
    """The path of a kept file; ``size`` "thumb" (320 px) or "page" (1280 px) for a smaller picture."""
    return addresses.address(attachment.entry.public_id, attachment, size)


def markdown(attachment: Attachment) -> str:
    """How a kept file stands in a text: a picture as a picture, everything else as a link."""
    return addresses.markdown(attachment.entry.public_id, attachment)


def clean_alt(alt: str) -> str:
    return text.clean_line(alt)[:LONGEST_ALT]


def may_change(db: Session, viewer: Viewer, entry: Entry, file: Attachment) -> bool:
    """Who attached it, while the place is open to them, and who looks after the entry or the comments."""
    own = viewer.signed_in and file.author_id == viewer.account_id
    if file.with_comment:
        return access.allowed(db, viewer, "comment" if own else "moderate", entry)
    return access.allowed(db, viewer, "edit", entry)


def _require_change(db: Session, viewer: Viewer, file: Attachment) -> None:
    entry = access.get(db, viewer, Entry, Entry.id == file.entry_id)
    if file.edition or not may_change(db, viewer, entry, file):
        raise Forbidden


def describe(db: Session, viewer: Viewer, file: Attachment, alt: str) -> None:
    """Say what a picture shows, for people who cannot see it."""
    _require_change(db, viewer, file)
    if len(text.clean_line(alt)) > LONGEST_ALT:
        raise Invalid({"alt": "too_long"}, max=LONGEST_ALT)
    file.alt = clean_alt(alt)
    _record(db, viewer, file, "file.described")


def remove(db: Session, viewer: Viewer, file: Attachment) -> None:
    """Take a file off its entry; ``restore`` brings it back."""
    _require_change(db, viewer, file)
    if file.deleted_at is None:
        file.deleted_at, file.deleted_by_id = clock.now(), viewer.account_id
        _record(db, viewer, file, "file.deleted")


def restore(db: Session, viewer: Viewer, file: Attachment) -> None:
    """Undo a deletion."""
    _require_change(db, viewer, file)
    if file.deleted_at is not None:
        file.deleted_at = file.deleted_by_id = None
        _record(db, viewer, file, "file.restored")


def _record(db: Session, viewer: Viewer, file: Attachment, what: str) -> None:
    activity.record(
        db, what, viewer, workspace_id=file.workspace_id, entry_id=file.entry_id, subject_id=file.id
    )

"""Files as pages show them: which are listed, how large they are, and how browsers get them."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from flask import Response, send_file
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from collab.errors import NotFound
from collab.files import addresses, pictures, queries, services, sniff
from collab.files.models import Attachment
from collab.files.preview import kinds as previews
from collab.files.reading import kinds
from collab.storage import Storage
from collab.viewer import Viewer
from collab.workspaces.asking import ask
from collab.workspaces.models import Entry

#: A file that a browser opens by itself can run nothing and ask nobody.
LOCKED_UP = "default-src 'none'; sandbox"


def size_text(size: int) -> str:
    """A number of bytes for people."""
    if size < 1000:
        return str(ngettext("%(num)s byte", "%(num)s bytes", size))
    for unit in ("kB", "MB", "GB"):
        size_in_unit = size / 1000 ** (("kB", "MB", "GB").index(unit) + 1)
        if size_in_unit < 999.5 or unit == "GB":
            return f"{format_decimal(round(size_in_unit, 1 if size_in_unit < 10 else 0))} {unit}"
    raise AssertionError


def _icon(media_type: str) -> str:
    return {"image": "image", "text": "file-text"}.get(media_type.partition("/")[0], "file")


def search_note(state: str | None) -> str:
    """Why what stands in a file cannot be searched, or not all of it; empty where it can, or nobody would."""
    notes: dict[str, str] = {
        kinds.BEGINNING: _("Only its beginning is searched."),
        kinds.ENCRYPTED: _("It needs a password, so its contents cannot be searched."),
        kinds.BROKEN: _("It is damaged or in an unknown form, so its contents cannot be searched."),
        kinds.UNSAFE: _("It is built in a way that can harm programs, so its contents are not read."),
        kinds.EMPTY: _("There is no text in it, as in scanned paper, so its contents cannot be searched."),
        kinds.TOO_LARGE: _("It is too large to be read, so its contents cannot be searched."),
        kinds.TOO_SLOW: _("It takes too long to be read, so its contents cannot be searched."),
        kinds.UNSUPPORTED: _("Contents of files of this type cannot be searched."),
    }
    return notes.get(state or "", "")


def about(size: int, state: str | None) -> str:
    """What a list says of a file under its name."""
    return " · ".join(filter(None, (size_text(size), search_note(state))))


def previewed(entry_public_id: str, file: Any) -> str:
    """Where its preview is; "" for a file that has none."""
    if previews.way(file.media_type, file.name, picture=file.width is not None):
        return addresses.preview(entry_public_id, file)
    return ""


def _opened(entry_public_id: str, file: Any) -> str:
    """Where somebody who picks a file comes: to its preview, if such files have one."""
    return previewed(entry_public_id, file) or addresses.address(entry_public_id, file)


def files_context(db: Session, viewer: Viewer, entry: Entry, shown: Collection[int] = ()) -> dict[str, Any]:
    """``{"files": …}`` for ``{% include "files/section.html" %}``; one statement.

    Pictures that the text or, by ``shown`` (ids), the page itself shows are not listed again.
    ``files.sizes`` is for ``addresses.with_sizes(entry.html, …)``.
    """
    rows = ask(db, viewer, queries.listed, entry=entry.id).all()
    inline = addresses.mentioned(entry.public_id, entry.html)
    may_change = services.may_attach(db, viewer, entry)
    here = f"/entries/{entry.public_id}/files"
    items = [
        {
            "public_id": row.public_id,
            "title": row.name,
            "url": _opened(entry.public_id, row),
            "download_url": addresses.address(entry.public_id, row),
            "icon": _icon(row.media_type),
            "text": about(row.size, row.state),
            "alt": row.alt,
            "delete_url": f"{here}/{row.public_id}/delete" if may_change else "",
        }
        for row in rows
        if row.id not in shown and not (row.width is not None and row.public_id in inline)
    ]
    sizes = {row.public_id: (row.width, row.height) for row in rows if row.width is not None}
    return {"files": {"items": items, "sizes": sizes, "upload_url": here if may_change else ""}}


def sent(storage: Storage, file: Attachment, size: str) -> Response:
    """The bytes of a file that the viewer may have, or of a smaller picture of it.

    Only pictures that we decoded, and that still begin like one, are shown inside a page; all
    else is a download. Browsers ask each time whether they may still have it.
    """
    path = storage.path(file.sha256)
    if not path.is_file():
        raise NotFound
    inline = file.is_picture and _begins_as(path) == file.media_type
    smaller = _smaller(storage, file, size) if inline else None
    response = send_file(
        smaller or path,
        mimetype="image/webp" if smaller else file.media_type if inline else sniff.told(file.media_type),
        as_attachment=not inline,
        download_name=f"{file.name}.webp" if smaller else file.name,
        conditional=True,
        etag=f"{file.sha256[:32]}{size if smaller else ''}",
        last_modified=file.created_at,
        max_age=None,
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = LOCKED_UP
    return response


def _begins_as(path: Path) -> str | None:
    with path.open("rb") as kept:
        return sniff.picture(kept.read(32))


def _smaller(storage: Storage, file: Attachment, size: str) -> Path | None:
    """The smaller picture; made again if it is gone. None where the whole one is to be shown."""
    if size not in pictures.SIZES or (file.animated and size == "page"):
        return None
    path = storage.path(file.sha256, size)
    if path.is_file():
        return path
    try:
        pictures.look(storage, file.sha256, file.media_type)
    except pictures.NotShown:
        return None
    return path

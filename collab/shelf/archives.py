"""ZIP archives of files and folders, written while they are sent: nothing is kept, nothing waits for the end."""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from collab.errors import Invalid
from collab.shelf import names, queries
from collab.shelf.models import Document, Folder, Item
from collab.storage import CHUNK, Storage
from collab.viewer import Viewer

MOST = 10_000
#: What is packed already; packing it again takes time and saves nothing.
_PACKED = ("image/", "audio/", "video/", "application/zip", "application/gzip", "application/vnd.openxml")


@dataclass(frozen=True)
class Member:
    """A file, or a folder where ``sha256`` is empty, under its path in the archive."""

    path: str
    sha256: str
    size: int
    media_type: str
    at: datetime


def members(db: Session, viewer: Viewer, items: Sequence[Item]) -> list[Member]:
    """What the things and all in them that the viewer reads are called in an archive, safe on every computer.

    Invalid for too much at once.
    """
    everything: dict[int, Item] = {}
    for item in items:
        everything[item.id] = item
        if isinstance(item, Folder):
            everything.update((lower.id, lower) for lower in queries.inside(db, viewer, item))
    if len(everything) > MOST:
        raise Invalid({"item": "too_many_files"}, max=MOST)
    held = queries.bytes_of(
        db, viewer, [item.id for item in everything.values() if isinstance(item, Document)]
    )
    paths: dict[int, str] = {}
    taken: dict[str, list[str]] = {}
    top = {item.id for item in items}
    waiting, found = list(everything.values()), []
    while waiting:
        later = []
        for item in waiting:
            if item.id in paths or (item.id not in top and item.parent_id not in paths):
                later.append(item)
                continue
            above = paths[item.parent_id or 0] if item.parent_id in paths and item.id not in top else ""
            beside = taken.setdefault(above, [])
            name = names.numbered(item.title, beside)
            beside.append(name)
            paths[item.id] = f"{above}{name}/"
            found.append(_member(item, f"{above}{name}", held.get(item.id)))
        if len(later) == len(waiting):
            break
        waiting = later
    return [member for member in found if member is not None]


def _member(item: Item, path: str, file: Any) -> Member | None:
    if isinstance(item, Folder):
        return Member(f"{path}/", "", 0, "", item.updated_at)
    if file is None:
        return None
    return Member(path, file.sha256, file.size, file.media_type, item.updated_at)


class _Pipe:
    """What a ZIP archive is written into and taken out of again, piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._at = 0

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        self._at += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def packed(storage: Storage, wanted: Sequence[Member]) -> Iterator[bytes]:
    """The archive, in pieces. A file whose bytes are gone is left out."""
    pipe: Any = _Pipe()
    with zipfile.ZipFile(pipe, "w", allowZip64=True) as archive:
        for member in wanted:
            info = _info(member)
            if not member.sha256:
                archive.writestr(info, b"")
                continue
            path = storage.path(member.sha256)
            if path.is_file():
                yield from _add(archive, info, path, pipe)
        yield pipe.take()
    yield pipe.take()


def _info(member: Member) -> zipfile.ZipInfo:
    moment = member.at.timetuple()[:6]
    info = zipfile.ZipInfo(member.path, moment if 1980 <= moment[0] <= 2107 else (1980, 1, 1, 0, 0, 0))
    info.external_attr = (0o40755 << 16 | 0x10) if not member.sha256 else 0o100644 << 16
    once = not member.sha256 or member.media_type.startswith(_PACKED)
    info.compress_type = zipfile.ZIP_STORED if once else zipfile.ZIP_DEFLATED
    info.file_size = member.size
    return info


def _add(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, pipe: _Pipe) -> Iterator[bytes]:
    with path.open("rb") as file, archive.open(info, "w", force_zip64=info.file_size > 1 << 30) as out:
        while chunk := file.read(CHUNK):
            out.write(chunk)
            yield pipe.take()
    yield pipe.take()

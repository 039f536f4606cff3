"""Bytes by their hash, in the data folder. A row somewhere else gives them a name and a reader.

A blob is written to a temporary name in its own folder, synced, renamed, and the folder
synced, before a row may name it: a killed process leaves at most a nameless temporary file.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from collab.errors import CollabError

CHUNK = 1 << 20
KEEP_FREE = 500 << 20


class TooLarge(CollabError):
    """More bytes came than are allowed."""


class DiskFull(CollabError):
    """Too little room is left; refused before the database would fail."""


@dataclass(frozen=True, slots=True)
class Blob:
    sha256: str
    size: int


class Storage:
    """The blobs below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str, variant: str = "") -> Path:
        """Where the blob lies, or a thing derived from it (``variant``, a plain word)."""
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise ValueError(sha256)
        return self.root / sha256[:2] / (sha256 + (f".{variant}" if variant else ""))

    def put(self, stream: BinaryIO, limit: int) -> Blob:
        """Keep what ``stream`` holds. Equal content is stored once.

        Raises TooLarge beyond ``limit`` bytes and DiskFull when less than 500 MB and 5 %
        of the disk would be left.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        if not self.has_room():
            raise DiskFull
        digest, size = hashlib.sha256(), 0
        temporary = self.root / f"tmp-{secrets.token_hex(8)}"
        try:
            with temporary.open("xb") as out:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise TooLarge
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            target = self.path(digest.hexdigest())
            self._move(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)
        return Blob(digest.hexdigest(), size)

    def keep_variant(self, sha256: str, variant: str, content: bytes) -> Path:
        """Keep something derived from a blob, such as a thumbnail; it can be made again."""
        target = self.path(sha256, variant)
        temporary = self.root / f"tmp-{secrets.token_hex(8)}"
        temporary.write_bytes(content)
        self._move(temporary, target)
        return target

    def drop(self, sha256: str, before: float) -> bool:
        """Remove a blob that nothing names any more, and what is derived from it.

        Answers False, and removes nothing, if the same bytes came (again) at ``before`` (seconds since 1970)
        or later: a row that names them may be about to be written.
        """
        path = self.path(sha256)
        with self._gate():
            if path.is_file() and path.stat().st_mtime >= before:
                return False
            for each in path.parent.glob(f"{sha256}*"):
                each.unlink()
        return True

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """One at a time: what comes, and what goes."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".gate").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def has_room(self) -> bool:
        """Is there room for uploads without endangering the database?"""
        usage = shutil.disk_usage(self.root)
        return usage.free > min(KEEP_FREE, usage.total // 20)

    def _move(self, temporary: Path, target: Path) -> None:
        with self._gate():
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
        for folder in (target.parent, self.root):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

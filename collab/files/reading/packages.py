"""The zip file that an office document is, opened within bounds."""

import re
import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO

from collab.files.reading import marked
from collab.files.reading.collected import Unreadable
from collab.files.reading.kinds import BROKEN, ENCRYPTED, TOO_LARGE

MEGABYTE = 1 << 20
MEMBERS = 10_000
#: Of one part, and of all parts that are read together, unpacked.
PART, WHOLE = 128 * MEGABYTE, 256 * MEGABYTE
#: A part above this size that was packed more tightly than by this factor is not honest.
SUSPICIOUS, TIGHTEST = 8 * MEGABYTE, 200

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: [MS-OFFCRYPTO] 2.3.4.4: the stream in which an office document with a password lies.
_PACKED_AWAY = "EncryptedPackage".encode("utf-16-le")


class Package:
    """The parts of a document by their names, in small letters."""

    def __init__(self, file: BinaryIO) -> None:
        _look_at_beginning(file)
        self._zip = zipfile.ZipFile(file)
        members = self._zip.infolist()
        if len(members) > MEMBERS:
            raise Unreadable(TOO_LARGE)
        self._parts = {member.filename.lower().lstrip("/"): member for member in members}
        self._left = WHOLE

    def named(self, pattern: str) -> list[str]:
        """The names of the parts that ``pattern`` matches as a whole, counted as people count."""
        fits = re.compile(pattern).fullmatch
        return sorted(filter(fits, self._parts), key=lambda name: (len(name), name))

    def read(self, name: str, handler: marked.Handler) -> None:
        """Tell ``handler`` what stands in the part, if there is one of this name and anything in it."""
        member = self._parts.get(name)
        if member is None or not member.file_size:
            return
        self._left -= member.file_size
        _check(member)
        if self._left < 0:
            raise Unreadable(TOO_LARGE)
        with self._zip.open(member) as part:
            marked.read(part, handler)

    def check(self) -> None:
        """Raise Unreadable unless all parts together, pictures too, are of an honest size and need no password."""
        for member in self._zip.infolist():
            _check(member)
        if sum(member.file_size for member in self._zip.infolist()) > WHOLE:
            raise Unreadable(TOO_LARGE)


def _check(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & 1:
        raise Unreadable(ENCRYPTED)
    tight = member.file_size > SUSPICIOUS and member.file_size > TIGHTEST * member.compress_size
    if tight or member.file_size > PART:
        raise Unreadable(TOO_LARGE)


def _look_at_beginning(file: BinaryIO) -> None:
    """An office document with a password is no zip but an OLE container around one."""
    if file.read(len(_OLE)) == _OLE:
        hidden = any(_PACKED_AWAY in both for both in _overlapping(file))
        raise Unreadable(ENCRYPTED if hidden else BROKEN)
    file.seek(0)


def _overlapping(file: IO[bytes]) -> Iterator[bytes]:
    before = b""
    while chunk := file.read(MEGABYTE):
        yield before[-64:] + chunk
        before = chunk

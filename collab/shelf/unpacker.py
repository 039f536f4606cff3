"""A program of its own that unpacks a ZIP archive within narrow limits.

``python -m collab.shelf.unpacker SECONDS MEGABYTES`` reads the archive from its standard input and answers in
frames: a letter, a length (4 bytes), and so many bytes. ``N`` begins a file (its path), ``D`` is a piece of it,
``K`` says that it was whole, ``F`` is a folder, ``S`` something left out (JSON: path and why), ``Z`` the end: why.
It writes no file and knows no path of this computer. Whatever a hostile archive does to it, it does to this
process, which can open nothing and ends soon.
"""

import json
import stat
import struct
import sys
import zipfile
import zlib
from typing import BinaryIO

from collab.files.reading.program import OutOfTime, bring_in, give_way, shut

MEGABYTE = 1 << 20
PIECE = 256 * 1024
MEMBERS = 1000
#: So much may come out of an archive, or so many times its own size, whichever is more; and never more than that.
LEAST, TIMES, MOST = 64 * MEGABYTE, 20, 1024 * MEGABYTE
#: What systems put into archives for themselves.
_NOT_MEANT = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


class TooMuch(Exception):
    """More comes out than an honest archive holds."""


def tell(letter: bytes, content: bytes) -> None:
    sys.stdout.buffer.write(letter + struct.pack(">I", len(content)) + content)


def leave_out(name: str, why: str) -> None:
    tell(b"S", json.dumps([name[:500], why]).encode())


def unpack(file: BinaryIO) -> str:
    """Tell all that is in the archive; answers why no more came, "" if that was all."""
    packed = file.seek(0, 2)
    left = min(MOST, max(LEAST, TIMES * packed))
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, struct.error):
        return "not_an_archive"
    members = archive.infolist()
    if len(members) > MEMBERS:
        return "archive_too_large"
    try:
        for member in members:
            left -= _tell_member(archive, member, left)
    except TooMuch:
        return "archive_too_large"
    return ""


def _tell_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    name = member.filename
    mode = member.external_attr >> 16
    if any(part in _NOT_MEANT or f"{part}/" in _NOT_MEANT for part in name.split("/")):
        return 0
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        leave_out(name, "link")
    elif member.flag_bits & 1:
        leave_out(name, "encrypted")
    elif member.is_dir():
        tell(b"F", name.encode("utf-8", "replace"))
    else:
        return _tell_content(archive, member, left)
    return 0


def _tell_content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    came = 0
    tell(b"N", member.filename.encode("utf-8", "replace"))
    try:
        with archive.open(member) as content:
            while piece := content.read(PIECE):
                came += len(piece)
                if came > left:
                    raise TooMuch
                tell(b"D", piece)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, RuntimeError):
        leave_out(member.filename, "broken")
        return came
    tell(b"K", b"")
    return came


def main() -> None:
    seconds, memory = map(int, sys.argv[1:])
    give_way(memory)
    bring_in()
    shut(seconds)
    try:
        why = unpack(sys.stdin.buffer)
    except (OutOfTime, MemoryError):
        why = "archive_too_large"
    except Exception:  # whatever a parser raises, no more can be unpacked
        why = "not_an_archive"
    tell(b"Z", why.encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

"""The files of an index: written so that a power cut leaves the old index or the new one, and looked after.

Whoosh syncs nothing. It writes the files of a segment, which change no more, then a table of contents
under another name, which takes the name of a new one; then it removes what is of use no longer. So
everything is synced just before that name is taken, and the name just after it.

Of each file its length and sum are kept, so that damage is noticed by looking and not by searching.
"""

import json
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from collab.search.whoosh import TOC, FileStorage

SUMS = "sums.json"
NAME = "MAIN"
#: Files are read in pieces of so many bytes.
PIECE = 1 << 20

#: Name of a file -> its length and the CRC-32 of what is in it.
Sums = Mapping[str, tuple[int, int]]


class SyncedStorage(FileStorage):  # type: ignore[misc] # Whoosh has no types
    """Where Whoosh writes; a table of contents takes its name only when all it tells of is on the disk."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Let a file that has been written take its name."""
        folder = Path(self.folder)
        known = read_sums(folder)
        # The present table of contents too: it is the one in use if the process is killed before the name is taken.
        names = [path.name for path in folder.iterdir() if path.is_file() and path.suffix in {".seg", ".toc"}]
        sums = {name: known.get(name) or _synced(folder / name) for name in names}
        sums[newname] = _synced(folder / oldname)
        write_whole(folder / SUMS, json.dumps(sums))
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(folder)


def write_whole(path: Path, text: str) -> None:
    """Write a file that is there with all of the text or as it was before. Its folder is still to be synced."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(text)
    _synced(fresh)
    fresh.replace(path)


def sync_folder(folder: Path) -> None:
    """Wait until the names in it are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_sums(folder: Path) -> Sums:
    """What is known of the files; nothing if nobody can say."""
    try:
        found: dict[str, Any] = json.loads((folder / SUMS).read_text())
        return {name: (int(length), int(check)) for name, (length, check) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def trouble(folder: Path, *, closely: bool = False) -> str:
    """What is wrong with the index in this folder, in a few words; nothing if nothing is.

    By the lengths of its files, in less than a millisecond; ``closely``, by every byte.
    """
    try:
        sums = read_sums(folder)
        for name in _files_in_use(folder):
            if name not in sums:
                return f"nothing is known of {name}"
            length, check = sums[name]
            if (folder / name).stat().st_size != length:
                return f"{name} has not the length that it had"
            if closely and _sum(folder / name) != check:
                return f"{name} is not what was written"
    except Exception as error:  # Whoosh raises whatever a broken file makes it stumble over
        return f"it cannot be read ({type(error).__name__})"
    return ""


def _files_in_use(folder: Path) -> Iterator[str]:
    storage = FileStorage(str(folder), readonly=True)
    contents = TOC.read(storage, NAME)
    yield f"_{NAME}_{contents.generation}.toc"
    for segment in contents.segments:
        yield f"{segment.segment_id()}.seg"


def tidy(folder: Path) -> None:
    """Take away what a writer left who was killed. For whoever holds the lock of the index."""
    try:
        used = {*_files_in_use(folder), SUMS, f"{NAME}_WRITELOCK"}
    except Exception:  # nothing is in use: it is made again, elsewhere
        return
    remove(path for path in folder.iterdir() if path.name not in used)


def remove(paths: Iterable[Path]) -> None:
    """Take away files, and folders with what is in them."""
    for path in list(paths):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _synced(path: Path) -> tuple[int, int]:
    """Wait until what is in the file is on the disk; answers its length and its sum."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return path.stat().st_size, _sum(path)


def _sum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found = zlib.crc32(piece, found)
    return found

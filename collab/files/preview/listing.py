"""A program of its own: the names and sizes of what is in a ZIP archive, as its directory says. Nothing is unpacked."""

import re
import zipfile
from typing import BinaryIO

from collab.files.preview.texts import Exact
from collab.files.reading import program
from collab.files.reading.collected import Collected, Enough

#: So many are listed.
MOST = 1000
_SIGNS = re.compile(r"[\x00-\x1f\x7f]")


def read(file: BinaryIO, found: Collected) -> None:
    """A line for each: its size in bytes, empty for a folder, a tab, and its path. Raises Enough for too many."""
    with zipfile.ZipFile(file) as archive:
        for number, member in enumerate(archive.infolist()):
            if number == MOST:
                raise Enough
            size = "" if member.is_dir() else member.file_size
            found.add(f"{size}\t{_SIGNS.sub('?', member.filename)[:500]}\n")


if __name__ == "__main__":
    program.run(read, Exact())

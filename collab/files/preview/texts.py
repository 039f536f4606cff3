"""A program of its own: the letters of a text file as they stand there, up to a number of them."""

from typing import BinaryIO

from collab.files.reading import program
from collab.files.reading.collected import Collected
from collab.files.reading.plain import decoded

#: Letters that are shown; and that are looked at, with four bytes at most each.
MOST = 100_000


class Exact(Collected):
    """Letters with every blank and empty line that stands between them."""

    def __init__(self) -> None:
        super().__init__(MOST)

    def text(self) -> str:
        whole = "".join(self._parts).replace("\r\n", "\n").replace("\r", "\n")
        return whole.encode("utf-8", "replace").decode()


def read(file: BinaryIO, found: Collected) -> None:
    """Collect the letters. Raises Unreadable for what is no text, Enough."""
    found.add(decoded(file, MOST * 4))


if __name__ == "__main__":
    program.run(read, Exact())

"""XML as it comes by, without a tree, and without anything that XML could fetch or multiply.

Python's own expat is used bare: it opens nothing by itself. A document that declares an entity, of
its own text or of a file or address, is refused, as defusedxml does; office programs write none.
"""

from collections.abc import Mapping
from typing import IO, Protocol
from xml.parsers import expat

from collab.files.reading.collected import Unreadable
from collab.files.reading.kinds import BROKEN, UNSAFE

CHUNK = 1 << 16
DEEPEST = 1000


class Handler(Protocol):
    """Who listens. Names come without their namespaces: ``t``, not ``w:t``."""

    def begin(self, name: str, attributes: Mapping[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def words(self, words: str) -> None: ...


def read(stream: IO[bytes], handler: Handler) -> None:
    """Tell ``handler`` what stands in ``stream``. Raises ExpatError, or Unreadable for no honest XML."""
    _Walk(handler).through(stream)


class _Walk:
    def __init__(self, handler: Handler) -> None:
        self.handler, self.depth = handler, 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.buffer_size = CHUNK
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = handler.words
        self.parser.EntityDeclHandler = self._refuse

    def through(self, stream: IO[bytes]) -> None:
        while chunk := stream.read(CHUNK):
            self.parser.Parse(chunk, False)
        self.parser.Parse(b"", True)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(BROKEN)
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        self.handler.begin(name.rpartition(" ")[2], plain)

    def _end(self, name: str) -> None:
        self.depth -= 1
        self.handler.end(name.rpartition(" ")[2])

    def _refuse(self, *_declared: object) -> None:
        raise Unreadable(UNSAFE)

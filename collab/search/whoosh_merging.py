"""When parts of the index are put together: seldom enough to be quick, often enough to stay few."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from collab.search.whoosh import SegmentReader

#: So many parts of about the same size become one.
TOGETHER = 8


def merge(writer: Any, segments: Sequence[Any]) -> list[Any]:
    """What Whoosh calls when it writes: hands parts to the writer, to be written anew; answers those that stay.

    Whoosh's own way puts five of the smallest together, which writes each document a dozen times until
    there are thousands. Here a document moves only into a part eight times as large as the one it was in.
    What is empty goes at once.
    """
    there = sorted((part for part in segments if part.doc_count()), key=size_class)
    stay: list[Any] = []
    for _, alike in groupby(there, size_class):
        parts = list(alike)
        if len(parts) < TOGETHER:
            stay += parts
        else:
            for part in parts:
                reader = SegmentReader(writer.storage, writer.schema, part)
                writer.add_reader(reader)
                reader.close()
    return stay


def size_class(part: Any) -> int:
    """0 for a few documents, 1 for eight times as many, and so on. By documents that are still there."""
    size, found = int(part.doc_count()), 0
    while size >= TOGETHER:
        size //= TOGETHER
        found += 1
    return found

"""The index on disk: Whoosh, in a folder that can be thrown away and made again.

Only the worker and ``collab reindex`` write, one at a time under a lock. A file names the folder
in use, so that a new index is built beside the old one and takes its place in one step. Whoosh
syncs nothing to disk, so every batch is synced here before its deliveries are done.
"""

import fcntl
import math
import os
import secrets
import shutil
import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import fields, formats, index
from whoosh.columns import NumericColumn
from whoosh.reading import SegmentReader, TermNotFound

from collab.search.kept import ROOM, Kept, united
from collab.search.ranking import Postings, Question, Terms, rank
from collab.search.weights import Document, of_beginnings, of_terms, patience, weigh

CURRENT = "search.current"
LOCK = "search.lock"
#: Grows when a folder of before cannot be read any more; it is made again then.
FORM = 2
CANDIDATES = 1000
#: How often a reader begins again when the writer removes what it was about to open.
TRIES = 10
#: The fields whose words say more or less about a thing; the others only narrow.
WEIGHED = {"terms", "name"}
#: The letters of keys, in the order of the numbers that stand for them in the index.
KEYS = "ecfpw"


class Weighted(fields.FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field whose value is terms and their weights, already worked out."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None, scorable=False, stored=False)

    def index(self, value: Mapping[str, float], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh wants to know about each term: it, how often, its weight, nothing."""
        return ((term.encode(), 1, weight, b"") for term, weight in value.items())


def _schema() -> fields.Schema:
    return fields.Schema(
        key=fields.ID(unique=True),
        kind=fields.ID(),
        author=Weighted(),
        terms=Weighted(),
        name=Weighted(),
        thing=fields.COLUMN(NumericColumn("q")),
        place=fields.COLUMN(NumericColumn("q")),
        at=fields.COLUMN(NumericColumn("q")),
        length=fields.COLUMN(NumericColumn("q")),
    )


def _row(document: Document) -> dict[str, Any]:
    said, length = of_terms(document)
    return {
        "key": document.key,
        "kind": document.kind,
        "author": {str(author): 1.0 for author in document.authors},
        "terms": said,
        "name": of_beginnings(document),
        "thing": int(document.key[1:]) * len(KEYS) + KEYS.index(document.key[0]),
        "place": document.place,
        "at": int(document.at.timestamp()),
        "length": length,
    }


def exists(data_dir: Path) -> bool:
    """Is there an index that can be opened?"""
    folder = _folder(data_dir)
    if folder is None:
        return False
    try:
        index.open_dir(folder).close()
    except Exception:  # Whoosh raises whatever a broken file makes it stumble over
        return False
    return True


def _folder(data_dir: Path) -> Path | None:
    pointer = data_dir / CURRENT
    name = pointer.read_text().strip() if pointer.exists() else ""
    return data_dir / name if name.startswith(f"search-{FORM}-") else None


@contextmanager
def writing(data_dir: Path) -> Iterator[None]:
    """Be the only one who writes the index; waits for whoever is writing."""
    with (data_dir / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def update(data_dir: Path, documents: Iterable[Document], gone: Iterable[str]) -> None:
    """Put documents in, replacing those with the same keys, and take others out.

    Raises whatever an index that cannot be used raises; the caller rebuilds it then.
    """
    folder = _folder(data_dir)
    if folder is None:
        raise FileNotFoundError(CURRENT)
    by_key = {document.key: document for document in documents}
    opened = index.open_dir(folder)
    writer = opened.writer(limitmb=64)
    try:
        for key in {*gone, *by_key}:
            writer.delete_by_term("key", key)
        for document in by_key.values():
            writer.add_document(**_row(document))
        writer.commit()
    except BaseException:
        writer.cancel()
        raise
    _sync(folder)


def rebuild(data_dir: Path, documents: Iterable[Document]) -> int:
    """Make a new index beside the old one and let it take its place; answers the number of documents."""
    folder = data_dir / f"search-{FORM}-{secrets.token_hex(4)}"
    folder.mkdir()
    writer = index.create_in(folder, _schema()).writer(limitmb=256)
    count = 0
    for document in documents:
        writer.add_document(**_row(document))
        count += 1
    writer.commit(optimize=True)
    _sync(folder)
    old = _folder(data_dir)
    fresh = data_dir / f"{CURRENT}.new"
    fresh.write_text(folder.name)
    fresh.replace(data_dir / CURRENT)
    _sync(data_dir)
    for unused in data_dir.glob("search-*"):
        if unused not in (folder, old):
            shutil.rmtree(unused, ignore_errors=True)
    return count


def _sync(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        if path.is_file() or path == folder:
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


class Segment:
    """A part of the index that Whoosh wrote in one go and changes no more, but for what is taken out."""

    def __init__(self, reader: Any, kept: "Kept") -> None:
        self.name: str = reader.segment().segment_id()
        self.things: Sequence[int] = _column(reader, "thing")
        self.places: Sequence[int] = _column(reader, "place")
        self.everywhere: Set[int] = frozenset(self.places)
        self.moments: Sequence[int] = _column(reader, "at")
        self.lengths = _column(reader, "length")
        of_entries = [
            length for thing, length in zip(self.things, self.lengths, strict=True) if thing % len(KEYS) == 0
        ]
        self.entries, self.length = len(of_entries), sum(of_entries)
        self.gone: Set[int] = frozenset()
        self._schema = reader.schema
        self._terms = reader.codec().terms_reader(reader.storage(), reader.segment())
        self._kept = kept
        self._usual = 0.0
        self._patience: array[float] = array("f")

    def expect(self, usual: float) -> None:
        """Compare the lengths of texts with this one from now on."""
        if usual != self._usual:
            self._usual, self._patience = usual, patience(self.lengths, usual)

    def postings(self, terms: Terms) -> Postings:
        """The documents that hold one of the terms, each with the most that one of them weighs."""
        key = (self.name, self._usual, terms)
        found = self._kept.get(key)
        if found is None:
            every = [read for read in map(self._read, terms) if read[0]]
            documents, weights = every[0] if len(every) == 1 else united(every)
            found = Postings(documents, weights, len(self.things))
            self._kept.put(key, found)
        return found

    def _read(self, term: tuple[str, str]) -> "tuple[array[int], array[float]]":
        """A posting list as it stands on disk, block by block."""
        field, text = term
        documents, weights = array("I"), array("f")
        try:
            matcher = self._terms.matcher(field, text.encode(), self._schema[field].format)
        except TermNotFound:
            return documents, weights
        while matcher.is_active():
            last = matcher.block_max_id()
            matcher.id(), matcher.weight()  # so that the block is read
            documents.extend(matcher._ids)  # noqa: SLF001 # one by one, Whoosh takes ten times as long
            weights.extend(matcher._weights)  # noqa: SLF001
            matcher.skip_to(last + 1)
        return documents, weigh(documents, weights, self._patience) if field in WEIGHED else weights


def _column(reader: Any, name: str) -> "array[int]":
    return array("q", reader.column_reader(name, translate=False).load())


class Reader:
    """Looks things up; kept by a process, follows what the writer does."""

    def __init__(self, data_dir: Path, room: int = ROOM) -> None:
        self.data_dir = data_dir
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._index: Any = None
        self._generation = -1
        self._segments: list[Segment] = []
        self._kept = Kept(room)

    def find(self, question: Question, limit: int = CANDIDATES) -> list[str]:
        """The keys of at most so many candidates, the best first. Raises for an unusable index."""
        with self._lock:
            found = rank(self._fresh(), question, limit)
        return [f"{KEYS[thing % len(KEYS)]}{thing // len(KEYS)}" for thing in found]

    def _fresh(self) -> list[Segment]:
        """The segments of the index as it is now; those known already are not read again."""
        folder = _folder(self.data_dir)
        if folder is None:
            raise FileNotFoundError(CURRENT)
        if folder != self._folder:
            self._index, self._folder, self._generation = index.open_dir(folder), folder, -1
        if self._index.latest_generation() != self._generation:
            self._segments, self._generation = self._opened()
            usual = _usual(self._segments)
            for segment in self._segments:
                segment.expect(usual)
        return self._segments

    def _opened(self) -> tuple[list[Segment], int]:
        """The segments of the newest generation, and its number."""
        storage, name = self._index.storage, self._index.indexname
        known = {segment.name: segment for segment in self._segments}
        for left in reversed(range(TRIES)):
            contents = index.TOC.read(storage, name)
            found = []
            try:
                for part in contents.segments:
                    segment = known.get(part.segment_id()) or Segment(
                        SegmentReader(storage, contents.schema, part), self._kept
                    )
                    segment.gone = frozenset(part.deleted_docs())
                    found.append(segment)
            except OSError:  # the writer has put segments together since, and removed the old ones
                if not left:
                    raise
            else:
                return found, contents.generation
        return [], -1


def _usual(segments: Sequence[Segment]) -> float:
    """How long an entry's text is on average, in steps of a tenth, so that it seldom changes."""
    entries = sum(segment.entries for segment in segments)
    average = max(10.0, sum(segment.length for segment in segments) / (entries or 1))
    return 1.1 ** round(math.log(average, 1.1))

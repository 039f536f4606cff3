"""Looking up what stands in the index on disk, whole posting lists at once."""

import threading
from array import array
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import suppress
from pathlib import Path
from typing import Any

from collab.search.kept import ROOM, Kept, List, united
from collab.search.plan import BEGINS, NAME, WORD, Need, Terms, Way, plan
from collab.search.question import Question
from collab.search.ranking import Postings, matching, rank
from collab.search.weights import KEYS, key_of, patience, usual, weigh
from collab.search.whoosh import EmptyIndexError, SegmentReader, TermNotFound, index
from collab.search.whoosh_index import CURRENT, folder_in_use

CANDIDATES = 1000
#: How often a reader begins again when the writer removes what it was about to open.
TRIES = 10


class Segment:
    """A part of the index that Whoosh wrote in one go and changes no more, but for what is taken out."""

    def __init__(self, reader: Any, kept: "Kept") -> None:
        self.name: str = reader.segment().segment_id()
        self.things: Sequence[int] = _column(reader, "thing")
        self.places: Sequence[int] = _column(reader, "place")
        self.everywhere: Set[int] = frozenset(self.places)
        self.moments: Sequence[int] = _column(reader, "at")
        self.lengths = _column(reader, "length")
        self.entries: Sequence[int] = _column(reader, "entry")
        of_entries = [
            length for thing, length in zip(self.things, self.lengths, strict=True) if thing % len(KEYS) == 0
        ]
        self.texts, self.length = len(of_entries), sum(of_entries)
        self.gone: Set[int] = frozenset()
        self._schema, self._reader = reader.schema, reader
        self._terms = reader.codec().terms_reader(reader.storage(), reader.segment())
        self._kept = kept
        self._usual = 0.0
        self._patience: array[float] = array("f")

    def expect(self, usual: float) -> None:
        """Compare the lengths of texts with this one from now on."""
        if usual != self._usual:
            self._usual, self._patience = usual, patience(self.lengths, usual)

    def postings(self, need: Need) -> Postings:
        """The documents in which the need is met in some way, each with the most that one way weighs."""
        key = (self.name, self._usual, need.ways)
        found = self._kept.get(key)
        if found is None:
            found = Postings(*self._united(map(self._way, need.ways)), len(self.things))
            self._kept.put(key, found)
        return found

    def having(self, field: str, value: str) -> Sequence[int]:
        """The documents of a kind, by an author, …"""
        return self.postings(Need((Way((((field, value),),)),))).documents

    def similar(self, word: str, edits: int) -> Iterator[str]:
        """Terms that so many edits make of the word; none of less than three letters."""
        return (term for term in self._reader.terms_within(WORD, word, edits, prefix=1) if len(term) > 2)

    def spread(self, term: str) -> int:
        """How many of the documents hold the term."""
        try:
            return int(self._terms.term_info(WORD, term.encode()).doc_frequency())
        except TermNotFound:
            return 0

    def _united(self, lists: Iterable[List]) -> List:
        every = [read for read in lists if read[0]]
        return every[0] if len(every) == 1 else united(every)

    def _way(self, way: Way) -> List:
        """The documents in which a way holds; what it weighs is what its lightest word does."""
        lists = [self._united(self._read(*term) for term in terms) for terms in way.sets]
        if len(lists) == 1:
            return lists[0]
        lists.sort(key=lambda read: len(read[0]))
        weights = dict(zip(*lists[0], strict=True))
        for read in lists[1:]:
            other = dict(zip(*read, strict=True))
            weights = {doc: min(weight, other[doc]) for doc, weight in weights.items() if doc in other}
        if way.adjacent and weights:
            weights = {doc: weights[doc] for doc in self._adjacent(way.sets, weights.keys())}
        documents = sorted(weights)
        return array("I", documents), array("f", map(weights.__getitem__, documents))

    def _adjacent(self, sets: Sequence[Terms], documents: Set[int]) -> Iterator[int]:
        """Of the documents, those in which words of the sets stand next to each other, in this order."""
        places = [self._places({text for _, text in terms}, documents) for terms in sets]
        for document in documents:
            first, *others = (known.get(document, ()) for known in places)
            if any(all(at + n in other for n, other in enumerate(others, 1)) for at in first):
                yield document

    def _places(self, terms: Set[str], documents: Set[int]) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for matcher in self._matchers("where", terms):
            while matcher.is_active():
                if matcher.id() in documents:
                    found.setdefault(matcher.id(), set()).update(array("H", matcher.value()))
                matcher.next()
        return found

    def _matchers(self, field: str, terms: Iterable[str]) -> Iterator[Any]:
        for term in terms:
            with suppress(TermNotFound):
                yield self._terms.matcher(field, term.encode(), self._schema[field].format)

    def _read(self, field: str, text: str) -> List:
        """A posting list as it stands on disk; of what begins so, those of all terms that do."""
        if field == BEGINS:
            begun = self._reader.expand_prefix(WORD, text)
            return self._united(
                [*(self._read(WORD, term.decode()) for term in begun), self._read(NAME, text)]
            )
        documents, weights = array("I"), array("f")
        for matcher in self._matchers(field, (text,)):
            while matcher.is_active():
                last = matcher.block_max_id()
                matcher.id(), matcher.weight()  # so that the block is read
                documents.extend(matcher._ids)  # noqa: SLF001 # one by one, Whoosh takes ten times as long
                weights.extend(matcher._weights)  # noqa: SLF001
                matcher.skip_to(last + 1)
        return documents, weigh(documents, weights, self._patience) if field == WORD else weights


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
            found = rank(self._fresh(), plan(question), question, limit)
        return list(map(key_of, found))

    def matching(self, question: Question) -> list[int]:
        """The numbers, as they stand in the index, of everything that answers. Raises as ``find``."""
        with self._lock:
            return matching(self._fresh(), plan(question), question)

    def similar(self, word: str, edits: int) -> list[str]:
        """Terms within so many edits of the word (Damerau, Levenshtein), the nearest and most frequent first."""
        with self._lock:
            found: dict[str, tuple[int, int]] = {}
            for distance in range(1, edits + 1):
                for segment in self._fresh():
                    for term in segment.similar(word, distance):
                        near, often = found.get(term, (distance, 0))
                        found[term] = (near, often - segment.spread(term))
        found.pop(word, None)
        return sorted(found, key=lambda term: (*found[term], term))

    def _fresh(self) -> list[Segment]:
        """The segments of the index as it is now; those known already are not read again."""
        for left in reversed(range(TRIES)):
            folder = folder_in_use(self.data_dir)
            if folder is None:
                break
            try:
                return self._segments_in(folder)
            except (OSError, EmptyIndexError):  # the writer has removed what was about to be opened
                self._folder = None
                if not left:
                    raise
        raise FileNotFoundError(CURRENT)

    def _segments_in(self, folder: Path) -> list[Segment]:
        if folder != self._folder:
            self._index, self._folder, self._generation = index.open_dir(folder), folder, -1
        if self._index.latest_generation() != self._generation:
            self._segments, self._generation = self._opened()
            length, texts = (
                sum(getattr(one, name) for one in self._segments) for name in ("length", "texts")
            )
            for segment in self._segments:
                segment.expect(usual(length, texts))
        return self._segments

    def _opened(self) -> tuple[list[Segment], int]:
        """The segments of the newest generation, and its number."""
        storage = self._index.storage
        known = {segment.name: segment for segment in self._segments}
        contents = index.TOC.read(storage, self._index.indexname)
        found = []
        for part in contents.segments:
            segment = known.get(part.segment_id()) or Segment(
                SegmentReader(storage, contents.schema, part), self._kept
            )
            segment.gone = frozenset(part.deleted_docs())
            found.append(segment)
        return found, contents.generation

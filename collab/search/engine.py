"""The index on disk: Whoosh, in a folder that can be thrown away and made again.

Only the worker and ``collab reindex`` write, one at a time under a lock. A file names the folder
in use, so that a new index is built beside the old one and takes its place in one step. Whoosh
syncs nothing to disk, so every batch is synced here before its deliveries are done.
"""

import fcntl
import os
import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whoosh import fields, index, query, scoring
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.searching import Searcher

from collab.search.words import alternatives, fold, terms, words

CURRENT = "search.current"
LOCK = "search.lock"
CANDIDATES = 1000


@dataclass(frozen=True)
class Document:
    """What is known to the index about one thing. ``key`` is its kind's letter and its number."""

    key: str
    kind: str
    place: int
    title: str
    text: str = ""
    tags: Sequence[str] = ()
    authors: Sequence[int] = ()
    lang: str = ""
    at: datetime = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Question:
    """Words, and what the answers are narrowed to."""

    words: str
    kind: str = ""
    place: int | None = None
    author: int | None = None
    since: datetime | None = None
    places: Sequence[int] | None = field(default=None)
    prefix: bool = False


def _schema() -> fields.Schema:
    return fields.Schema(
        key=fields.ID(unique=True, stored=True),
        kind=fields.ID,
        place=fields.ID,
        at=fields.NUMERIC(numtype=int, bits=64, sortable=True),
        author=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False),
        title=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False, field_boost=4.0),
        body=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False),
        name=fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False),
    )


def _row(document: Document) -> dict[str, Any]:
    named = f"{document.title} {' '.join(document.tags)}"
    return {
        "key": document.key,
        "kind": document.kind,
        "place": str(document.place),
        "at": int(document.at.timestamp()),
        "author": " ".join(str(author) for author in document.authors),
        "title": " ".join(terms(named, "")),
        "body": " ".join(terms(document.text, document.lang)),
        "name": " ".join(fold(word) for word in words(document.title)),
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
    return data_dir / pointer.read_text().strip() if pointer.exists() else None


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
    folder = data_dir / f"search-{secrets.token_hex(4)}"
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


class Reader:
    """Looks things up; kept by a process, follows what the writer does."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._lock = threading.Lock()
        self._folder: Path | None = None
        self._searcher: Searcher | None = None

    def find(self, question: Question) -> list[str]:
        """The keys of at most 1,000 candidates, the best first. Raises for an unusable index."""
        wanted = _query(question)
        if wanted is None:
            return []
        with self._lock:
            found = self._fresh().search(wanted, limit=CANDIDATES, filter=_filter(question), scored=True)
            return [hit["key"] for hit in found]

    def _fresh(self) -> Searcher:
        folder = _folder(self.data_dir)
        if folder is None:
            raise FileNotFoundError(CURRENT)
        if self._searcher is None or folder != self._folder:
            self._searcher = index.open_dir(folder).searcher(weighting=scoring.BM25F())
            self._folder = folder
        elif not self._searcher.up_to_date():
            self._searcher = self._searcher.refresh()
        return self._searcher


def _query(question: Question) -> Any:
    asked = words(question.words)[:20]
    if not asked:
        return None
    clauses = [_word(word) for word in asked]
    if question.prefix:
        last = fold(asked[-1])
        clauses[-1] = (
            query.Or([clauses[-1], query.Prefix("name", last, boost=2.0)]) if len(last) > 1 else clauses[-1]
        )
    return query.And(clauses) if len(clauses) > 1 else clauses[0]


def _word(word: str) -> Any:
    fields_of_text = ("title", "body")
    found = [query.Term(name, term) for term in alternatives(word) for name in fields_of_text]
    return query.Or(found)


def _filter(question: Question) -> Any:
    narrowed: list[Any] = []
    if question.kind:
        narrowed.append(query.Term("kind", question.kind))
    if question.place is not None:
        narrowed.append(query.Term("place", str(question.place)))
    elif question.places is not None:
        narrowed.append(query.Or([query.Term("place", str(place)) for place in (0, *question.places)]))
    if question.author is not None:
        narrowed.append(query.Term("author", str(question.author)))
    if question.since is not None:
        narrowed.append(query.NumericRange("at", int(question.since.timestamp()), None))
    if not narrowed:
        return None
    return query.And(narrowed) if len(narrowed) > 1 else narrowed[0]

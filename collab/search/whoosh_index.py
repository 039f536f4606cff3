"""The index on disk: Whoosh, in a folder that can be thrown away and made again.

Only the worker and ``collab reindex`` write, one at a time under a lock. A file names the folder
in use, so that a new index is built beside the old one and takes its place in one step. Whoosh
syncs nothing to disk, so every batch is synced here before its deliveries are done.
"""

import fcntl
import os
import secrets
import shutil
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from collab.search.analysis import beginnings
from collab.search.weights import Document, said
from collab.search.whoosh import NumericColumn, fields, formats, index

CURRENT = "search.current"
LOCK = "search.lock"
#: Grows when a folder of before cannot be read any more; it is made again then.
FORM = 3
#: The letters of keys, in the order of the numbers that stand for them in the index.
KEYS = "ecfpw"


class Weighted(fields.FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field whose value is terms and how often they are said, already counted."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None, scorable=False, stored=False)

    def index(self, value: Mapping[str, float], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh wants to know about each term: it, how often, its weight, nothing."""
        return ((term.encode(), 1, weight, b"") for term, weight in value.items())


class Placed(fields.FieldType):  # type: ignore[misc]
    """A field whose value is terms and where they stand. Kept apart from how often: only phrases ask for it."""

    def __init__(self) -> None:
        super().__init__(formats.Positions(), None, scorable=False, stored=False)

    def index(self, value: Mapping[str, list[int]], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh wants to know about each term: it, how often, nothing, its places."""
        return ((term.encode(), 1, 1.0, array("H", places).tobytes()) for term, places in value.items())


def _schema() -> fields.Schema:
    return fields.Schema(
        key=fields.ID(unique=True),
        kind=fields.ID(),
        lang=fields.ID(),
        has=fields.ID(),
        author=Weighted(),
        tag=Weighted(),
        terms=Weighted(),
        name=Weighted(),
        where=Placed(),
        thing=fields.COLUMN(NumericColumn("q")),
        place=fields.COLUMN(NumericColumn("q")),
        entry=fields.COLUMN(NumericColumn("q")),
        at=fields.COLUMN(NumericColumn("q")),
        length=fields.COLUMN(NumericColumn("q")),
    )


def _row(document: Document) -> dict[str, Any]:
    found = said(document)
    return {
        "key": document.key,
        "kind": document.kind,
        **({"lang": document.lang} if document.lang else {}),
        **({"has": "file"} if document.has_file else {}),
        "author": {str(author): 1.0 for author in document.authors},
        "tag": dict.fromkeys(document.tag_keys, 1.0),
        "terms": found.often,
        "name": dict.fromkeys(beginnings(document.title), 1.0),
        "where": found.places,
        "thing": int(document.key[1:]) * len(KEYS) + KEYS.index(document.key[0]),
        "place": document.place,
        "entry": document.entry,
        "at": int(document.at.timestamp()),
        "length": found.length,
    }


def exists(data_dir: Path) -> bool:
    """Is there an index that can be opened?"""
    folder = folder_in_use(data_dir)
    if folder is None:
        return False
    try:
        index.open_dir(folder).close()
    except Exception:  # Whoosh raises whatever a broken file makes it stumble over
        return False
    return True


def folder_in_use(data_dir: Path) -> Path | None:
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
    folder = folder_in_use(data_dir)
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
    old = folder_in_use(data_dir)
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

"""The index on disk: Whoosh, in a folder that can be thrown away and made again.

Only the worker and ``collab reindex`` write, one at a time under a lock. A file names the folder
in use, so that a new index is built beside the old one and takes its place in one step; the old
one stays for readers that are in the middle of it until the next is built. Every batch is on the
disk before its deliveries are done (``whoosh_disk``).
"""

import fcntl
import secrets
import shutil
from array import array
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from collab.search import whoosh_disk
from collab.search.analysis import beginnings
from collab.search.weights import Document, number_of, said
from collab.search.whoosh import NumericColumn, fields, formats
from collab.search.whoosh_disk import SyncedStorage, sync_folder, write_whole
from collab.search.whoosh_merging import merge

CURRENT = "search.current"
LOCK = "search.lock"
#: Grows when a folder of before cannot be read any more; it is made again then.
FORM = 3


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
        "thing": number_of(document.key),
        "place": document.place,
        "entry": document.entry,
        "at": int(document.at.timestamp()),
        "length": found.length,
    }


def exists(data_dir: Path) -> bool:
    """Is there an index that can be used, as far as a glance tells?"""
    return not trouble(data_dir)


def trouble(data_dir: Path, *, closely: bool = False) -> str:
    """What is wrong with the index; nothing if nothing is. ``closely``: every byte of it is read."""
    folder = folder_in_use(data_dir)
    if folder is None or not folder.is_dir():
        return "there is none"
    return whoosh_disk.trouble(folder, closely=closely)


def folder_in_use(data_dir: Path) -> Path | None:
    """The folder that the pointer names; None if there is none of this form."""
    try:
        name = (data_dir / CURRENT).read_text().strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return data_dir / name if name.startswith(f"search-{FORM}-") else None


@contextmanager
def writing(data_dir: Path) -> Iterator[None]:
    """Be the only one who writes the index; waits for whoever is writing."""
    with (data_dir / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def update(data_dir: Path, documents: Iterable[Document], gone: Iterable[str]) -> None:
    """Put documents in, replacing those with the same keys, and take others out; on the disk when it returns.

    Raises whatever an index that cannot be used raises; the caller rebuilds it then. Raises OSError
    where the disk is what fails: the index stays as it was.
    """
    folder = folder_in_use(data_dir)
    if folder is None:
        raise FileNotFoundError(CURRENT)
    by_key = {document.key: document for document in documents}
    before = {path.name for path in folder.iterdir()}
    try:
        _write(folder, by_key.values(), {*gone, *by_key})
    except BaseException:
        with suppress(OSError):
            whoosh_disk.remove(path for path in folder.iterdir() if path.name not in before)
        raise


def _write(folder: Path, documents: Iterable[Document], gone: Set[str]) -> None:
    with closing(SyncedStorage(str(folder)).open_index()) as opened:
        writer = opened.writer(limitmb=64)
        try:
            for key in gone:
                writer.delete_by_term("key", key)
            for document in documents:
                writer.add_document(**_row(document))
            writer.commit(mergetype=merge)
        except BaseException:
            _give_up(writer)
            raise


def _give_up(writer: Any) -> None:
    """Let go of files and locks, whatever state they are in; what went wrong is known already."""
    with suppress(Exception):
        writer.cancel()
    if writer.writelock is not None:
        with suppress(Exception):
            writer.writelock.release()


def rebuild(data_dir: Path, documents: Iterable[Document]) -> int:
    """Make a new index beside the old one and let it take its place; answers the number of documents.

    If that fails, the old one stays, and nothing is left of the new one.
    """
    folder = data_dir / f"search-{FORM}-{secrets.token_hex(4)}"
    old = folder_in_use(data_dir)
    _clear(data_dir, keep=old)
    try:
        count = _fill(folder, documents)
        write_whole(data_dir / CURRENT, folder.name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    sync_folder(data_dir)
    return count


def _fill(folder: Path, documents: Iterable[Document]) -> int:
    folder.mkdir()
    writer = SyncedStorage(str(folder)).create_index(_schema()).writer(limitmb=256)
    count = 0
    try:
        for document in documents:
            writer.add_document(**_row(document))
            count += 1
        writer.commit(optimize=True)
    except BaseException:
        _give_up(writer)
        raise
    return count


def tidy(data_dir: Path) -> None:
    """Take away what killed writers left. For whoever holds the lock; readers are in the folder in use."""
    folder = folder_in_use(data_dir)
    _clear(data_dir, keep=folder)
    if folder is not None:
        whoosh_disk.tidy(folder)


def _clear(data_dir: Path, keep: Path | None) -> None:
    for unused in data_dir.glob("search-*"):
        if unused != keep:
            shutil.rmtree(unused, ignore_errors=True)

"""What posts and pages have in common when they are written: files, tags, aliases, batches."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from sqlalchemy.orm import Session

from collab.errors import CollabError
from collab.files import services as files
from collab.files.models import Attachment
from collab.files.services import Received
from collab.imports.documents import Attached
from collab.imports.trees import Tree
from collab.storage import Storage
from collab.tags.services import LONGEST, MOST, set_tags
from collab.workspaces.models import Entry, EntryAlias

BATCH = 20
T = TypeVar("T")


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists of at most 20: one transaction each."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


class Files:
    """The files of one tree on their way into the storage, each looked at once.

    Looking at a picture takes another process a while: ``fetch`` does that for many at once, and
    outside of transactions; ``attach`` then only adds rows.
    """

    def __init__(self, storage: Storage, tree: Tree) -> None:
        self._storage, self._tree = storage, tree
        self._received: dict[str, Received | str] = {}

    def fetch(self, wanted: Iterable[Attached]) -> None:
        """Take the bytes of files in."""
        new = list(dict.fromkeys(file.path for file in wanted if file.path not in self._received))
        if new:
            with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
                self._received |= dict(zip(new, pool.map(self._fetch, new), strict=True))

    def _fetch(self, path: str) -> Received | str:
        place = self._tree.root / path
        try:
            with place.open("rb") as stream:
                return files.receive(self._storage, stream, place.name)
        except (CollabError, OSError) as error:
            return f"{path} cannot be attached: {error}"

    def attach(
        self, db: Session, entry: Entry, wanted: Iterable[Attached], note: Callable[[str], None]
    ) -> dict[str, Attachment]:
        """Files that were fetched, as attachments of an entry, by path."""
        kept: dict[str, Attachment] = {}
        for file in wanted:
            received = self._received[file.path]
            if isinstance(received, str):
                note(received)
            elif file.path not in kept:
                kept[file.path] = files.keep_as(db, entry.author_id, entry, received, file.alt)
        return kept


def tag(db: Session, entry: Entry, names: Iterable[str], note: Callable[[str], None]) -> None:
    """Tag an entry with as many and as long tags as are allowed."""
    names = list(names)
    short = [name for name in names if len(name) <= LONGEST]
    if len(short) < len(names):
        note(f"tags of more than {LONGEST} letters left out: {', '.join(set(names) - set(short))}")
    if len(short) > MOST:
        note(f"more than {MOST} tags, left out: {', '.join(short[MOST:])}")
    if short:
        set_tags(db, entry, short[:MOST])


def keep_aliases(db: Session, entry: Entry, addresses: Iterable[str]) -> None:
    """Let former addresses, paths below the place of the entry's kind, lead to it."""
    db.add_all(
        EntryAlias(workspace_id=entry.workspace_id, entry_id=entry.id, kind=entry.kind, address=address)
        for address in dict.fromkeys(addresses)
        if address
    )

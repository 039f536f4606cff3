"""A file with a mark in every text of it, for the tests of what leaks."""

import io
from datetime import datetime
from typing import Any

from collab import clock
from collab.files.models import Attachment
from collab.files.services import receive
from collab.shelf import services
from collab.shelf.models import DocumentVersion
from collab.workspaces import access, entries
from collab.workspaces.models import Entry
from tests.house.full_world import Full, reads


def make(full: Full, slug: str, *, guests: bool) -> Entry:
    """A file in two versions, in a folder that has the same readers."""
    shown: datetime | None = clock.now() if guests else None
    folder, is_folder = full.later(f"name of a folder in {slug} {guests=}")
    about, says_about = full.later(f"description of a folder in {slug} {guests=}")
    title, is_called = full.later(f"name of a file in {slug} {guests=}")
    body, says = full.later(f"description of a file in {slug} {guests=}")
    first, read_first = full.later(f"words of a former version in {slug} {guests=}")
    note, noted = full.later(f"note of a version in {slug} {guests=}")
    words, read_words = full.later(f"words of a file in {slug} {guests=}")
    storage = full.world.context.storage
    with full.world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        parent = services.make_folder(db, viewer, place, folder, about)
        old = receive(storage, io.BytesIO(first.encode()), "notes.txt")
        made = services.make_document(db, viewer, place, old, f"{title}.txt", body, parent=parent)
        services.add_version(db, viewer, made, receive(storage, io.BytesIO(words.encode()), "x.txt"), note)
        entries.share(db, viewer, parent, shown, None)
        entries.share(db, viewer, made, shown, None)
        db.flush()
        ids = parent.id, made.id
        full.entries.append(parent)
        db.refresh(parent)
        db.refresh(made)
        db.expunge_all()
    for told, entry in ((is_folder, ids[0]), (says_about, ids[0]), (is_called, ids[1]), (says, ids[1])):
        told(reads(Entry, entry))
    full.entries.append(made)
    noted(_of(DocumentVersion, ids[1]))
    for told in (read_first, read_words):
        told(_of(Attachment, ids[1]))
    return made


def _of(kind: Any, entry: int) -> Any:
    def sees(db: Any, viewer: Any) -> bool:
        found = access.select_parts(viewer, kind, kind.entry_id).where(kind.entry_id == entry)
        return db.scalars(found).first() is not None

    return sees

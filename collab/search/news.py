"""What is new among the answers to a question: all that answers now and that the viewer may see, less what was known.

Nothing is compared by time. A thing that one may see since today is new today, however old it is; one
that was known stays known, whether or not it answers in between.
"""

import zlib
from array import array
from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.search import hits
from collab.search.addresses import kept
from collab.search.engine import Engine
from collab.search.models import SavedSearch
from collab.search.passing import Unusable, asked
from collab.search.queries import question
from collab.search.weights import KEYS, key_of, number_of
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry


def pack(keys: Collection[str]) -> bytes:
    """Keys as few bytes: numbers, each less the one before it."""
    numbers = sorted(map(number_of, keys))
    steps = array("Q", (after - before for before, after in zip([0, *numbers], numbers, strict=False)))
    return zlib.compress(steps.tobytes())


def unpack(packed: bytes | None) -> set[str]:
    """The keys of ``pack``; none of nothing."""
    steps, number, keys = array("Q"), 0, set()
    steps.frombytes(zlib.decompress(packed) if packed else b"")
    for step in steps:
        number += step
        keys.add(key_of(number))
    return keys


def answers(db: Session, viewer: Viewer, engine: Engine, query: str) -> set[str]:
    """The keys of all that answers a saved question and that the viewer may see. Raises Unusable."""
    wanted = question(db, viewer, kept(query)).question
    found = asked(engine.matching, db, wanted)
    keys = [f"{letter}{number}" for letter, numbers in found.items() for number in numbers]
    return set(hits.passing(db, viewer, keys, placed=wanted.placed))


def still(db: Session, viewer: Viewer, query: str, keys: Collection[str]) -> list[str]:
    """Those of the keys, which answered once, that the viewer may see now as answers; the newest first."""
    wanted = question(db, viewer, kept(query)).question
    return hits.passing(db, viewer, sorted(keys, key=lambda key: -int(key[1:])), placed=wanted.placed)


def unseen(db: Session, viewer: Viewer, engine: Engine, search: SavedSearch) -> set[str] | None:
    """What answers the saved search and was not there when its owner last looked; None if nobody can say."""
    if search.seen is None:
        return None
    try:
        found = answers(db, viewer, engine, search.query) - unpack(search.seen)
    except Unusable:
        return None
    return found - own(db, viewer, found)


def own(db: Session, viewer: Viewer, keys: Collection[str]) -> set[str]:
    """Those of the keys whose things the viewer wrote: nobody is told of their own."""
    wanted = {letter: [int(key[1:]) for key in keys if key[0] == letter] for letter in KEYS}
    written = access.select_entries(viewer, Entry, Entry.id)
    mine: dict[str, Any] = {
        "e": written.where(Entry.author_id == viewer.me, Entry.id.in_(wanted["e"])),
        "c": _parts_of(viewer, Comment, wanted["c"]),
        "f": _parts_of(viewer, Attachment, wanted["f"]),
    }
    found = {f"p{viewer.me}"} & set(keys)
    for letter, query in mine.items():
        if wanted[letter]:
            found |= {f"{letter}{number}" for number in db.scalars(query)}
    return found


def _parts_of(viewer: Viewer, part: Any, numbers: Collection[int]) -> Any:
    query = access.select_parts(viewer, part, part.id)
    return query.where(part.author_id == viewer.me, part.id.in_(numbers))

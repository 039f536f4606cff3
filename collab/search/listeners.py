"""Keeping the index up with what happens."""

import logging
from collections.abc import Iterator, Sequence

from collab.activity.models import Event
from collab.activity.outbox import Context, Listener
from collab.search import documents, engine
from collab.search.weights import Document
from collab.workspaces.net import as_system

log = logging.getLogger(__name__)

#: The first word of an event's kind -> the letter of the key of what it is about.
SUBJECTS = {"comment": "c", "file": "f", "account": "p"}


def key_of(event: Event) -> str | None:
    """The key of the thing that an event changed, if the index knows such things."""
    subject = event.kind.split(".")[0]
    if subject in SUBJECTS:
        return f"{SUBJECTS[subject]}{event.subject_id}" if event.subject_id else None
    if subject == "reaction":
        return None  # nobody looks for those
    if subject == "workspace":
        return f"w{event.workspace_id}" if event.workspace_id else None
    return f"e{event.entry_id}" if event.entry_id else None


def follow(context: Context, events: Sequence[Event]) -> None:
    """Bring what the events are about to its present state in the index."""
    keys = {key for key in map(key_of, events) if key is not None}
    if not keys:
        return
    with engine.writing(context.data_dir):
        with context.read() as db:
            present = list(documents.load(as_system(db, "search index"), keys))
        try:
            engine.update(context.data_dir, present, keys)
        except Exception as error:
            log.warning("the search index is made again: %s", error)
            _rebuild(context)


def _rebuild(context: Context) -> int:
    return engine.rebuild(context.data_dir, _everything(context))


def _everything(context: Context) -> Iterator[Document]:
    with context.read() as db:
        as_system(db, "search index")
        yield from documents.load(db, list(documents.all_keys(db)))


def reindex(context: Context) -> int:
    """Make the index again from the database; answers the number of documents."""
    with engine.writing(context.data_dir):
        return _rebuild(context)


def ensure(context: Context) -> None:
    """Make the index if there is none that can be used. For the worker's start."""
    if not engine.exists(context.data_dir):
        reindex(context)


LISTENER = Listener("search", ("*",), follow)

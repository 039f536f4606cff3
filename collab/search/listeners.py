"""Keeping the index up with what happens."""

import logging
from collections.abc import Iterator, Sequence

from collab.activity.models import Event
from collab.activity.outbox import Context, Listener
from collab.search import documents, whoosh_index
from collab.search.weights import Document
from collab.workspaces.net import as_system

log = logging.getLogger(__name__)

#: The first word of an event's kind -> the letter of the key of what it is about.
SUBJECTS = {"comment": "c", "file": "f", "account": "p"}


def keys_of(event: Event) -> set[str]:
    """The keys of the things that an event changed, of those that the index knows."""
    subject = event.kind.split(".")[0]
    if subject == "reaction":
        return set()  # nobody looks for those
    if subject in SUBJECTS:
        keys = {f"{SUBJECTS[subject]}{event.subject_id}"} if event.subject_id else set()
        return keys | {f"e{event.entry_id}"} if subject == "file" and event.entry_id else keys
    if subject == "workspace":
        return {f"w{event.workspace_id}"} if event.workspace_id else set()
    return {f"e{event.entry_id}"} if event.entry_id else set()


def follow(context: Context, events: Sequence[Event]) -> None:
    """Bring what the events are about to its present state in the index."""
    keys = {key for event in events for key in keys_of(event)}
    if not keys:
        return
    moved = {event.entry_id for event in events if event.kind.endswith(".moved") and event.entry_id}
    with whoosh_index.writing(context.data_dir):
        with context.read() as db:
            as_system(db, "search index")
            keys.update(documents.parts_of(db, moved))
            present = list(documents.load(db, keys))
        try:
            whoosh_index.update(context.data_dir, present, keys)
        except Exception as error:
            log.warning("the search index is made again: %s", error)
            _rebuild(context)


def _rebuild(context: Context) -> int:
    return whoosh_index.rebuild(context.data_dir, _everything(context))


def _everything(context: Context) -> Iterator[Document]:
    with context.read() as db:
        as_system(db, "search index")
        yield from documents.load(db, list(documents.all_keys(db)))


def reindex(context: Context) -> int:
    """Make the index again from the database; answers the number of documents."""
    with whoosh_index.writing(context.data_dir):
        return _rebuild(context)


def ensure(context: Context) -> None:
    """Make the index if there is none that can be used. For the worker's start."""
    if not whoosh_index.exists(context.data_dir):
        reindex(context)


LISTENER = Listener("search", ("*",), follow)

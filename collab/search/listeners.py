"""Keeping the index up with what happens."""

import errno
import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta

from collab import clock
from collab.activity.models import Event
from collab.activity.outbox import Context, Later, Listener
from collab.search import documents, postgresql_rows, whoosh_index
from collab.search.weights import Document
from collab.workspaces.net import as_system

log = logging.getLogger(__name__)

#: The first word of an event's kind -> the letter of the key of what it is about.
SUBJECTS = {"comment": "c", "file": "f", "account": "p"}

#: With these, an index cannot be written, and making it again would not help.
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EMFILE}
#: What could not be written is tried again when it has waited half as long again, at least and at most so.
SOONEST, LATEST = timedelta(seconds=2), timedelta(minutes=5)
#: How long the worker fills an index before it looks after other things.
STEP = 5.0


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
    """Bring what the events are about to its present state in the index.

    On PostgreSQL their own transactions did that (``following``), but for what they left.
    """
    keys = {key for event in events for key in keys_of(event)}
    if not keys:
        return
    if on_postgresql(context):
        postgresql_rows.catch_up(context, keys)
        return
    moved = {event.entry_id for event in events if event.kind.endswith(".moved") and event.entry_id}
    try:
        with whoosh_index.writing(context.data_dir):
            with context.read() as db:
                as_system(db, "search index")
                keys.update(documents.parts_of(db, moved))
                present = list(documents.load(db, keys))
            _bring(context, present, keys)
    except OSError as error:
        waited = clock.now() - min(event.at for event in events)
        at = clock.now() + max(SOONEST, min(LATEST, waited / 2))
        raise Later(at, error.strerror or type(error).__name__) from error


def _bring(context: Context, present: Sequence[Document], keys: Collection[str]) -> None:
    """Write the documents, making the index again if it is damaged. Raises OSError if the disk is in the way."""
    try:
        whoosh_index.update(context.data_dir, present, keys)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in DISK:
            raise
        log.warning("the search index is made again: %s", type(error).__name__, exc_info=error)
        _rebuild(context)


def on_postgresql(context: Context) -> bool:
    """Is the index in the database itself?"""
    return bool(context.read.kw["bind"].dialect.name == "postgresql")


def _rebuild(context: Context) -> int:
    return whoosh_index.rebuild(context.data_dir, _everything(context))


def _everything(context: Context) -> Iterator[Document]:
    with context.read() as db:
        as_system(db, "search index")
        yield from documents.load(db, list(documents.all_keys(db)))


def reindex(context: Context) -> int:
    """Make the index again from the database; answers the number of documents."""
    if on_postgresql(context):
        return postgresql_rows.fill(context, again=True)
    with whoosh_index.writing(context.data_dir):
        return _rebuild(context)


def trouble(context: Context, *, closely: bool = False) -> str:
    """Why the index cannot be used as it is; "": it can. ``closely``: every byte of files is looked at."""
    if on_postgresql(context):
        return postgresql_rows.trouble(context)
    return whoosh_index.trouble(context.data_dir, closely=closely)


def ensure(context: Context, *, closely: bool = False) -> None:
    """Make the index if there is none that can be used. For the worker, again and again.

    ``closely``: every byte of it is looked at, and what killed writers left is taken away.
    On PostgreSQL some of it at a time: whoever waits for a letter need not wait for all of it.
    Raises OSError if the disk is in the way.
    """
    wrong = trouble(context, closely=closely)
    if wrong and on_postgresql(context):
        postgresql_rows.fill(context, seconds=STEP)
    elif wrong:
        log.warning("the search index is made again: %s", wrong)
        reindex(context)
    elif closely and not on_postgresql(context):
        with whoosh_index.writing(context.data_dir):
            whoosh_index.tidy(context.data_dir)


LISTENER = Listener("search", ("*",), follow)

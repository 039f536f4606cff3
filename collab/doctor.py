"""Is everything in order? For ``collab check``, ``/readyz`` and the metrics."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from collab.activity import checks, outbox
from collab.activity.outbox import Context
from collab.files.models import Attachment
from collab.schema import is_current
from collab.search import whoosh_index
from collab.workspaces.net import as_system

BEAT = 60.0


@dataclass(frozen=True)
class Finding:
    """One thing looked at: its name, whether it is well, and a sentence."""

    name: str
    well: bool
    text: str


def quick(context: Context) -> Iterator[Finding]:
    """What can be told within milliseconds: database, index, worker, room on the disk."""
    try:
        with context.read() as db:
            db.execute(text("SELECT 1"))
            state = outbox.backlog(db)
        yield Finding("database", True, "The database answers.")
    except SQLAlchemyError as error:
        yield Finding("database", False, f"The database does not answer: {type(error).__name__}.")
        return
    failed = state["failed"]
    yield Finding("outbox", not failed, f"{state['waiting'] + state['due']} to do, {failed} given up.")
    yield _worker(context)
    well = whoosh_index.exists(context.data_dir)
    yield Finding(
        "search", well, "The search index is there." if well else "There is no search index: collab reindex."
    )
    context.storage.root.mkdir(parents=True, exist_ok=True)
    room = context.storage.has_room()
    yield Finding(
        "disk", room, "There is room for files." if room else "The disk is nearly full; uploads are refused."
    )


def _worker(context: Context) -> Finding:
    beat = context.data_dir / "worker.beat"
    age = time.time() - beat.stat().st_mtime if beat.exists() else None
    if age is None or age > BEAT:
        return Finding("worker", False, "The worker is not running: start collab worker.")
    return Finding("worker", True, "The worker is running.")


def thorough(context: Context) -> Iterator[Finding]:
    """Everything that ``quick`` looks at, the form of the database, and each file."""
    yield from quick(context)
    current = is_current(context.read.kw["bind"])
    yield Finding(
        "schema", current, "The database has the right form." if current else "Run collab db upgrade."
    )
    with context.read() as db:
        hashes = as_system(db, "doctor").scalars(select(Attachment.sha256).distinct()).all()
    missing = sum(not context.storage.path(sha256).exists() for sha256 in hashes)
    yield Finding("files", not missing, f"{len(hashes)} files, {missing} missing.")
    if current:
        checked = checks.look(context)
        yield Finding("audit", checked.well, checks.sentence(checked))

"""Is everything in order? For ``collab check``, ``/readyz`` and the metrics."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from collab.activity import checks, outbox
from collab.activity.outbox import Context
from collab.files.models import Attachment
from collab.files.preview import tools
from collab.schema import is_current
from collab.search import listeners as search
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
            state, waits_for = outbox.backlog(db), outbox.in_the_way(db, search.LISTENER.name)
        yield Finding("database", True, "The database answers.")
    except SQLAlchemyError as error:
        yield Finding("database", False, f"The database does not answer: {type(error).__name__}.")
        return
    failed = state["failed"]
    yield Finding("outbox", not failed, f"{state['waiting'] + state['due']} to do, {failed} given up.")
    yield _worker(context)
    yield _search(context, waits_for)
    context.storage.root.mkdir(parents=True, exist_ok=True)
    room = context.storage.has_room()
    yield Finding(
        "disk", room, "There is room for files." if room else "The disk is nearly full; uploads are refused."
    )


def _search(context: Context, waits_for: str, *, closely: bool = False) -> Finding:
    """``waits_for``: what keeps the worker from writing it."""
    wrong = search.trouble(context, closely=closely)
    if wrong:
        told = f"The search index cannot be used: {wrong}. The worker makes it again; so does collab reindex."
        return Finding("search", False, told)
    if waits_for:
        told = f"The search index cannot be written: {waits_for}. The worker tries again."
        return Finding("search", False, told)
    return Finding("search", True, "The search index is there.")


def _worker(context: Context) -> Finding:
    beat = context.data_dir / "worker.beat"
    age = time.time() - beat.stat().st_mtime if beat.exists() else None
    if age is None or age > BEAT:
        return Finding("worker", False, "The worker is not running: start collab worker.")
    return Finding("worker", True, "The worker is running.")


def thorough(context: Context) -> Iterator[Finding]:
    """Everything that ``quick`` looks at, the form of the database, and each file."""
    for finding in quick(context):
        well = finding.name == "search" and finding.well
        yield _search(context, "", closely=True) if well else finding
    current = is_current(context.read.kw["bind"])
    yield Finding(
        "schema", current, "The database has the right form." if current else "Run collab db upgrade."
    )
    with context.read() as db:
        hashes = as_system(db, "doctor").scalars(select(Attachment.sha256).distinct()).all()
    missing = sum(not context.storage.path(sha256).exists() for sha256 in hashes)
    yield Finding("files", not missing, f"{len(hashes)} files, {missing} missing.")
    yield Finding("previews", True, tools.sentence())
    if current:
        checked = checks.look(context)
        yield Finding("audit", checked.well, checks.sentence(checked))

"""On PostgreSQL, what a transaction changes is found as soon as it has been committed.

Every change records an event (``activity.record``). What the events of a session are about is written
to the index by the last statements before its commit: it is committed with the change, or not at all.
"""

import logging
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from collab.activity.models import Event
from collab.search import documents, postgresql_rows
from collab.search.listeners import keys_of
from collab.workspaces.net import as_system

log = logging.getLogger(__name__)

#: A transaction that changes more things leaves them to the worker.
MOST = 100
#: The events of sessions whose transaction has not ended.
_told: WeakKeyDictionary[Session, list[Event]] = WeakKeyDictionary()


def install(make: sessionmaker[Session]) -> None:
    """Let the sessions of this maker write the index."""
    event.listen(make, "after_flush", _note)
    event.listen(make, "before_commit", _write)
    event.listen(make, "after_rollback", _forget)


def _note(session: Session, _context: Any) -> None:
    told = [new for new in session.new if isinstance(new, Event)]
    if told:
        _told.setdefault(session, []).extend(told)


def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        _told.pop(session, None)


def _write(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    told = _told.pop(session, None)
    keys = {key for one in told or () for key in keys_of(one)}
    if not keys:
        return
    connection = session.connection()
    moved = {one.entry_id for one in told or () if one.kind.endswith(".moved") and one.entry_id}
    if moved:
        with Session(connection, join_transaction_mode="rollback_only") as db:
            keys.update(documents.parts_of(as_system(db, "search index"), moved))
    try:
        if len(keys) <= MOST:
            with connection.begin_nested():
                postgresql_rows.write(connection, keys)
            return
    except Exception:  # nobody's text is lost because it cannot be found yet
        log.exception("not written to the search index yet: %s", sorted(keys))
    postgresql_rows.leave_for_later(connection, keys)

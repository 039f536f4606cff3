"""From events to listeners: at least once, in any order, with back-off, failures kept in sight.

A listener is ``(Context, list[Event]) -> None``: it gets events of the kinds it asked for, in
batches, looks at the rows as they are now and may be called again with the same events at
any time. It raises to be called again later.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from collab import clock
from collab.activity import seals
from collab.activity.models import Delivery, Event
from collab.config import Settings
from collab.storage import Storage

log = logging.getLogger(__name__)

BATCH = 200
ATTEMPTS = 12
BACK_OFF = timedelta(seconds=1)
LONGEST = timedelta(hours=1)


@dataclass(frozen=True)
class Context:
    """What a listener works with. ``write`` makes sessions whose commit is the listener's own."""

    settings: Settings
    storage: Storage
    write: sessionmaker[Session]
    read: sessionmaker[Session]

    @property
    def data_dir(self) -> Path:
        return self.settings.data_dir


class Later(Exception):
    """Raised by a listener for an event whose time has not come: it gets it again at ``at``.

    ``why``: what is in the way, of all events that it was handed; administrators are shown it. However
    long that takes, the listener is not given up on.
    """

    def __init__(self, at: datetime, why: str = "") -> None:
        super().__init__(at)
        self.at = at
        self.why = why


@dataclass(frozen=True)
class Listener:
    """Who wants which kinds of events; a kind may end in ``*``."""

    name: str
    kinds: tuple[str, ...]
    handle: Callable[[Context, Sequence[Event]], None]

    def wants(self, kind: str) -> bool:
        return any(
            kind == wanted or (wanted.endswith("*") and kind.startswith(wanted[:-1])) for wanted in self.kinds
        )


def dispatch(context: Context, listeners: Sequence[Listener]) -> int:
    """Turn new events into deliveries, one per listener that wants it, and seal them; answer how many."""
    with context.read() as db:
        waiting = db.scalar(select(func.count()).select_from(Event).where(Event.dispatched_at.is_(None)))
    if not waiting:
        return 0
    with context.write.begin() as db:
        events = db.scalars(
            select(Event)
            .where(Event.dispatched_at.is_(None))
            .order_by(Event.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        now = clock.now()
        seals.add(db, context.settings.key, events)
        for event in events:
            event.dispatched_at = now
            db.add_all(
                Delivery(event_id=event.id, listener=listener.name, due_at=now)
                for listener in listeners
                if listener.wants(event.kind)
            )
        return len(events)


def deliver(context: Context, listener: Listener) -> int:
    """Hand the listener what is due; answer how many deliveries were done."""
    with context.read() as db:
        due = db.execute(
            select(Delivery.id, Event)
            .join(Event, Event.id == Delivery.event_id)
            .where(
                Delivery.listener == listener.name,
                Delivery.failed_at.is_(None),
                Delivery.due_at <= clock.now(),
            )
            .order_by(Delivery.id)
            .limit(BATCH)
        ).all()
        db.expunge_all()
    if not due:
        return 0
    try:
        listener.handle(context, [event for _, event in due])
    except Exception as error:
        if isinstance(error, Later) and error.why:
            _later(context, [delivery for delivery, _ in due], error)
            return 0
        if len(due) > 1:  # find the one that hurts, or has to wait
            return sum(_deliver_one(context, listener, delivery, event) for delivery, event in due)
        _again(context, due[0][0], error)
        return 0
    _done(context, [delivery for delivery, _ in due])
    return len(due)


def _deliver_one(context: Context, listener: Listener, delivery: int, event: Event) -> int:
    try:
        listener.handle(context, [event])
    except Exception as error:
        _again(context, delivery, error)
        return 0
    _done(context, [delivery])
    return 1


def _done(context: Context, deliveries: Sequence[int]) -> None:
    with context.write.begin() as db:
        db.execute(delete(Delivery).where(Delivery.id.in_(deliveries)))


def _again(context: Context, delivery_id: int, error: Exception) -> None:
    if not isinstance(error, Later):
        _postpone(context, delivery_id, error)
    else:
        _later(context, [delivery_id], error)


def _later(context: Context, deliveries: Sequence[int], later: Later) -> None:
    with context.write.begin() as db:
        told = {"due_at": later.at, "error": later.why or None}
        db.execute(update(Delivery).where(Delivery.id.in_(deliveries)).values(**told))


def _postpone(context: Context, delivery_id: int, error: Exception) -> None:
    log.warning("delivery %s failed: %s", delivery_id, type(error).__name__, exc_info=error)
    with context.write.begin() as db:
        delivery = db.get(Delivery, delivery_id)
        if delivery is None:
            return
        delivery.attempts += 1
        delivery.error = f"{type(error).__name__}: {error}"[:500]
        delivery.due_at = clock.now() + min(LONGEST, BACK_OFF * 2**delivery.attempts)
        if delivery.attempts >= ATTEMPTS:
            delivery.failed_at = clock.now()


def retry_failed(db: Session) -> int:
    """Make all failed deliveries due again; answer how many."""
    again = db.execute(
        update(Delivery)
        .where(or_(Delivery.failed_at.is_not(None), Delivery.attempts > 0, Delivery.error.is_not(None)))
        .values(failed_at=None, attempts=0, error=None, due_at=clock.now())
    )
    return int(again.rowcount)  # type: ignore[attr-defined]


def drain(context: Context, listeners: Sequence[Listener]) -> int:
    """Run until nothing is due any more; answer how many deliveries were done."""
    total = 0
    while True:
        moved = dispatch(context, listeners)
        done = sum(deliver(context, listener) for listener in listeners)
        total += done
        if not moved and not done:
            return total


def in_the_way(db: Session, listener: str) -> str:
    """What a listener waits for to end (``Later.why``); nothing if nothing is in its way."""
    waiting = select(Delivery.error).where(
        Delivery.listener == listener, Delivery.attempts == 0, Delivery.error.is_not(None)
    )
    return db.scalar(waiting.order_by(Delivery.id.desc()).limit(1)) or ""


def backlog(db: Session) -> Mapping[str, int]:
    """Counts for the doctor and the metrics: events waiting, deliveries due and failed."""
    waiting = db.scalar(select(func.count()).select_from(Event).where(Event.dispatched_at.is_(None)))
    failed = db.scalar(select(func.count()).select_from(Delivery).where(Delivery.failed_at.is_not(None)))
    due = db.scalar(select(func.count()).select_from(Delivery).where(Delivery.failed_at.is_(None)))
    return {"waiting": waiting or 0, "due": due or 0, "failed": failed or 0}

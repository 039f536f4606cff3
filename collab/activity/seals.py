"""The chain of seals over the events: what was written about the past cannot be changed unnoticed.

Each seal is an HMAC-SHA-256 (RFC 2104) of the seal before and of one event, under a key made from the
installation's secret, which does not lie in the database. Who changes, takes out, swaps or puts in
rows of the past leaves a chain that no longer fits. Rows cut off at the end are noticed with a
``head`` that was kept elsewhere: each export and each check tells the present one.
"""

import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Row, Select, and_, func, insert, select, text
from sqlalchemy.orm import Session

from collab.activity.models import Event, EventSeal

BATCH = 500
#: Longer than any transaction lasts: an event that is sealed so long after its own time was not
#: written at that time.
LATE = timedelta(hours=1)
_EVENT = (
    Event.id,
    Event.kind,
    Event.actor_id,
    Event.workspace_id,
    Event.entry_id,
    Event.subject_id,
    Event.data,
    Event.at,
)


@dataclass(frozen=True)
class Checked:
    """What a look at the whole chain found.

    ``number`` seals fit, up to ``head``. ``broken`` is the number of the first event that does not,
    and ``how`` one of changed, missing, put_in, cut_off. ``late`` events came long after their own time.
    """

    number: int
    since: datetime | None
    head: str
    broken: int | None = None
    how: str = ""
    late: int = 0

    @property
    def well(self) -> bool:
        return not self.how


def key(secret: str) -> bytes:
    """The key of the seals, from the installation's secret (HKDF, RFC 5869)."""
    return HKDF(SHA256(), 32, salt=None, info=b"collab: seals of events").derive(secret.encode())


def canonical(event: Event | Row[*tuple[Any, ...]]) -> bytes:
    """The event as the same bytes on each kind of database, whatever the order of its data."""
    at = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    facts = [event.id, event.kind, event.actor_id, event.workspace_id, event.entry_id, event.subject_id]
    return json.dumps([*facts, event.data, at], sort_keys=True, separators=(",", ":")).encode()


def _seal(secret: bytes, before: str, event: Event | Row[*tuple[Any, ...]]) -> str:
    return hmac.digest(secret, before.encode() + b"\n" + canonical(event), "sha256").hex()


def fits(secret: str, event: Row[*tuple[Any, ...]], seal: str) -> bool:
    """Is it the seal of the first event of a chain, under this secret?"""
    return hmac.compare_digest(_seal(key(secret), "", event), seal)


def add(db: Session, secret: str, events: Sequence[Event]) -> None:
    """Seal the events in this order, behind what is sealed. The caller's transaction commits.

    One seals at a time: two who follow the same seal would break the chain.
    """
    if db.get_bind().dialect.name == "postgresql":  # SQLite has one writer anyhow
        db.execute(text("LOCK TABLE event_seal IN EXCLUSIVE MODE"))
    before = db.scalar(select(EventSeal.seal).order_by(EventSeal.id.desc()).limit(1)) or ""
    derived, rows = key(secret), []
    for event in events:
        before = _seal(derived, before, event)
        rows.append({"event_id": event.id, "seal": before})
    if rows:
        db.execute(insert(EventSeal), rows)


def catch_up(db: Session, secret: str) -> int:
    """Seal a batch of events that were handed out before there were seals; answers how many."""
    last = select(func.coalesce(func.max(EventSeal.event_id), 0)).scalar_subquery()
    waiting = select(Event).where(Event.id > last, Event.dispatched_at.is_not(None))
    events = db.scalars(waiting.order_by(Event.id).limit(BATCH)).all()
    add(db, secret, events)
    return len(events)


def head(db: Session) -> str:
    """The end of the chain as a text to keep elsewhere: ``<number>:<seal>``; empty without events."""
    last = db.execute(select(EventSeal.id, EventSeal.seal).order_by(EventSeal.id.desc()).limit(1)).first()
    return f"{last.id}:{last.seal}" if last else ""


def verify(db: Session, secret: str, kept: str = "") -> Checked:
    """Look at each event and its seal. ``kept`` is a head of earlier: has anything been cut off since?"""
    derived, before, number, late = key(secret), "", 0, 0
    since: datetime | None = None
    latest: datetime | None = None
    for row in _chain(db):
        how = "missing" if row.id is None else ""
        if not how and not hmac.compare_digest(_seal(derived, before, row), row.seal):
            how = "changed"
        if how:
            return Checked(number, since, head(db), row.event_id, how, late)
        late += latest is not None and row.at < latest - LATE
        before, number, since, latest = row.seal, number + 1, since or row.at, row.at
    unsealed = db.scalar(_put_in())
    if unsealed is not None:
        return Checked(number, since, head(db), unsealed, "put_in", late)
    if kept and not _holds(db, kept):
        return Checked(number, since, head(db), None, "cut_off", late)
    return Checked(number, since, head(db), late=late)


def _chain(db: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    query = (
        select(EventSeal.event_id, EventSeal.seal, *_EVENT)
        .outerjoin(Event, Event.id == EventSeal.event_id)
        .order_by(EventSeal.id)
    )
    yield from db.execute(query.execution_options(yield_per=1000))


def _put_in() -> Select[*tuple[Any, ...]]:
    """The first event that the worker has never handed out, although it says so."""
    sealed = select(EventSeal.id).where(EventSeal.event_id == Event.id).exists()
    return select(func.min(Event.id)).where(and_(Event.dispatched_at.is_not(None), ~sealed))


def _holds(db: Session, kept: str) -> bool:
    number, _, seal = kept.strip().partition(":")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        return False
    found = db.scalar(select(EventSeal.seal).where(EventSeal.id == int(number)))
    return found is not None and hmac.compare_digest(found, seal)

"""Mails before an event, once each: noted in the transaction that decides to send them, sent from the event.

Nobody hears of what they may not read any more: that is asked again when the mail is written.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock, dates
from collab.activity import Event
from collab.activity.outbox import Context, Listener
from collab.auth import sending
from collab.auth.letters import Letter, Reader, Say, voice
from collab.auth.models import Account
from collab.auth.sending import Mail, as_written, reader_of
from collab.auth.services import viewer_of
from collab.calendar import queries, times
from collab.calendar.models import CalendarAnswer, CalendarChange, CalendarEvent
from collab.calendar.times import EAST, WEST, Occurrence
from collab.config import Settings
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.net import as_system

SECOND = timedelta(seconds=1)
#: The next one is looked for so far ahead, then again; after a long pause nobody hears of what was so long ago.
AHEAD, LATE = timedelta(days=400), timedelta(hours=2)
#: By so much the clocks of two zones differ at least.
QUARTER = timedelta(minutes=15)
INVITED, REMINDED = "event.invited", "event.reminded"


def upcoming(event: Any, changes: Mapping[str, Any], after: datetime | None = None) -> datetime | None:
    """When it is next to be looked whether somebody is to be reminded, after ``after`` (by default now); None: never.

    A whole day begins for everybody at their own midnight: it is looked each ``QUARTER`` from when it begins
    in the east until it has begun in the west.
    """
    if event.reminder is None:
        return None
    before, now = timedelta(minutes=event.reminder), after or clock.now()
    late = now + before
    for made in times.between([event], {event.id: changes}, late - WEST, late + AHEAD, zone_for(event)):
        first, last = _due(made, before)
        if first > now:
            return first
        if last > now:
            return first + ((now - first) // QUARTER + 1) * QUARTER
    ends = event.last_at is not None and event.last_at <= late + AHEAD
    return None if ends else now + AHEAD


def zone_for(event: Any) -> ZoneInfo:
    """Whole days are looked for in UTC; ``_due`` knows where they begin."""
    return times.zone_of(event.zone or "UTC")


def _due(made: Occurrence, before: timedelta) -> tuple[datetime, datetime]:
    """When the first and the last people are to be reminded of it."""
    begin = made.begin - before
    return (begin - EAST, begin + WEST) if made.all_day else (begin, begin)


def remind(context: Context, most: int = 100) -> int:
    """Note who is to be told of what begins soon; answers of how many events. Run by the worker each minute."""
    now = clock.now()
    query = select(CalendarEvent).where(CalendarEvent.remind_at <= now, CalendarEvent.deleted_at.is_(None))
    with context.read() as db:
        if as_system(db, "reminders").scalar(query.with_only_columns(CalendarEvent.id).limit(1)) is None:
            return 0
    with context.write.begin() as db:
        as_system(db, "reminders")
        events = db.scalars(query.order_by(CalendarEvent.remind_at).limit(most).with_for_update()).all()
        for event in events:
            _note(db, event, now, context.settings.default_timezone)
        return len(events)


def _note(db: Session, event: CalendarEvent, now: datetime, default: str) -> None:
    before = timedelta(minutes=event.reminder or 0)
    first = max(event.remind_at or now, now - LATE)
    changes, zone = _changes(db, event), zone_for(event)
    since, upto = first + before - WEST, now + before + EAST + SECOND
    about: Any = {"workspace_id": event.workspace_id, "entry_id": event.id}
    for made in times.between([event], {event.id: changes}, since, upto, zone):
        told: dict[str, Any] = {}
        if made.all_day:
            told["people"] = _whose_midnight(db, made, (first + before, now + before), default)
        if told["people"] if told else first <= made.begin - before <= now:
            activity.record(db, "event.reminded", ANONYMOUS, occurrence=made.key, **told, **about)
    event.remind_at = upcoming(event, changes, now)


def _whose_midnight(
    db: Session, made: Occurrence, between: tuple[datetime, datetime], default: str
) -> list[int]:
    """Of those whom it concerns, for whom its day begins between these times."""
    concerned = _concerned(db, made.event.id, made.key)
    rows = db.execute(select(Account.id, Account.timezone).where(Account.id.in_(concerned)))
    since, upto = between
    begins = {
        row.id: times.midnight(made.starts.date(), times.zone_of(row.timezone or default)) for row in rows
    }
    return sorted(account for account, begin in begins.items() if since <= begin <= upto)


def _changes(db: Session, event: CalendarEvent) -> dict[str, CalendarChange]:
    query = select(CalendarChange).where(CalendarChange.entry_id == event.id)
    return {change.occurrence: change for change in db.scalars(query)}


# The mails ---------------------------------------------------------------------------------------


def handle(context: Context, events: Sequence[Event]) -> None:
    """Send what the events call for, to those who may read the calendar's event now."""
    for event in events:
        with context.read() as db:
            mails = list(_mails(db, context.settings, event))
        for reader, write in mails:
            sending.send(context, event, reader, write)


def _mails(db: Session, settings: Settings, told: Event) -> Iterator[Mail]:
    wanted = told.data.get("people") or ()
    if told.kind == REMINDED and told.entry_id is not None:
        concerned = _concerned(db, told.entry_id, told.data.get("occurrence", ""))
        wanted = [one for one in concerned if "people" not in told.data or one in wanted]
    for account_id in wanted:
        viewer, account = viewer_of(db, account_id), db.get(Account, account_id)
        if not viewer.signed_in or account is None or not account.email:
            continue
        db.info.clear()
        db.info["viewer"] = viewer
        query = access.select_entries(viewer, CalendarEvent).where(CalendarEvent.id == told.entry_id)
        event = db.scalars(query.where(CalendarEvent.published_at <= access.NOW)).first()
        if event is None:
            continue
        reader = reader_of(settings, account)
        made = _occurrence(db, viewer, event, told, times.zone_of(reader.timezone))
        if made is not None:
            address = whereabouts.address_of(db, viewer, event)
            path = f"{address}?at={made.key}" if made.recurs and address == event.address else address
            yield reader, partial(as_written, _letter(voice(reader), reader, made, path, told.kind))


def _concerned(db: Session, event_id: int, occurrence: str) -> list[int]:
    """Who is invited or answered, and did not say no, and whose event it is."""
    as_system(db, "reminders")
    event = db.get(CalendarEvent, event_id)
    if event is None:
        return []
    given = select(CalendarAnswer.author_id, CalendarAnswer.answer).where(
        CalendarAnswer.entry_id == event.id, CalendarAnswer.occurrence.in_(["", occurrence])
    )
    rows = db.execute(given.order_by(CalendarAnswer.occurrence)).all()
    last = {event.author_id: "yes"} | {row.author_id: row.answer for row in rows}
    return sorted(account for account, answer in last.items() if answer != "no")


def _occurrence(
    db: Session, viewer: Viewer, event: CalendarEvent, told: Event, zone: ZoneInfo
) -> Occurrence | None:
    """The one that is told of; of an invitation, the first that is still to come."""
    changes = queries.changes(db, viewer, event)
    named = times.from_key(str(told.data.get("occurrence", "")))
    if named is not None:
        return times.one(event, changes, named, zone)
    now = clock.now()
    coming = times.between([event], {event.id: changes}, now, now + AHEAD, zone)
    return coming[0] if coming else times.one(event, changes, event.starts, zone)


def _letter(_: Say, reader: Reader, made: Occurrence, path: str, kind: str) -> Letter:
    facts = [_("When: %(when)s") % {"when": when(reader, made)}]
    if made.location:
        facts.append(_("Where: %(where)s") % {"where": made.location})
    if kind == INVITED:
        subject = _("Invitation: %(title)s") % {"title": made.title}
        said = _("You are invited to “%(title)s”.") % {"title": made.title}
        then = _("Please say whether you come:")
        return Letter(subject, said, then, path, tuple(facts))
    subject = _("Soon: %(title)s") % {"title": made.title}
    said = _("“%(title)s” begins soon.") % {"title": made.title}
    return Letter(subject, said, _("All about it:"), path, tuple(facts))


def when(reader: Reader, made: Occurrence) -> str:
    """The begin in the reader's own time, and in the event's where that differs."""
    locale = dates.locale(reader.locale)
    if made.all_day:
        return str(format_date(made.starts, "full", locale=locale))
    own, zone = times.zone_of(reader.timezone), times.zone_of(made.event.zone)
    told = str(format_datetime(made.begin, "long", own, locale))
    if made.begin.astimezone(own).utcoffset() == made.begin.astimezone(zone).utcoffset():
        return told
    return f"{told} ({format_datetime(made.begin, 'short', zone, locale)} {made.event.zone})"


LISTENER = Listener("calendar_mail", (INVITED, REMINDED), handle)

"""Events as other calendar programs read them (RFC 5545), one line after the other.

The library that reads calendars (``reading``) takes a millisecond and more to write an event, and feeds are
asked for all day long; so they are written here, and the tests read them back with it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from collab import clock
from collab.calendar import rules, times, zones

TYPE = "text/calendar"
#: A line has so many bytes (3.1), a note on an event so many letters.
WIDE, MOST_TEXT = 75, 8000
UTC_NAMES = frozenset({"UTC", "Etc/UTC"})
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": ""})


@dataclass(frozen=True)
class Told:
    """An event as it is to be written.

    ``event`` has its columns; ``body`` is its Markdown, ``bodies`` that of changed occurrences. ``answer`` is
    the reader's own ("" for none), ``declined`` the occurrences to which the reader alone said no.
    """

    event: Any
    url: str
    body: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    bodies: Mapping[str, str | None] = field(default_factory=dict)
    answer: str = ""
    declined: frozenset[str] = frozenset()
    place: str = ""


@dataclass(frozen=True)
class Due:
    """Something that is owed by a day, as an event of that day."""

    uid: str
    title: str
    day: date
    url: str
    updated: datetime
    place: str = ""


def document(name: str, events: Sequence[Told], due: Iterable[Due] = (), *, feed: bool = False) -> bytes:
    """A whole calendar. ``feed``: it is asked for again and again."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Collab//Calendar//EN", "CALSCALE:GREGORIAN"]
    if feed:  # how other programs call it and how often they ask: RFC 7986, and what was before it
        lines += [text("NAME", name), text("X-WR-CALNAME", name)]
        lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    lines += _zones(events)
    seen: set[str] = set()
    for told in events:
        uid = told.event.uid
        if uid in seen:  # the same event of another program, brought into two workspaces
            uid = f"{told.event.public_id}@collab"
        seen.add(uid)
        lines += _event(told, uid)
    for item in due:
        lines += _due(item)
    return "".join(f"{folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _zones(events: Sequence[Told]) -> Iterator[str]:
    """Each zone that a time is said in, as its clocks are from the first such event on."""
    first: dict[str, int] = {}
    for told in events:
        zone, year = told.event.zone, told.event.first_at.year - 1
        if not told.event.all_day and zone not in UTC_NAMES:
            first[zone] = min(year, first.get(zone, year))
    last = clock.now().year + zones.AHEAD
    for zone in sorted(first):
        yield from zones.lines(zone, first[zone], max(last, first[zone] + zones.AHEAD))


# An event ----------------------------------------------------------------------------------------


def _event(told: Told, uid: str) -> Iterator[str]:
    event = told.event
    gone = set(event.exdates)
    yield from _head(told, uid)
    yield from _span(event, event.starts, event.ends)
    if event.rrule:
        yield _rule(event)
    for word in sorted(event.rdates):
        if start := times.from_key(word):
            yield _time("RDATE", event, start)
    for word in sorted(gone | told.declined):
        if start := times.from_key(word):
            yield _time("EXDATE", event, start)
    yield from _words(told, event.title, event.location, told.body)
    yield "END:VEVENT"
    for name, change in sorted(told.changes.items()):
        original = times.from_key(name)
        if name in gone | told.declined or original is None or not times.is_occurrence(event, original):
            continue
        body = told.bodies.get(name)
        yield from _head(told, uid)
        yield _time("RECURRENCE-ID", event, original)
        yield from _span(event, change.starts, change.ends)
        title = event.title if change.title is None else change.title
        location = event.location if change.location is None else change.location
        yield from _words(told, title, location, told.body if body is None else body)
        yield "END:VEVENT"


def _head(told: Told, uid: str) -> Iterator[str]:
    """Without a METHOD, DTSTAMP says when the event was last revised (3.8.7.2)."""
    event = told.event
    yield "BEGIN:VEVENT"
    yield text("UID", uid)
    yield f"DTSTAMP:{_utc(event.updated_at)}"
    yield f"CREATED:{_utc(event.created_at)}"
    yield f"LAST-MODIFIED:{_utc(event.updated_at)}"
    yield f"SEQUENCE:{event.version - 1}"


def _span(event: Any, starts: datetime, ends: datetime) -> Iterator[str]:
    yield _time("DTSTART", event, starts)
    if ends > starts:  # what has no end ends when it begins (3.6.1)
        yield _time("DTEND", event, ends)


def _rule(event: Any) -> str:
    """The rule. Programs count differently where the first day does not follow it: then it ends on a day."""
    rule, start = rules.read(event.rrule), event.starts.date()
    if rule.count and not rules.follows(rule, start):
        rule = replace(rule, count=None, until=event.last_on)
    words = rules.write(replace(rule, until=None))
    if rule.until is None:
        return f"RRULE:{words}"
    last = datetime.combine(rule.until, event.starts.time())
    until = f"{last:%Y%m%d}" if event.all_day else _utc(times.moment(last, event.zone))
    return f"RRULE:{words};UNTIL={until}"


def _words(told: Told, title: str, location: str, body: str) -> Iterator[str]:
    event = told.event
    yield text("SUMMARY", title)
    if location:
        yield text("LOCATION", location)
    yield text("DESCRIPTION", f"{body[:MOST_TEXT].rstrip()}\n\n{told.url}".strip())
    yield f"URL:{told.url}"
    if told.place:
        yield text("CATEGORIES", told.place)
    yield "STATUS:TENTATIVE" if told.answer in ("maybe", "waiting") else "STATUS:CONFIRMED"
    if event.all_day or event.milestone or event.starts == event.ends:
        yield "TRANSP:TRANSPARENT"


def _due(item: Due) -> Iterator[str]:
    """As a day's event: the programs that subscribe show no tasks (VTODO)."""
    stamp = _utc(item.updated)
    yield from ("BEGIN:VEVENT", text("UID", item.uid), f"DTSTAMP:{stamp}", f"LAST-MODIFIED:{stamp}")
    yield f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{item.day + timedelta(days=1):%Y%m%d}"
    yield text("SUMMARY", item.title)
    yield text("DESCRIPTION", item.url)
    yield f"URL:{item.url}"
    if item.place:
        yield text("CATEGORIES", item.place)
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


# Lines -------------------------------------------------------------------------------------------


def text(name: str, value: str) -> str:
    """A property whose value is text (3.3.11)."""
    kept = "".join(sign for sign in value.replace("\r\n", "\n") if sign >= " " or sign in "\n\t")
    return f"{name}:{kept.translate(_ESCAPED)}"


def _time(name: str, event: Any, local: datetime) -> str:
    """A property that is a time on the wall's clock of the event's zone, or a day."""
    if event.all_day:
        return f"{name};VALUE=DATE:{local:%Y%m%d}"
    if event.zone in UTC_NAMES:
        return f"{name}:{local:%Y%m%dT%H%M%S}Z"
    return f"{name};TZID={event.zone}:{local:%Y%m%dT%H%M%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%S}Z"


def folded(line: str) -> str:
    """The line in pieces of at most 75 bytes, no letter divided (3.1)."""
    left = line.encode()
    if len(left) <= WIDE:
        return line
    pieces, room = [], WIDE
    while len(left) > room:
        end = room
        while left[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(left[:end].decode())
        left, room = left[end:], WIDE - 1
    return "\r\n ".join([*pieces, left.decode()])

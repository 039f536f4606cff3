"""When events happen: from what the wall's clock shows to moments, and the occurrences of a period.

In the hour that a clock change leaves out, a time is read by the offset before the change; in the hour that
comes twice, it is the first one (RFC 5545, 3.3.5). Occurrences of a series last as long as the first one by
the wall's clock.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from collab.calendar import rules
from collab.calendar.rules import DAY, Rule

#: A day begins so much earlier, and ends so much later, somewhere on earth.
EAST, WEST = timedelta(hours=14), timedelta(hours=12)
#: No more occurrences are shown of one event, and of all, in a period.
MOST_OF_ONE, MOST = 400, 2000
MOST_DATES = 1000


def key(starts: datetime) -> str:
    """The name of an occurrence: the start that it has by the rule, on the wall's clock."""
    return starts.strftime("%Y-%m-%dT%H:%M:%S")


def from_key(word: str) -> datetime | None:
    """The start that ``key`` wrote; None for anything else."""
    try:
        found = datetime.strptime(word, "%Y-%m-%dT%H:%M:%S")  # noqa: DTZ007 - the wall's clock
    except ValueError:
        return None
    return found if key(found) == word else None


@lru_cache(maxsize=700)
def zone_of(name: str) -> ZoneInfo:
    """The zone with this name. Raises ValueError with a code."""
    if name not in zones():
        raise ValueError("not_a_timezone")
    return ZoneInfo(name)


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """The names of all zones."""
    return frozenset(available_timezones() - {"localtime", "Factory"})


def moment(local: datetime, zone: str) -> datetime:
    """What a clock in the zone shows, as an aware time in UTC."""
    return local.replace(tzinfo=zone_of(zone)).astimezone(UTC)


@dataclass(frozen=True)
class Occurrence:
    """One time at which an event happens.

    ``event`` is the event, or a row with its columns. ``starts`` and ``ends`` are as in the event;
    ``begin`` and ``end`` are aware times, of all-day ones in the zone of who looks.
    """

    event: Any
    original: datetime
    starts: datetime
    ends: datetime
    begin: datetime
    end: datetime
    title: str
    location: str
    changed: bool = False

    @property
    def key(self) -> str:
        return key(self.original)

    @property
    def all_day(self) -> bool:
        return bool(self.event.all_day)

    @property
    def recurs(self) -> bool:
        return bool(self.event.rrule or self.event.rdates)

    @property
    def address(self) -> str:
        """Its page: of a series, with the occurrence."""
        return f"{self.event.address}?at={self.key}" if self.recurs else str(self.event.address)

    def days(self, zone: ZoneInfo) -> Iterator[date]:
        """The days on which it lies for somebody in the zone."""
        if self.all_day:
            day, end = self.starts.date(), self.ends.date()
        else:
            day = self.begin.astimezone(zone).date()
            last = max(self.begin, self.end - timedelta(microseconds=1)).astimezone(zone).date()
            end = last + DAY
        while day < end:
            yield day
            day += DAY


def rule_of(event: Any) -> Rule | None:
    """The rule of a series, ending on its last day; None for what does not recur."""
    if not event.rrule:
        return None
    return replace(rules.read(event.rrule), until=event.last_on)


def starts_between(event: Any, since: datetime, upto: datetime) -> Iterator[datetime]:
    """The starts by rule and further dates, cancelled ones left out, from ``since`` to ``upto`` on the wall's clock."""
    rule = rule_of(event)
    at = event.starts.time()
    found: set[datetime] = set()
    if rule is None:
        found.add(event.starts)
    else:
        last = min(upto.date(), event.last_on or upto.date())
        for day in rules.days(rule, event.starts.date(), since.date(), last):
            found.add(datetime.combine(day, at))
            if len(found) >= MOST_OF_ONE:
                break
    found |= {read for word in event.rdates if (read := from_key(word))}
    gone = set(event.exdates)
    yield from sorted(start for start in found if since <= start <= upto and key(start) not in gone)


def of_event(
    event: Any, changes: Mapping[str, Any], since: datetime, upto: datetime, zone: ZoneInfo
) -> Iterator[Occurrence]:
    """The occurrences of one event that touch the period between two aware times, as the zone's people see it."""
    length = event.ends - event.starts
    before, after = since.astimezone(UTC).replace(tzinfo=None), upto.astimezone(UTC).replace(tzinfo=None)
    own = starts_between(event, before - length - DAY, after + DAY)
    starts = {start: key(start) for start in own if key(start) not in changes}
    for start in starts:
        made = _made(event, start, start, start + length, None, zone)
        if _touches(made, since, upto):
            yield made
    gone = set(event.exdates)
    for name, change in changes.items():
        original = from_key(name)
        if original is None or name in gone or not is_occurrence(event, original):
            continue
        made = _made(event, original, change.starts, change.ends, change, zone)
        if _touches(made, since, upto):
            yield made


def is_occurrence(event: Any, start: datetime) -> bool:
    """Does the event have an occurrence with this start by its rule, that is not cancelled?"""
    return start in starts_between(event, start, start)


def _touches(made: Occurrence, since: datetime, upto: datetime) -> bool:
    return made.begin < upto and (made.end > since or made.begin >= since)


def _made(
    event: Any, original: datetime, starts: datetime, ends: datetime, change: Any, zone: ZoneInfo
) -> Occurrence:
    where = zone if event.all_day else zone_of(event.zone)
    title = event.title if change is None or change.title is None else change.title
    location = event.location if change is None or change.location is None else change.location
    begin, end = (local.replace(tzinfo=where).astimezone(UTC) for local in (starts, ends))
    return Occurrence(
        event, original, starts, ends, begin, max(begin, end), title, location, changed=change is not None
    )


def one(event: Any, changes: Mapping[str, Any], start: datetime, zone: ZoneInfo) -> Occurrence | None:
    """The occurrence with this start by the rule, if there is one."""
    if not is_occurrence(event, start):
        return None
    change = changes.get(key(start))
    if change is not None:
        return _made(event, start, change.starts, change.ends, change, zone)
    return _made(event, start, start, start + (event.ends - event.starts), None, zone)


def between(
    events: Iterable[Any],
    changes: Mapping[int, Mapping[str, Any]],
    since: datetime,
    upto: datetime,
    zone: ZoneInfo,
) -> Sequence[Occurrence]:
    """The occurrences of all events in a period, in order; ``MOST`` at most."""
    found: list[Occurrence] = []
    for event in events:
        found += of_event(event, changes.get(event.id, {}), since, upto, zone)
    found.sort(key=lambda made: (made.begin, not made.all_day, (made.title or "").casefold()))
    return found[:MOST]


def bounds(event: Any, changes: Iterable[Any]) -> tuple[datetime, datetime | None]:
    """``first_at`` and ``last_at`` of an event."""
    length = event.ends - event.starts
    further = [read for word in event.rdates if (read := from_key(word))]
    moved = list(changes)
    first = min([event.starts, *further, *(change.starts for change in moved)])
    final: datetime | None = max(
        [event.ends, *(start + length for start in further), *(change.ends for change in moved)]
    )
    if event.rrule and event.last_on is None:
        final = None
    elif event.rrule and final is not None:
        final = max(final, datetime.combine(event.last_on, event.starts.time()) + length)
    return _earliest(event, first), _latest(event, final) if final else None


def _earliest(event: Any, local: datetime) -> datetime:
    return local.replace(tzinfo=UTC) - EAST if event.all_day else moment(local, event.zone)


def _latest(event: Any, local: datetime) -> datetime:
    return local.replace(tzinfo=UTC) + WEST if event.all_day else moment(local, event.zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins there."""
    return datetime.combine(day, time(), zone)

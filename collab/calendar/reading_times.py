"""The times that calendar files write, on the clocks that they mean."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar.prop import vBroken

from collab.calendar import times
from collab.calendar.zone_names import Zones


class Refusal(Exception):
    """An event cannot come; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Moment:
    """A time as it is written. ``zone`` is what the file calls it: "" for none, "UTC" for a Z.

    ``day``: it is a whole day. ``lasts``: how long, of a period. ``unknown``: nobody knows the zone.
    """

    wall: datetime
    zone: str = ""
    day: bool = False
    lasts: timedelta | None = None
    unknown: bool = False


def moments(value: Any) -> Iterator[Moment]:
    """The times of a property, or of several of the same name."""
    for one in value if isinstance(value, list) else [value]:
        if one is None or isinstance(one, vBroken):
            continue
        for item in getattr(one, "dts", None) or [one]:
            zone = str(one.params.get("TZID") or item.params.get("TZID") or "")
            yield _moment(item.dt, zone)


def _moment(value: Any, zone: str) -> Moment:
    if isinstance(value, tuple):
        begin, end = value
        lasts = end if isinstance(end, timedelta) else end.replace(tzinfo=None) - begin.replace(tzinfo=None)
        return replace(_moment(begin, zone), lasts=lasts)
    if isinstance(value, datetime):
        if not zone and value.tzinfo is not None:
            zone, value = "UTC", value.astimezone(UTC)
        return Moment(value.replace(tzinfo=None, microsecond=0), zone)
    if isinstance(value, date):
        return Moment(datetime.combine(value, time()), day=True)
    raise Refusal("broken_time")


class Clocks:
    """What the times of one file mean; ``home`` is the zone of those that say none."""

    def __init__(self, zones: Zones, home: str) -> None:
        self.zones, self.home = zones, home

    def settled(self, moment: Moment, *, keep_utc: bool) -> Moment:
        """On the clock of a zone of the database. Only a series has to stay in UTC: there its hours do not move."""
        if moment.day:
            return replace(moment, zone="")
        if not moment.zone:
            return replace(moment, zone=self.home)
        found = self.zones.named(moment.zone, moment.wall.year)
        if found is None:
            return replace(moment, zone=self.home, unknown=True)
        if found == "UTC" and not keep_utc:
            here = times.moment(moment.wall, "UTC").astimezone(times.zone_of(self.home))
            return replace(moment, wall=here.replace(tzinfo=None), zone=self.home)
        return replace(moment, zone=found)

    def wall_in(self, moment: Moment, begin: Moment, at: time | None = None) -> datetime:
        """What the clock of ``begin``, that is settled, shows then; a day alone begins, or is meant ``at``."""
        if begin.day:
            return datetime.combine(moment.wall.date(), time())
        if moment.day:
            return datetime.combine(moment.wall.date(), at or time())
        own = self.settled(moment, keep_utc=True)
        if not moment.zone or own.zone == begin.zone:
            return moment.wall
        there = times.moment(own.wall, own.zone).astimezone(times.zone_of(begin.zone))
        return there.replace(tzinfo=None)

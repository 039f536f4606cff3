"""Which zone of the database another program's name of a time zone means.

Programs name zones as the database does, as Windows does, or as they please and with a definition (RFC 5545,
3.6.5). Then the zone is taken whose clocks showed the same in the years that matter.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import cast

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from collab.calendar import times
from collab.calendar.blocks import Block

_PART = re.compile(r"[A-Za-z][A-Za-z_+-]*(?:/[A-Za-z0-9_+-]+)+")
#: Looked at first, so that of zones with the same clocks a well-known one is named.
WELL_KNOWN = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Asia/Shanghai",
    "Australia/Sydney",
    "UTC",
)
YEARS = 4
STEP = timedelta(days=9, hours=7)


class Zones:
    """The zones of one file: its own definitions, and those that are tried first."""

    def __init__(self, defined: Mapping[str, Block], first: Iterable[str]) -> None:
        self._defined = defined
        self._first = [name for name in first if name in times.zones()]
        self._known: dict[tuple[str, int], str | None] = {}

    def named(self, name: str, year: int) -> str | None:
        """The zone of the database that ``name`` means, for events that begin in ``year``; None for no such."""
        key = (name, year if name in self._defined else 0)
        if key not in self._known:
            self._known[key] = _by_name(name) or self._by_clocks(name, year)
        return self._known[key]

    def _by_clocks(self, name: str, year: int) -> str | None:
        block = self._defined.get(name)
        if block is None or not 1900 < year < 2200:
            return None
        try:
            theirs = _shown(cast("Timezone", Timezone.from_ical(block.text)).to_tz(lookup_tzid=False), year)
        except Exception:
            return None
        candidates = (*self._first, *WELL_KNOWN, *sorted(times.zones()))
        return next((one for one in candidates if _shown(times.zone_of(one), year) == theirs), None)


def _by_name(name: str) -> str | None:
    """A name of the database, alone or behind what a program puts before it; or one of Windows."""
    plain = name.strip().strip('"').lstrip("/")
    if plain in times.zones():
        return plain
    if plain in WINDOWS_TO_OLSON:
        return WINDOWS_TO_OLSON[plain]
    for found in _PART.findall(plain):
        parts = found.split("/")
        for n in range(len(parts) - 1):
            tail = "/".join(parts[n:])
            for whole in (tail, _after_prefix(parts[n:])):
                if whole in times.zones():
                    return whole
    return None


def _after_prefix(parts: list[str]) -> str:
    """Such as ``custom_America/New_York``: the first part without what stands before its last line."""
    return "/".join([parts[0].rpartition("_")[2], *parts[1:]])


def _shown(zone: tzinfo, year: int) -> list[timedelta | None]:
    """How far its clocks are from UTC in the years around."""
    day, found = datetime(year - 1, 1, 1, 12), []  # noqa: DTZ001 - the wall's clock
    while day.year < year + YEARS:
        found.append(day.replace(tzinfo=zone).utcoffset())
        day += STEP
    return found

"""Definitions of time zones for other calendar programs (RFC 5545, 3.6.5).

What a zone's clocks do is read off the time zone database, year by year, and said as rules: the programs of
many phones and offices understand no list of dates. A rule that held until a year ends in it; the one that
holds in the last years looked at goes on.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from collab.calendar import times
from collab.calendar.rules import WEEKDAYS

#: No clock is looked at before this year, nor so many years after the events begin or now.
FIRST, AHEAD = 1970, 12
STEP = timedelta(days=7)


@dataclass(frozen=True)
class Turn:
    """The clocks are changed: ``at`` what they showed just before, by so much, to this name."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool

    @property
    def nth(self) -> int:
        """Which of its weekdays in the month, or -1 for the last."""
        length = calendar.monthrange(self.at.year, self.at.month)[1]
        return -1 if self.at.day + 7 > length else (self.at.day - 1) // 7 + 1

    def like(self, nth: int) -> tuple[object, ...]:
        """What turns of one rule have in common. ``nth`` is 5 for one that is told by its day of the month."""
        day = self.at.day if nth == 5 else (self.at.weekday(), nth)
        return (self.at.month, day, self.at.time(), self.before, self.after, self.name, self.summer)


@lru_cache(maxsize=256)
def lines(name: str, first: int, last: int) -> tuple[str, ...]:
    """The lines of the VTIMEZONE of a zone that is right from the year ``first`` to ``last`` and, where rules
    hold then, on. Not folded, as nothing is long."""
    zone, begin = times.zone_of(name), datetime(max(first - 1, FIRST), 1, 1, tzinfo=UTC)
    found = list(_turns(zone, begin, datetime(last + 1, 1, 1, tzinfo=UTC)))
    made = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    # What holds before the first change, so that no time is without an offset.
    made += _part(Turn(begin.replace(tzinfo=None), *_offsets(zone, begin, begin)), "")
    for some, goes_on in _rules(found, last):
        made += _part(some[0], _rule(some, goes_on))
    return (*made, "END:VTIMEZONE")


def _turns(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[Turn]:
    """All changes of the clocks in the period: found by looking at each week, then by halving."""
    weeks = int((end - begin) / STEP) + 1
    for early, late in pairwise(begin + n * STEP for n in range(weeks + 1)):
        if _state(zone, early) == _state(zone, late):
            continue
        low, high = early, late
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            low, high = (low, middle) if _state(zone, middle) != _state(zone, early) else (middle, high)
        moment = high.replace(microsecond=0)
        before, after, name, summer = _offsets(zone, moment - timedelta(seconds=1), moment)
        yield Turn((moment + before).replace(tzinfo=None), before, after, name, summer)


def _state(zone: ZoneInfo, moment: datetime) -> tuple[object, ...]:
    local = moment.astimezone(zone)
    return (local.utcoffset(), local.tzname(), local.dst())


def _offsets(zone: ZoneInfo, early: datetime, late: datetime) -> tuple[timedelta, timedelta, str, bool]:
    local = late.astimezone(zone)
    before = early.astimezone(zone).utcoffset() or timedelta(0)
    return before, local.utcoffset() or timedelta(0), local.tzname() or "", bool(local.dst())


def _rules(turns: list[Turn], last: int) -> Iterator[tuple[list[Turn], bool]]:
    """The turns by rule, those of one rule in consecutive years; and whether it still holds in the last one."""
    left = list(turns)
    while left:
        run = max((_run(left, nth) for nth in (left[0].nth, (left[0].at.day - 1) // 7 + 1, 5)), key=len)
        left = [turn for turn in left if turn not in run]
        yield run, run[-1].at.year >= last and len(run) > 2


def _run(turns: list[Turn], nth: int) -> list[Turn]:
    """The first turn and those of the years after it that follow its rule."""
    run = [turns[0]]
    for turn in turns[1:]:
        if turn.at.year > run[-1].at.year + 1:
            break
        if turn.at.year == run[-1].at.year + 1 and _fits(turn, nth) and turn.like(nth) == run[0].like(nth):
            run.append(turn)
    return run


def _fits(turn: Turn, nth: int) -> bool:
    return nth == 5 or (turn.nth == -1 if nth == -1 else (turn.at.day - 1) // 7 + 1 == nth)


def _rule(run: list[Turn], goes_on: bool) -> str:
    first = run[0]
    if len(run) == 1:
        return ""
    by_weekday = len({turn.at.weekday() for turn in run}) == 1
    which = f"BYMONTHDAY={first.at.day}"
    if by_weekday:
        nth = -1 if all(turn.nth == -1 for turn in run) else (first.at.day - 1) // 7 + 1
        which = f"BYDAY={nth}{WEEKDAYS[first.at.weekday()]}"
    count = "" if goes_on else f";COUNT={len(run)}"  # UNTIL would be in UTC, which some do not know here
    return f"RRULE:FREQ=YEARLY;BYMONTH={first.at.month};{which}{count}"


def _part(turn: Turn, rule: str) -> list[str]:
    kind = "DAYLIGHT" if turn.summer else "STANDARD"
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{turn.at:%Y%m%dT%H%M%S}",
        *([rule] if rule else []),
        f"TZOFFSETFROM:{_offset(turn.before)}",
        f"TZOFFSETTO:{_offset(turn.after)}",
        f"TZNAME:{turn.name}",
        f"END:{kind}",
    ]


def _offset(by: timedelta) -> str:
    seconds = abs(int(by.total_seconds()))
    sign, hours, minutes = "-" if by < timedelta(0) else "+", seconds // 3600, seconds // 60 % 60
    return f"{sign}{hours:02}{minutes:02}" + (f"{seconds % 60:02}" if seconds % 60 else "")

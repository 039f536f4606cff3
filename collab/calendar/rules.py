"""On which days something recurs: the part of RFC 5545's rules (3.3.10) that is about days.

The library that everybody uses (python-dateutil) walks from the first day of a series, and on to the
year 9999 where a rule has no day at all. Here a rule only looks at the days that are asked for, whatever
somebody wrote; the tests hold it to the same answers. Rules about hours, minutes and seconds are refused.
"""

import re
from calendar import isleap, monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from collab.calendar.weeks import in_weeks, is_the

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
#: A series that does not end is looked at for so long where its end is asked for.
HORIZON = timedelta(days=366 * 100)
MOST_COUNT, MOST_INTERVAL = 10_000, 1000
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(T\d{6}Z?)?")
#: Which whole numbers each part may have.
_RANGES = {
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (-31, 31),
    "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53),
    "BYSETPOS": (-366, 366),
}


@dataclass(frozen=True)
class Rule:
    """A rule. ``byday`` are (which of them, or 0 for each; weekday from Monday = 0); ``until`` is the last day."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    byday: tuple[tuple[int, int], ...] = ()
    bymonthday: tuple[int, ...] = ()
    byyearday: tuple[int, ...] = ()
    byweekno: tuple[int, ...] = ()
    bymonth: tuple[int, ...] = ()
    bysetpos: tuple[int, ...] = ()
    wkst: int = 0

    @property
    def plain(self) -> bool:
        """Nothing but the first day says which days."""
        return not (self.byday or self.bymonthday or self.byyearday or self.byweekno)


def read(words: str, until_day: Callable[[str], date] | None = None) -> Rule:
    """The rule in ``FREQ=…;…``. Raises ValueError with a code for what is none, or not one about days.

    ``until_day`` says which day an UNTIL with a time means, where it is in UTC.
    """
    given: dict[str, str] = {}
    for part in words.strip().upper().removeprefix("RRULE:").split(";"):
        name, sign, value = part.partition("=")
        if not part.strip():
            continue
        if not sign or name in given:
            raise ValueError("bad_rule")
        given[name.strip()] = value.strip()
    if given.get("FREQ") in ("HOURLY", "MINUTELY", "SECONDLY") or {"BYHOUR", "BYMINUTE", "BYSECOND"} & set(
        given
    ):
        raise ValueError("too_often")
    if given.get("FREQ") not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise ValueError("bad_rule")
    return _made(given, until_day or _day)


def _made(given: dict[str, str], until_day: Callable[[str], date]) -> Rule:
    try:
        lists = {name.lower(): _numbers(name, given.pop(name)) for name in _RANGES if name in given}
        byday = tuple(_weekday(word) for word in given.pop("BYDAY", "").split(",") if word)
        rule = Rule(
            freq=given.pop("FREQ"),
            interval=_number(given.pop("INTERVAL", "1"), MOST_INTERVAL),
            count=_number(given.pop("COUNT"), MOST_COUNT) if "COUNT" in given else None,
            until=until_day(given.pop("UNTIL")) if "UNTIL" in given else None,
            byday=byday,
            wkst=WEEKDAYS.index(given.pop("WKST", "MO")),
            **lists,
        )
    except (ValueError, KeyError, OverflowError) as error:
        raise ValueError("bad_rule") from error
    if any(not name.startswith("X-") for name in given):
        raise ValueError("bad_rule")  # such as RSCALE (RFC 7529): other calendars than the Gregorian
    counted = any(which for which, _ in byday)
    if counted and (rule.freq in ("DAILY", "WEEKLY") or (rule.freq == "YEARLY" and rule.byweekno)):
        raise ValueError("bad_rule")
    if rule.byweekno and rule.freq != "YEARLY":
        raise ValueError("bad_rule")
    return rule


def _number(word: str, most: int) -> int:
    if not (word.isascii() and word.isdecimal()) or len(word) > 9 or int(word) < 1:
        raise ValueError(word)
    return min(int(word), most)


def _numbers(name: str, words: str) -> tuple[int, ...]:
    low, high = _RANGES[name]
    found = tuple(dict.fromkeys(int(word) for word in words.split(",") if len(word) <= 4))
    if (
        not found
        or len(found) != len(set(words.split(",")))
        or any(n == 0 or not low <= n <= high for n in found)
    ):
        raise ValueError(name)
    return found


def _weekday(word: str) -> tuple[int, int]:
    match = _BYDAY.fullmatch(word)
    if match is None:
        raise ValueError(word)
    return int(match[1] or 0), WEEKDAYS.index(match[2])


def _day(word: str) -> date:
    match = _UNTIL.fullmatch(word)
    if match is None:
        raise ValueError(word)
    return datetime.strptime(match[1], "%Y%m%d").date()  # noqa: DTZ007 - a day, without a time


def write(rule: Rule) -> str:
    """The rule as ``read`` takes it, UNTIL as a day."""
    lists = {name: getattr(rule, name.lower()) for name in _RANGES}
    parts: dict[str, Any] = {
        "FREQ": rule.freq,
        "INTERVAL": rule.interval if rule.interval > 1 else "",
        "COUNT": rule.count or "",
        "UNTIL": rule.until.strftime("%Y%m%d") if rule.until else "",
        "BYDAY": ",".join(f"{which or ''}{WEEKDAYS[day]}" for which, day in rule.byday),
        **{name: ",".join(map(str, numbers)) for name, numbers in lists.items()},
        "WKST": WEEKDAYS[rule.wkst] if rule.wkst else "",
    }
    return ";".join(f"{name}={value}" for name, value in parts.items() if value)


def last(rule: Rule, start: date) -> date | None:
    """The day of the last occurrence, by COUNT or UNTIL; None for what does not end."""
    if rule.count is None and rule.until is None:
        return None
    if rule.count is None:
        return _last_until(rule, start, rule.until or start)
    final, seen = start, 0
    for day in _all(replace(rule, until=None), start, start, rule.until or start + HORIZON):
        final, seen = day, seen + 1
        if seen == rule.count:
            break
    return final


def _last_until(rule: Rule, start: date, end: date) -> date:
    """The last day that is not after ``end``: looked for from there, further and further back."""
    back, whole = 32, (end - start).days
    while back // 8 < whole:
        since = end - timedelta(days=min(back, whole))
        found = list(_all(rule, start, since, end))
        if found:
            return found[-1]
        back *= 8
    return start


def days(rule: Rule, start: date, since: date, upto: date) -> Iterator[date]:
    """The days of the rule from ``since`` to ``upto``, both included, in order; COUNT is not looked at.

    The first day counts although it may not follow the rule (as other programs have it, too).
    """
    end = min(upto, rule.until) if rule.until else upto
    matched = set()
    for day in _all(rule, start, max(since, start), end):
        matched.add(day)
        if day > start and start not in matched and start >= since and start <= upto:
            matched.add(start)
            yield start
        yield day
    if start not in matched and since <= start <= upto and not any(day > start for day in matched):
        yield start


def follows(rule: Rule, start: date) -> bool:
    """Is the first day itself one of the rule's?"""
    return next(_all(rule, start, start, start), None) == start


def _all(rule: Rule, start: date, since: date, end: date) -> Iterator[date]:
    """The days that follow the rule, none before ``start``."""
    for candidates in _periods(rule, start, since, end):
        chosen = candidates
        if rule.bysetpos:
            places = {n - 1 if n > 0 else len(candidates) + n for n in rule.bysetpos}
            chosen = [day for n, day in enumerate(candidates) if n in places]
        for day in chosen:
            if day > end:
                return
            if day >= since:
                yield day


def _periods(rule: Rule, start: date, since: date, end: date) -> Iterator[list[date]]:
    """The days of each day, week, month or year that the rule looks at, from that of ``since`` on."""
    make = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}[rule.freq]
    return make(rule, start, since, end)


def _whole(apart: int, interval: int) -> int:
    return max(0, apart // interval)  # steps of the interval before what is so far away


def _daily(rule: Rule, start: date, since: date, end: date) -> Iterator[list[date]]:
    number = start.toordinal() + _whole((since - start).days, rule.interval) * rule.interval
    while number <= end.toordinal():
        day = date.fromordinal(number)
        yield [day] if _fits(rule, day, rule.byday) else []
        number += rule.interval


def _weekly(rule: Rule, start: date, since: date, end: date) -> Iterator[list[date]]:
    monday = start.toordinal() - (start.weekday() - rule.wkst) % 7
    wanted = rule.byday or ((0, start.weekday()),)
    monday += _whole((since.toordinal() - monday) // 7, rule.interval) * rule.interval * 7
    while monday <= end.toordinal():
        week = (date.fromordinal(monday + n) for n in range(7) if 0 < monday + n <= date.max.toordinal())
        yield [day for day in week if _fits(rule, day, wanted)]
        monday += 7 * rule.interval


def _monthly(rule: Rule, start: date, since: date, end: date) -> Iterator[list[date]]:
    if rule.plain:
        rule = replace(rule, bymonthday=(start.day,))
    month = start.year * 12 + start.month - 1
    month += _whole(since.year * 12 + since.month - 1 - month, rule.interval) * rule.interval
    while month <= end.year * 12 + end.month - 1:
        first = date(month // 12, month % 12 + 1, 1)
        if not rule.bymonth or first.month in rule.bymonth:
            yield [day for day in _month(first) if _fits(rule, day, rule.byday, within="month")]
        month += rule.interval


def _yearly(rule: Rule, start: date, since: date, end: date) -> Iterator[list[date]]:
    if rule.plain:
        rule = replace(rule, bymonthday=(start.day,), bymonth=rule.bymonth or (start.month,))
    within = "month" if rule.bymonth else "year"
    year = start.year + _whole(since.year - start.year, rule.interval) * rule.interval
    while year <= end.year:
        months = sorted(set(rule.bymonth)) or range(1, 13)
        every = (day for month in months for day in _month(date(year, month, 1)))
        yield [day for day in every if _fits(rule, day, rule.byday, within=within)]
        year += rule.interval


def _month(first: date) -> Iterator[date]:
    for n in range(monthrange(first.year, first.month)[1]):
        yield first + n * DAY


def _fits(rule: Rule, day: date, byday: tuple[tuple[int, int], ...], within: str = "") -> bool:
    """Does the day have all that the rule asks of a day?"""
    if rule.bymonth and day.month not in rule.bymonth:
        return False
    length = monthrange(day.year, day.month)[1]
    if rule.bymonthday and not {day.day, day.day - length - 1} & set(rule.bymonthday):
        return False
    number, whole = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
    if rule.byyearday and not {number, number - whole - 1} & set(rule.byyearday):
        return False
    if rule.byweekno and not in_weeks(day, rule.byweekno, rule.wkst):
        return False
    if within == "month":
        number, whole = day.day, length
    return not byday or any(is_the(which, wanted, day, number, whole) for which, wanted in byday)

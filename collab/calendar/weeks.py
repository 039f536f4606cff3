"""Which of its kind a day is: of the weekdays of its month or year, and in which week of the year it lies."""

from collections.abc import Sequence
from datetime import date


def is_the(which: int, weekday: int, day: date, number: int, whole: int) -> bool:
    """Is it this weekday, and the ``which``-th (from the end, if negative) of its month or year?

    The day is the ``number``-th of ``whole`` there; ``which`` is 0 for any.
    """
    if day.weekday() != weekday:
        return False
    if which > 0:
        return (number - 1) // 7 + 1 == which
    return which == 0 or (whole - number) // 7 + 1 == -which


def in_weeks(day: date, wanted: Sequence[int], wkst: int) -> bool:
    """Is the day in one of these weeks of its own year? (A week has most of its days there.)"""
    week = (day.toordinal() - _week_one(day.year, wkst)) // 7 + 1
    weeks = _weeks(day.year, wkst)
    if week < 1:
        return -1 in wanted or _weeks(day.year - 1, wkst) in wanted
    if week > weeks:
        return 1 in wanted
    return week in wanted or week - weeks - 1 in wanted


def _weeks(year: int, wkst: int) -> int:
    """How many weeks the year has."""
    return (_week_one(year + 1, wkst) - _week_one(year, wkst)) // 7


def _week_one(year: int, wkst: int) -> int:
    """The number of the first day of its first week."""
    day = date(year, 1, 1)
    offset = (day.weekday() - wkst) % 7
    return day.toordinal() - offset + (7 if offset > 3 else 0)

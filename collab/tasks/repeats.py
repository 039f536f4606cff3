"""Tasks that come again, by the rules of RFC 5545 (3.3.10). Whole days only: a task is due on a day, not at a time."""

import re
from datetime import date, datetime, time

from dateutil.rrule import rrulestr

from collab.errors import Invalid

#: What can be chosen, in the order in which it is offered.
PRESETS = ("day", "weekdays", "week", "month", "year")
LONGEST = 200
#: Days on which something can be due.
EARLIEST, LATEST = date(1970, 1, 1), date(2199, 12, 31)
_INTERVAL, _UNTIL = r"[1-9][0-9]{0,2}", r"[0-9]{8}"
_DAY, _NUMBERS = r"(?:MO|TU|WE|TH|FR|SA|SU)", r"-?[1-9][0-9]?(?:,-?[1-9][0-9]?)*"
_DAYS = rf"{_DAY}(?:,{_DAY})*"
_SOME_DAYS = rf"(?:[+-]?[1-5])?{_DAY}(?:,(?:[+-]?[1-5])?{_DAY})*"
_ALWAYS = {"INTERVAL": _INTERVAL, "UNTIL": _UNTIL, "WKST": _DAY}
_SPARSE = {**_ALWAYS, "BYDAY": _SOME_DAYS, "BYMONTHDAY": _NUMBERS, "BYMONTH": _NUMBERS, "BYSETPOS": _NUMBERS}
#: What goes with which frequency: nothing by which looking for a day that never comes would take long.
#: COUNT is not among it: the series goes on from one task to the next.
_GRAMMAR = {"DAILY": _ALWAYS, "WEEKLY": {**_ALWAYS, "BYDAY": _DAYS}, "MONTHLY": _SPARSE, "YEARLY": _SPARSE}


def rule(preset: str, first: date) -> str:
    """The rule of a preset for tasks of which the first is due on ``first``.

    A month or a year without that day has it on its last one.
    """
    if preset == "day":
        return "FREQ=DAILY"
    if preset == "weekdays":
        return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    if preset == "week":
        return "FREQ=WEEKLY"
    if preset == "year":
        leap = ";BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1" if (first.month, first.day) == (2, 29) else ""
        return f"FREQ=YEARLY{leap}"
    days = ",".join(str(day) for day in range(28, first.day + 1))
    return "FREQ=MONTHLY" + (f";BYMONTHDAY={days};BYSETPOS=-1" if first.day > 28 else "")


def preset_of(text: str, due: date | None) -> str:
    """Which preset the rule is; "own" for another one, "" for none.

    The last days of months count as any of them: a task of the 31st that is due on 28 February goes on as it is.
    """
    if not text or due is None:
        return ""
    if text.startswith("FREQ=MONTHLY;BYMONTHDAY=28") and text.endswith(";BYSETPOS=-1"):
        return "month"
    if text.startswith("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29"):
        return "year"
    found = [preset for preset in PRESETS if rule(preset, due) == text]
    return found[0] if found else "own"


def checked(text: str, first: date) -> str:
    """A rule as somebody typed it, in its plain form. Invalid for one that we cannot follow, or that never comes."""
    plain = text.strip().upper().removeprefix("RRULE:")
    parts = dict(part.partition("=")[::2] for part in plain.split(";"))
    allowed = _GRAMMAR.get(parts.pop("FREQ", ""))
    fits = allowed is not None and all(
        re.fullmatch(allowed.get(name, "(?!)"), value) for name, value in parts.items()
    )
    if not fits or len(plain) > LONGEST or plain.count("=") != len(parts) + 1:
        raise Invalid({"rrule": "not_a_rule"})
    if following(plain, first, first) is None:
        raise Invalid({"rrule": "never_again"})
    return plain


def following(text: str, due: date, after: date) -> date | None:
    """The next day after ``after`` by the rule, for a task that was due on ``due``; None if there is none any more.

    Raises Invalid for what is no rule.
    """
    # Naive on purpose: days have no time zone, and no clock changes.
    start, late = datetime.combine(due, time()), datetime.combine(max(due, after), time())
    try:
        found = rrulestr(text, dtstart=start).after(late)
    except (ValueError, TypeError, KeyError, OverflowError, IndexError, AttributeError) as error:
        raise Invalid({"rrule": "not_a_rule"}) from error
    return None if found is None or found.date() > LATEST else found.date()

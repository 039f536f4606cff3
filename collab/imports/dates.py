"""Dates as people write them in front matter, file names and addresses.

A date without a time is noon UTC, so that it is the same day nearly everywhere. A time without
a zone is in the zone of the tree. A day that its month does not have is that month's last day.
"""

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

_NUMERIC = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"(?:[T\s]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{1,2})?)?",
    re.IGNORECASE,
)
_GERMAN = re.compile(r"(?P<day>\d{1,2})\.\s*(?P<month>\d{1,2}|[A-Za-zäÄ]+)\.?\s*(?P<year>\d{4})")
_ENGLISH = re.compile(r"(?P<month>[A-Za-z]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})")
_BRITISH = re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?P<month>[A-Za-zäÄ]+)\.?,?\s+(?P<year>\d{4})")
_IN_NAME = re.compile(r"(?:^|/)(\d{4})-(\d{1,2})-(\d{1,2})(?=[-_]|$)")
_IN_ADDRESS = re.compile(r"(?:^|/)(\d{4})/(\d{1,2})(?:/(\d{1,2}))?(?=/|$)")
_MONTHS = {
    name: number
    for names in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "jan feb mär apr mai jun jul aug sep okt nov dez",
    )
    for number, name in enumerate(names.split(), 1)
}


class Moment(NamedTuple):
    """An aware UTC time, and a note where it is not what was written."""

    at: datetime
    note: str = ""


def parse(value: str, zone: tzinfo) -> Moment | None:
    """The date at the beginning of a text, whatever follows it; None if there is none."""
    text = value.strip()
    if numeric := _NUMERIC.match(text):
        return _numeric(numeric, zone, text)
    for pattern in (_GERMAN, _ENGLISH, _BRITISH):
        if found := pattern.match(text):
            month = _MONTHS.get(found["month"][:3].lower()) or (
                int(found["month"]) if found["month"].isdigit() else 0
            )
            return _day(int(found["year"]), month, int(found["day"]), text)
    return None


def in_name(path: str) -> Moment | None:
    """The date in ``2014-03-12-coming-soon.md`` (the last such part of a path)."""
    found = _IN_NAME.findall(path.rpartition(".")[0] or path)
    if not found:
        return None
    year, month, day = found[-1]
    return _day(int(year), int(month), int(day), f"{year}-{month}-{day}")


def in_address(address: str) -> Moment | None:
    """The date in ``2019/10/29/a-call-for-blogs``; the first of a month without a day."""
    found = _IN_ADDRESS.search(address)
    if not found:
        return None
    return _day(int(found[1]), int(found[2]), int(found[3] or 1), found[0].strip("/"))


def _day(year: int, month: int, day: int, written: str) -> Moment | None:
    if not (1 <= month <= 12 and 1 <= day <= 31 and 1 <= year <= 9998):
        return None
    last = calendar.monthrange(year, month)[1]
    note = f"there is no {written}: dated {year}-{month:02}-{last:02}" if day > last else ""
    return Moment(datetime(year, month, min(day, last), 12, tzinfo=UTC), note)


def _numeric(found: re.Match[str], zone: tzinfo, written: str) -> Moment | None:
    moment = _day(int(found["year"]), int(found["month"]), int(found["day"]), written)
    if moment is None or found["hour"] is None:
        return moment
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return Moment(moment.at, moment.note or f"there is no time {written}: dated noon")
    at = moment.at.replace(hour=hour, minute=minute, second=second, tzinfo=_zone(found["zone"], zone))
    return Moment(at.astimezone(UTC), moment.note)


def _zone(written: str | None, default: tzinfo) -> tzinfo:
    if not written:
        return default
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset) if offset < timedelta(hours=24) else UTC

"""Days, months and years as people write them in a search."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from collab import clock

_FIRST, _LAST = 1900, 2999
_WAYS = tuple(
    re.compile(way)
    for way in (
        r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2}))?)?",
        r"(?:(?:(?P<day>\d{1,2})\.)?(?P<month>\d{1,2})\.)?(?P<year>\d{4})",
    )
)


def begin(value: str, timezone: str) -> datetime | None:
    """When the year, month, day or moment begins for somebody who lives there; None for anything else.

    ``2026``, ``2026-01``, ``2026-01-31``, ``31.1.2026``, ``1.2026``, or a moment in ISO 8601.
    """
    zone = ZoneInfo(timezone)
    try:
        for way in _WAYS:
            if found := way.fullmatch(value):
                numbers = {name: int(number) for name, number in found.groupdict("1").items()}
                return _near(datetime(**numbers, tzinfo=zone))
        moment = datetime.fromisoformat(value) if "T" in value.upper() else None
    except ValueError:
        return None
    return _near(moment if moment is None or moment.tzinfo else moment.replace(tzinfo=zone))


def _near(moment: datetime | None) -> datetime | None:
    """Moments beyond these cannot be moved to every zone, and nothing is from then."""
    return moment if moment and _FIRST <= moment.year <= _LAST else None


def day_before(period: timedelta, timezone: str) -> str:
    """The day on which the period up to now began, as it is written."""
    return f"{(clock.now() - period).astimezone(ZoneInfo(timezone)):%Y-%m-%d}"

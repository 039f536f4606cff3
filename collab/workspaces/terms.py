"""How long access from outside lasts: what is usual, and what is the most."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from collab import clock
from collab.config import Settings
from collab.errors import Invalid

#: How long before its end sponsor and guest are told of it.
WARNINGS = (timedelta(days=14), timedelta(days=3))


def usual_end(settings: Settings, timezone: str) -> datetime:
    """The end of access that nobody chose: the first moment after its last day, where the sponsor is."""
    return _after_days(settings.guest_days, timezone)


def latest_end(settings: Settings, timezone: str) -> datetime:
    """The end that nobody may go beyond today."""
    return _after_days(settings.guest_max_days, timezone)


def _after_days(days: int, timezone: str) -> datetime:
    today = clock.now().astimezone(ZoneInfo(timezone)).date()
    return after(today + timedelta(days=days), timezone)


def after(day: date, timezone: str) -> datetime:
    """The end of access whose last day, in this zone, is ``day``."""
    try:
        return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(timezone))
    except OverflowError as error:
        raise Invalid({"ends_on": "not_a_date"}) from error


def last_day(ends_at: datetime, timezone: str) -> date:
    """The last day, in this zone, on which access goes on that ends at this moment."""
    return (ends_at - timedelta(microseconds=1)).astimezone(ZoneInfo(timezone)).date()


def check_end(settings: Settings, timezone: str, ends_at: datetime, field: str = "ends_on") -> None:
    """Raise Invalid, at ``field``, for an end that has passed or is later than the policy allows."""
    if ends_at <= clock.now():
        raise Invalid({field: "end_in_past"})
    if ends_at > latest_end(settings, timezone):
        raise Invalid({field: "grant_too_long"}, days=settings.guest_max_days)

"""Calendars as templates want them."""

import calendar
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_time, get_locale, ngettext
from flask_babel import gettext as _

from collab import clock
from collab.calendar import rules, times
from collab.calendar.rules import DAY
from collab.calendar.times import Occurrence
from collab.viewer import Viewer

#: In the month's table, so many lines stand on one day; the rest behind a link.
LINES = 4
AGENDA = 31


@dataclass(frozen=True)
class Line:
    """Something on a day. ``when`` is its time there, in words; ``there`` the time at its own place."""

    url: str
    title: str
    lang: str
    when: str = ""
    there: str = ""
    location: str = ""
    icon: str = ""
    place: str = ""
    place_url: str = ""
    settled: bool = False
    due: bool = False


@dataclass(frozen=True)
class Day:
    """A day with what is on it."""

    day: date
    lines: Sequence[Line]
    today: bool = False
    other: bool = False

    @property
    def number(self) -> int:
        return self.day.day

    @property
    def iso(self) -> str:
        return self.day.isoformat()

    @property
    def name(self) -> str:
        return str(format_date(self.day, "full"))


@dataclass(frozen=True)
class Span:
    """The days of a page, the days that lead on, and what the page is called."""

    first: date
    last: date
    before: date
    after: date
    title: str


def today(viewer: Viewer) -> date:
    return clock.now().astimezone(times.zone_of(viewer.timezone)).date()


def span(view: str, on: date) -> Span:
    """Which days are shown: the weeks of a month, a day, or the 31 days from one on."""
    if view == "day":
        return Span(on, on, on - DAY, on + DAY, str(format_date(on, "full")))
    if view == "agenda":
        last = on + timedelta(days=AGENDA - 1)
        title = f"{format_date(on, 'long')} – {format_date(last, 'long')}"
        return Span(on, last, on - timedelta(days=AGENDA), last + DAY, title)
    first = on.replace(day=1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    monday, sunday = first - timedelta(days=_offset(first)), last + timedelta(days=6 - _offset(last))
    before = (first - DAY).replace(day=1)
    return Span(monday, sunday, before, last + DAY, format_month(first))


def format_month(day: date) -> str:
    return str(format_date(day, "LLLL y"))


def _offset(day: date) -> int:
    """How many days after the first of its week, as the reader's language counts weeks."""
    return (day.weekday() - first_weekday()) % 7


def first_weekday() -> int:
    """0 for Monday."""
    locale = get_locale()
    return int(locale.first_week_day) if locale and locale.territory else 0


def weekdays() -> list[tuple[str, str]]:
    """Short and whole names of the days of the week, in their order."""
    some_monday = date(2024, 1, 1)
    order = [some_monday + timedelta(days=first_weekday() + n) for n in range(7)]
    return [(str(format_date(day, "EEE")), str(format_date(day, "EEEE"))) for day in order]


def on_days(
    found: Sequence[Occurrence], due: Mapping[date, Sequence[Any]], zone: ZoneInfo, icons: Mapping[str, str]
) -> Mapping[date, list[Line]]:
    """Each day's lines: what lasts all day first, then what is due, then by time."""
    lines: dict[date, list[tuple[Any, Line]]] = defaultdict(list)
    for made in found:
        for day in made.days(zone):
            line = event_line(made, day, zone)
            first = made.all_day or not line.when
            lines[day].append(((0, "") if first else (2, made.begin.isoformat()), line))
    for day, rows in due.items():
        for row in rows:
            lines[day].append(((1, ""), due_line(row, icons)))
    return {day: [line for _, line in sorted(some, key=lambda one: one[0])] for day, some in lines.items()}


def event_line(made: Occurrence, day: date, zone: ZoneInfo) -> Line:
    row = made.event
    return Line(
        url=made.address if row.address.startswith("/w/") else row.address,
        title=made.title,
        lang=row.lang,
        when="" if made.all_day else _when(made, day, zone),
        there="" if made.all_day else there(made, zone),
        location=made.location,
        icon="star" if row.milestone else "refresh-cw" if made.recurs else "",
        place=row.workspace_name or "",
        place_url=f"/w/{row.workspace_slug}/calendar/" if row.workspace_slug else "",
        settled=row.settled_at is not None,
    )


def due_line(row: Any, icons: Mapping[str, str]) -> Line:
    return Line(
        url=row.address,
        title=row.title,
        lang=row.lang,
        when=str(_("Due")),
        icon=icons.get(row.kind, "hourglass"),
        due=True,
        place=row.workspace_name or "",
        place_url=f"/w/{row.workspace_slug}/" if row.workspace_slug else "",
    )


def _when(made: Occurrence, day: date, zone: ZoneInfo) -> str:
    """The times of one of its days: "9:00 – 10:00", "from 22:00", "until 3:00", or "" for a day in between."""
    begin, end = made.begin.astimezone(zone), made.end.astimezone(zone)
    begins, ends = begin.date() == day, end.date() == day or (end == times.midnight(day + DAY, zone))
    if begins and ends:
        return _clock(begin) if begin == end else f"{_clock(begin)} – {_clock(end)}"
    if begins:
        return str(_("from %(time)s", time=_clock(begin)))
    return str(_("until %(time)s", time=_clock(end))) if ends else ""


def _clock(moment: datetime) -> str:
    return str(format_time(moment.replace(tzinfo=None), "short", rebase=False))


def there(made: Occurrence, zone: ZoneInfo) -> str:
    """The time at the event's own place, where its clocks show another one."""
    own = times.zone_of(made.event.zone)
    if made.begin.astimezone(own).utcoffset() == made.begin.astimezone(zone).utcoffset():
        return ""
    begin = made.begin.astimezone(own)
    return f"{_clock(begin)} {zone_name(made.event.zone)}"


def zone_name(zone: str) -> str:
    """The place that the zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


def span_text(made: Occurrence, zone: ZoneInfo) -> str:
    """When an occurrence is, in whole words."""
    if made.all_day:
        last = made.ends.date() - DAY
        first = str(format_date(made.starts.date(), "full"))
        return first if last <= made.starts.date() else f"{first} – {format_date(last, 'full')}"
    begin, end = made.begin.astimezone(zone), made.end.astimezone(zone)
    day = str(format_date(begin.date(), "full"))
    if begin == end:
        return f"{day}, {_clock(begin)}"
    if begin.date() == end.date():
        return f"{day}, {_clock(begin)} – {_clock(end)}"
    return f"{day}, {_clock(begin)} – {format_date(end.date(), 'full')}, {_clock(end)}"


def month(shown: Span, on: date, lines: Mapping[date, list[Line]], now: date) -> list[tuple[int, list[Day]]]:
    """The weeks of a month's table: (number of the week, its days)."""
    weeks, day = [], shown.first
    while day <= shown.last:
        week = [day + timedelta(days=n) for n in range(7)]
        thursday = next(one for one in week if one.weekday() == 3)
        row = [Day(one, lines.get(one, ()), one == now, one.month != on.month) for one in week]
        weeks.append((thursday.isocalendar().week, row))
        day += timedelta(days=7)
    return weeks


def agenda(lines: Mapping[date, list[Line]], first: date, last: date, now: date) -> list[Day]:
    """The days that have something on them, from the first to the last."""
    return [Day(day, lines[day], day == now) for day in sorted(lines) if first <= day <= last]


def rule_text(rrule: str, last_on: date | None) -> str:
    """How something recurs, in words."""
    rule = rules.read(rrule)
    n = rule.interval
    every = {
        "DAILY": _("every day") if n == 1 else _("every %(n)s days", n=n),
        "WEEKLY": _("every week") if n == 1 else _("every %(n)s weeks", n=n),
        "MONTHLY": _("every month") if n == 1 else _("every %(n)s months", n=n),
        "YEARLY": _("every year") if n == 1 else _("every %(n)s years", n=n),
    }[rule.freq]
    words = [str(every)]
    if rule.freq == "WEEKLY" and rule.byday and {day for _, day in rule.byday} == set(range(5)) and n == 1:
        words = [str(_("every weekday"))]
    elif rule.byday:
        days = ", ".join(_ordinal(which, day) for which, day in rule.byday)
        words.append(str(_("on %(days)s", days=days)))
    if rule.bymonthday or rule.byyearday or rule.byweekno or rule.bysetpos or rule.bymonth:
        words.append(f"({rrule})")
    if last_on is not None:
        words.append(str(_("until %(time)s", time=format_date(last_on, "medium"))))
    return " ".join(words)


def _ordinal(which: int, weekday: int) -> str:
    name = str(format_date(date(2024, 1, 1) + timedelta(days=weekday), "EEEE"))
    if not which:
        return name
    if which == -1:
        return str(_("the last %(day)s", day=name))
    return str(_("%(number)s. %(day)s", number=which, day=name))


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[str, str]]:
    """All zones that are named after places, by name."""
    return [(name, name.replace("_", " ")) for name in sorted(times.zones()) if "/" in name or name == "UTC"]


def format_day(starts: datetime | None) -> str:
    """The day of a start on the wall's clock."""
    return str(format_date(starts.date(), "full")) if starts else ""


def wall_text(starts: datetime, *, all_day: bool) -> str:
    """A start on the wall's clock, in words."""
    return format_day(starts) if all_day else f"{format_day(starts)}, {_clock(starts)}"


def before(minutes: int | None) -> str:
    """How long before an event a mail goes out, in words."""
    if minutes is None:
        return ""
    if minutes == 0:
        return str(_("when it begins"))
    if minutes % 1440 == 0:
        return str(ngettext("%(num)s day before", "%(num)s days before", minutes // 1440))
    if minutes % 60 == 0:
        return str(ngettext("%(num)s hour before", "%(num)s hours before", minutes // 60))
    return str(ngettext("%(num)s minute before", "%(num)s minutes before", minutes))

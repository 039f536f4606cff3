"""What valid input is for events."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from collab.calendar import rules, services
from collab.calendar.rules import WEEKDAYS, Rule
from collab.calendar.services import Plan
from collab.errors import Invalid
from collab.web.api import Listing
from collab.web.forms import Body, Form, Line, Optional, Title, Words

Version = Annotated[int, Field(ge=1, lt=2**31)]
Day = Annotated[date | None, Optional]
Clock = Annotated[time | None, Optional]
Number = Annotated[int | None, Optional]
Weekday = Literal["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
Repeat = Literal["never", "daily", "weekdays", "weekly", "monthly", "monthly_day", "yearly", "rule"]
#: How long before an event mails can go out, in minutes.
REMINDERS = (0, 10, 30, 60, 120, 1440, 2880, 10080)


def _wall(value: datetime) -> datetime:
    """What a clock on the wall shows, to the minute: no zone comes with it."""
    if value.tzinfo is not None:
        raise ValueError("wall_time")
    return value.replace(microsecond=0)


Wall = Annotated[datetime, AfterValidator(_wall)]


class Fields(Form):
    """The form of an event. ``repeat`` "rule" means what ``rrule`` says, as other programs write it."""

    title: Title
    body: Body = ""
    all_day: bool = False
    start_day: date
    start_time: Clock = None
    end_day: Day = None
    end_time: Clock = None
    zone: Line = ""
    location: Line = ""
    milestone: bool = False
    repeat: Repeat = "never"
    interval: Annotated[int, Field(ge=1, le=rules.MOST_INTERVAL)] = 1
    weekdays: Annotated[list[Weekday], Field(max_length=7)] | Weekday = Field(default_factory=list)
    rrule: Line = ""
    ending: Literal["never", "until", "count"] = "never"
    until: Day = None
    count: Number = None
    reminder: Number = None
    guests: bool = False
    version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    at: Line = ""
    scope: Literal["one", "following", "all"] = "all"
    note: Line = ""

    def plan(self, timezone: str) -> Plan:
        """When it is. Raises Invalid with the names of the fields."""
        if self.reminder is not None and not 0 <= self.reminder <= max(REMINDERS):
            raise Invalid({"reminder": "not_valid"})
        starts, ends = self._span()
        rrule = self._rule(starts)
        zone = "" if self.all_day else self.zone or timezone
        plan = Plan(starts, ends, zone, self.all_day, self.milestone, self.location, rrule, self.reminder)
        try:
            plan.check()
        except Invalid as error:
            names = {"starts": "start_day", "ends": "end_day"}
            wrong = {names.get(name, name): code for name, code in error.errors.items()}
            raise Invalid(wrong, **error.params) from error
        return plan

    def _span(self) -> tuple[datetime, datetime]:
        last = self.end_day or self.start_day
        if self.all_day:
            if last < self.start_day:
                raise Invalid({"end_day": "ends_first"})
            if last >= date(services.LAST_YEAR, 1, 1):
                raise Invalid({"end_day": "too_far"}, first=services.FIRST_YEAR, last=services.LAST_YEAR)
            return services.whole_days(self.start_day, last)
        if self.start_time is None:
            raise Invalid({"start_time": "required"})
        starts = datetime.combine(self.start_day, self.start_time.replace(tzinfo=None, microsecond=0))
        if self.end_time is None:
            if self.end_day and self.end_day != self.start_day:
                raise Invalid({"end_time": "required"})
            return starts, starts if self.milestone else starts + timedelta(hours=1)
        return starts, datetime.combine(last, self.end_time.replace(tzinfo=None, microsecond=0))

    def _rule(self, starts: datetime) -> str:
        if self.repeat == "never":
            return ""
        if self.repeat == "rule":
            return rules.write(_ending(_read(self.rrule), self))
        chosen = [self.weekdays] if isinstance(self.weekdays, str) else self.weekdays
        days = {WEEKDAYS.index(day) for day in chosen} | {starts.weekday()}
        nth = (starts.day - 1) // 7 + 1
        rule = {
            "daily": Rule("DAILY", self.interval),
            "weekdays": Rule("WEEKLY", byday=tuple((0, day) for day in range(5))),
            "weekly": Rule("WEEKLY", self.interval, byday=tuple((0, day) for day in sorted(days))),
            "monthly": Rule("MONTHLY", self.interval),
            "monthly_day": Rule(
                "MONTHLY", self.interval, byday=((nth if nth < 5 else -1, starts.weekday()),)
            ),
            "yearly": Rule("YEARLY", self.interval),
        }[self.repeat]
        return rules.write(_ending(rule, self))


def _read(words: str) -> Rule:
    try:
        return rules.read(words)
    except ValueError as error:
        raise Invalid({"rrule": str(error)}) from error


def _ending(rule: Rule, form: Fields) -> Rule:
    until, count = None, None
    if form.ending == "until":
        if form.until is None or form.until < form.start_day:
            raise Invalid({"until": "ends_first" if form.until else "required"})
        until = form.until
    elif form.ending == "count":
        if form.count is None or not 1 <= form.count <= rules.MOST_COUNT:
            raise Invalid({"count": "not_valid" if form.count else "required"})
        count = form.count
    return replace(rule, until=until, count=count)


def repeat_of(rrule: str, starts: datetime) -> dict[str, Any]:
    """The fields of the form that say this rule."""
    if not rrule:
        return {"repeat": "never", "ending": "never", "interval": 1}
    rule = rules.read(rrule)
    ends: dict[str, Any] = {"ending": "never"}
    if rule.until:
        ends = {"ending": "until", "until": rule.until.isoformat()}
    elif rule.count:
        ends = {"ending": "count", "count": rule.count}
    bare = replace(rule, until=None, count=None)
    fields = {"interval": rule.interval, "weekdays": [WEEKDAYS[day] for _, day in rule.byday], **ends}
    nth = (starts.day - 1) // 7 + 1
    known = {
        "daily": Rule("DAILY", rule.interval),
        "weekdays": Rule("WEEKLY", byday=tuple((0, day) for day in range(5))),
        "monthly": Rule("MONTHLY", rule.interval),
        "monthly_day": Rule("MONTHLY", rule.interval, byday=((nth if nth < 5 else -1, starts.weekday()),)),
        "yearly": Rule("YEARLY", rule.interval),
        "weekly": Rule("WEEKLY", rule.interval, byday=rule.byday),
    }
    name = next((name for name, other in known.items() if replace(other, wkst=rule.wkst) == bare), "rule")
    return {"repeat": name, "rrule": rules.write(bare), **fields}


class Looking(Form):
    """Which part of a calendar, and how it is shown."""

    view: Literal["month", "agenda", "day"] = "month"
    on: Day = None


class Answering(Form):
    """Whether one comes."""

    answer: Literal["yes", "no", "maybe"]
    word: Line = ""
    at: Line = ""


class Inviting(Form):
    """Who is to come: ticked members, and others by name or address."""

    members: Words = Field(default_factory=list)
    people: Words = Field(default_factory=list)


class Cancelling(Form):
    """Which occurrence does not happen, and those behind it."""

    at: Line
    version: Version
    scope: Literal["one", "following"] = "one"


# For programs ------------------------------------------------------------------------------------


class Period(Listing):
    """Occurrences between two days, both included; by default the next 31 days."""

    since: date | None = None
    until: date | None = None
    timezone: str = ""


class EventIn(Form):
    """A new event; ``starts`` and ``ends`` are what a clock on the wall of ``timezone`` shows."""

    title: Title
    body: Body = ""
    starts: Wall
    ends: Wall
    timezone: Line = ""
    all_day: bool = False
    milestone: bool = False
    location: Line = ""
    rrule: Line = ""
    reminder: Annotated[int, Field(ge=0, le=max(REMINDERS))] | None = None


class EventChange(Form):
    """What shall be different, of a series in all occurrences."""

    title: Title | None = None
    body: Body | None = None
    starts: Wall | None = None
    ends: Wall | None = None
    timezone: Line | None = None
    all_day: bool | None = None
    milestone: bool | None = None
    location: Line | None = None
    rrule: Line | None = None
    reminder: Annotated[int, Field(ge=0, le=max(REMINDERS))] | None = None
    note: Line = ""


class AnswerIn(Form):
    """Whether one comes, to the series or to the ``occurrence`` of this name."""

    answer: Literal["yes", "no", "maybe"]
    word: Line = ""
    occurrence: str = ""


def rrule_of(words: str) -> str:
    """A rule as it is kept. Raises Invalid for what is none."""
    return rules.write(_read(words)) if words else ""

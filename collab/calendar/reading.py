"""What other calendar programs wrote (RFC 5545), as events of ours. Loaded with the first file: the library is large.

The library reads the lines; which dates they mean is decided here, as ``times`` and ``rules`` have it.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from icalendar import Event
from icalendar.prop import vBroken

from collab.calendar import rules, services, times
from collab.calendar.blocks import Block, Blocks
from collab.calendar.reading_times import Clocks, Moment, Refusal, moments
from collab.calendar.services import Plan
from collab.calendar.zone_names import Zones
from collab.text import clean_body, clean_line

#: So many occurrences of one series may differ from it.
MOST_CHANGES = 500
MOST_BODY = 100_000
#: Without these nobody knows when it is.
_WHEN = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "EXRULE")


@dataclass(frozen=True)
class Change:
    """An occurrence that differs from its series: as ``CalendarChange`` has it."""

    starts: datetime
    ends: datetime
    title: str | None = None
    location: str | None = None
    body: str | None = None


@dataclass(frozen=True)
class Found:
    """An event of the file. ``notes`` are codes of what is not quite as it was there."""

    line: int
    uid: str
    title: str
    body: str
    plan: Plan
    rdates: list[str] = field(default_factory=list)
    exdates: list[str] = field(default_factory=list)
    changes: dict[str, Change] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Refused:
    """An event of the file that cannot come, and the code of why."""

    line: int
    title: str
    reason: str


@dataclass
class _Part:
    """One VEVENT."""

    line: int
    event: Any
    uid: str
    title: str
    notes: list[str]


def events(blocks: Blocks, zone: str) -> Iterator[Found | Refused]:
    """The events of a file, one after the other. ``zone`` is the reader's: of times that say none."""
    home = Zones({}, ()).named(blocks.zone, 2026) if blocks.zone else None
    clocks = Clocks(Zones(blocks.zones, (home or "", zone)), home or zone)
    series: dict[str, list[_Part]] = {}
    alone: list[_Part] = []
    others: dict[str, list[_Part]] = {}
    for block in blocks.events:
        part = _part(block)
        if isinstance(part, Refused):
            yield part
        elif "RECURRENCE-ID" in part.event:
            others.setdefault(part.uid, []).append(part)
        else:
            series.setdefault(part.uid, []).append(part)
    for uid, parts in series.items():
        parts.sort(key=lambda part: _sequence(part.event), reverse=True)
        yield _read(parts[0], others.pop(uid, []), clocks)
        for part in parts[1:]:
            yield Refused(part.line, part.title, "doubled")
    for parts in others.values():
        alone += parts
    for part in alone:  # the file has a date of a series, but not the series
        yield _read(part, [], clocks, single=True)


def _part(block: Block) -> _Part | Refused:
    try:
        event: Any = Event.from_ical(block.text)
        title = clean_line(_words(event, "SUMMARY"))[:300]
        uid = clean_line(_words(event, "UID"))[:255]
    except Exception:
        return Refused(block.line, "", "broken")
    notes = []
    for name, why in event.errors:
        if name in _WHEN or (name is None and any(word in why.upper() for word in _WHEN)):
            return Refused(block.line, title, "broken_time")
        notes.append("broken_line")
    if _words(event, "CLASS").upper() in ("PRIVATE", "CONFIDENTIAL"):
        return Refused(block.line, title, "private")
    if not uid:
        uid = f"{hashlib.sha256(block.text.encode()).hexdigest()[:32]}@import"
    return _Part(block.line, event, uid, title, list(dict.fromkeys(notes)))


def _first(event: Any, name: str) -> Any:
    value = event.get(name)
    value = value[0] if isinstance(value, list) and value else value
    return None if isinstance(value, vBroken) else value


def _words(event: Any, name: str) -> str:
    value = _first(event, name)
    return "" if value is None else str(value)


def _sequence(event: Any) -> int:
    word = _words(event, "SEQUENCE")
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else 0


def _read(part: _Part, others: Sequence[_Part], clocks: Clocks, *, single: bool = False) -> Found | Refused:
    try:
        return _found(part, others, clocks, single=single)
    except Refusal as refusal:
        return Refused(part.line, part.title, refusal.code)
    except (ValueError, OverflowError):
        return Refused(part.line, part.title, "broken_time")


def _found(part: _Part, others: Sequence[_Part], clocks: Clocks, *, single: bool) -> Found:
    if _words(part.event, "STATUS").upper() == "CANCELLED":
        raise Refusal("cancelled")
    plan, begin = _plan(part, clocks, single=single)
    found = Found(part.line, part.uid, part.title, _body(part.event), plan, notes=part.notes)
    if begin.unknown:
        found.notes.append("unknown_zone")
    if single:
        found.notes.append("one_of_series")
        return replace(found, uid=f"{part.uid}#{times.key(plan.starts)}"[:255])
    _add_dates(found, part.event, clocks)
    if len(others) > MOST_CHANGES:
        raise Refusal("too_many_dates")
    for other in others:
        _add_change(found, other, clocks)
    if len(found.rdates) > times.MOST_DATES or len(found.exdates) > times.MOST_DATES:
        raise Refusal("too_many_dates")
    found.rdates.sort()
    found.exdates.sort()
    return found


def _plan(part: _Part, clocks: Clocks, *, single: bool) -> tuple[Plan, Moment]:
    """When it is; the rule as ``rules`` writes it."""
    event = part.event
    rule = None if single else event.get("RRULE")
    recurs = rule is not None or (not single and "RDATE" in event)
    begin = next(iter(moments(_first(event, "DTSTART"))), None)
    if begin is None:
        raise Refusal("no_start")
    begin = clocks.settled(begin, keep_utc=recurs)
    starts, ends = begin.wall, _ends(event, begin, clocks)
    plan = Plan(starts, ends, begin.zone, begin.day, location=clean_line(_words(event, "LOCATION"))[:300])
    if rule is not None:
        if isinstance(rule, list) or "EXRULE" in event:
            raise Refusal("bad_rule")
        plan = replace(plan, rrule=_rule(rule.to_ical().decode(), plan))
    return plan, begin


def _ends(event: Any, begin: Moment, clocks: Clocks) -> datetime:
    if end := next(iter(moments(_first(event, "DTEND"))), None):
        ends = clocks.wall_in(end, begin)
        return max(ends, begin.wall + rules.DAY) if begin.day and ends >= begin.wall else ends
    if (lasts := _first(event, "DURATION")) is not None:
        length = lasts.dt
        if begin.day:
            length = max(timedelta(days=length.days), rules.DAY)
        return begin.wall + length  # type: ignore[no-any-return]
    return begin.wall + rules.DAY if begin.day else begin.wall


def _rule(words: str, plan: Plan) -> str:
    def until_day(word: str) -> date:
        """The last day of the series where an end is a moment (3.3.10): none begins after it."""
        if plan.all_day or "T" not in word:
            return datetime.strptime(word[:8], "%Y%m%d").date()  # noqa: DTZ007 - a day
        local = datetime.strptime(word.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - made aware below
        if word.endswith("Z"):
            local = local.replace(tzinfo=UTC).astimezone(times.zone_of(plan.zone)).replace(tzinfo=None)
        return local.date() if local.time() >= plan.starts.time() else local.date() - rules.DAY

    try:
        return rules.write(rules.read(words, until_day))
    except ValueError as error:
        raise Refusal(str(error) if str(error) == "too_often" else "bad_rule") from error


def _body(event: Any) -> str:
    """The words, and where more of them stand; not twice, where we wrote them ourselves (``ics``)."""
    body, url = _words(event, "DESCRIPTION"), _words(event, "URL").strip()
    if url and body.rstrip().endswith(url):
        body = body.rstrip().removesuffix(url)
    elif url.startswith(("https://", "http://")):
        body = f"{body.rstrip()}\n\n<{url}>"
    return clean_body(body.strip())[:MOST_BODY]


# Dates of a series -------------------------------------------------------------------------------


def _add_dates(found: Found, event: Any, clocks: Clocks) -> None:
    """Further dates, with an end of their own where they have one, and those that are left out."""
    plan, length = found.plan, found.plan.ends - found.plan.starts
    begin = Moment(plan.starts, plan.zone, plan.all_day)
    for one in moments(event.get("RDATE")):
        start = clocks.wall_in(one, begin, plan.starts.time())
        if start != plan.starts and times.key(start) not in found.rdates:
            found.rdates.append(times.key(start))
        if one.lasts is not None and one.lasts != length:
            found.changes[times.key(start)] = Change(start, start + one.lasts)
    for one in moments(event.get("EXDATE")):
        name = times.key(clocks.wall_in(one, begin, plan.starts.time()))
        if name not in found.exdates:
            found.exdates.append(name)


def _add_change(found: Found, part: _Part, clocks: Clocks) -> None:
    """One date that differs. It is added to the series if the rule has none there."""
    event, plan = part.event, found.plan
    begin = Moment(plan.starts, plan.zone, plan.all_day)
    named = _first(event, "RECURRENCE-ID")
    which = next(iter(moments(named)), None)
    if which is None:
        raise Refusal("broken_time")
    original = clocks.wall_in(which, begin, plan.starts.time())
    name = times.key(original)
    if _words(event, "STATUS").upper() == "CANCELLED":
        if name not in found.exdates:
            found.exdates.append(name)
        return
    own, _moment = _plan(part, clocks, single=True)
    starts, ends = (_moved(at, own, plan) for at in (own.starts, own.ends))
    if problem := services.problem(replace(plan, starts=starts, ends=ends, rrule="")):
        raise Refusal(problem)
    body = _body(event)
    found.changes[name] = Change(
        starts,
        ends,
        part.title if part.title and part.title != found.title else None,
        own.location if own.location != plan.location else None,
        body if body != found.body else None,
    )
    if "RANGE" in named.params:
        found.notes.append("only_this_date")
    if name not in found.rdates and original != plan.starts and not _by_rule(plan, original):
        found.rdates.append(name)


def _by_rule(plan: Plan, start: datetime) -> bool:
    if not plan.rrule or start.time() != plan.starts.time():
        return False
    rule, first, day = rules.read(plan.rrule), plan.starts.date(), start.date()
    return day in rules.days(replace(rule, until=rules.last(rule, first)), first, day, day)


def _moved(at: datetime, own: Plan, plan: Plan) -> datetime:
    """The time of a changed date on the clock of the series."""
    if plan.all_day:
        return datetime.combine(at.date(), datetime.min.time())
    if own.all_day or own.zone == plan.zone:
        return at
    return times.moment(at, own.zone).astimezone(times.zone_of(plan.zone)).replace(tzinfo=None)


def checked(found: Iterable[Found | Refused]) -> Iterator[Found | Refused]:
    """With what can be no event refused; the codes are those of ``Plan.check``."""
    for one in found:
        if isinstance(one, Found):
            problem = services.problem(one.plan)
            yield Refused(one.line, one.title, problem) if problem else one
        else:
            yield one

"""What may be done with events."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.calendar import reminding, rules, times
from collab.calendar.models import CalendarAnswer, CalendarChange, CalendarEvent
from collab.comments.mentions import keep_mentions
from collab.db import new_public_id
from collab.errors import Invalid
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Workspace

#: Events lie in these years.
FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST = timedelta(days=400)


@dataclass(frozen=True)
class Plan:
    """When and where an event is, as the columns of ``CalendarEvent`` say it."""

    starts: datetime
    ends: datetime
    zone: str = ""
    all_day: bool = False
    milestone: bool = False
    location: str = ""
    rrule: str = ""
    reminder: int | None = None

    def check(self) -> None:
        """Raise Invalid for what cannot be."""
        if self.ends < self.starts or (self.all_day and self.ends == self.starts):
            raise Invalid({"ends": "ends_first"})
        if self.ends - self.starts > LONGEST:
            raise Invalid({"ends": "event_too_long"}, days=LONGEST.days)
        if not (self.starts.year >= FIRST_YEAR and self.ends.year <= LAST_YEAR):
            raise Invalid({"starts": "too_far"}, first=FIRST_YEAR, last=LAST_YEAR)
        try:
            if not self.all_day:
                times.zone_of(self.zone)
        except ValueError as error:
            raise Invalid({"zone": "not_a_timezone"}) from error
        try:
            if self.rrule:
                rules.read(self.rrule)
        except ValueError as error:
            raise Invalid({"rrule": str(error)}) from error


def problem(plan: Plan) -> str:
    """The code of what cannot be about it; "" if it can."""
    try:
        plan.check()
    except Invalid as error:
        return next(iter(error.errors.values()))
    return ""


def plan_of(event: CalendarEvent) -> Plan:
    """As it is now."""
    return Plan(**{name: getattr(event, name) for name in Plan.__dataclass_fields__})


def soon(viewer: Viewer) -> Plan:
    """An hour from the next full one on, where the viewer is."""
    zone = times.zone_of(viewer.timezone)
    starts = clock.now().astimezone(zone).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    starts += timedelta(hours=1)
    return Plan(starts, starts + timedelta(hours=1), viewer.timezone)


def make(db: Session, viewer: Viewer, workspace: Workspace, title: str, body: str) -> CalendarEvent:
    """An event in an hour."""
    return create(db, viewer, workspace, title, body, soon(viewer))


def create(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    title: str,
    body: str,
    plan: Plan,
    *,
    guests: bool = False,
    uid: str = "",
    rdates: Iterable[str] = (),
    exdates: Iterable[str] = (),
) -> CalendarEvent:
    """A new event, out at once; a guest's, and one that is made with ``guests``, is for guests too."""
    access.require(db, viewer, "contribute", workspace)
    if not title.strip():
        raise Invalid({"title": "required"})
    plan.check()
    event = CalendarEvent(place_id=workspace.id, public_id=new_public_id())
    event.address = f"/w/{workspace.slug}/calendar/{event.public_id}"
    event.uid = uid or f"{event.public_id}@collab"
    event.rdates, event.exdates = list(rdates)[: times.MOST_DATES], list(exdates)[: times.MOST_DATES]
    _put(event, plan)
    settle(event, ())
    rendered = entries.begin(db, viewer, workspace, event, title, body)
    keep_mentions(db, event, rendered.mentions)
    if guests or not viewer.is_employee:
        event.guests_from = clock.now()
    entries.publish(db, viewer, event)
    return event


def edit(
    db: Session,
    viewer: Viewer,
    event: CalendarEvent,
    title: str,
    body: str,
    /,
    *,
    base_version: int,
    note: str = "",
    plan: Plan | None = None,
) -> None:
    """Change an event, of a series all occurrences. Raises Conflict if it changed since ``base_version``.

    Where the first start moves, cancelled and changed occurrences and answers move along.
    """
    if plan is not None:
        plan.check()
    rendered = entries.revise(db, viewer, event, title, body, base_version=base_version, note=note)
    if rendered is not None:
        keep_mentions(db, event, rendered.mentions)
    if plan is None or plan == plan_of(event):
        return
    by = plan.starts - event.starts
    _put(event, plan)
    changed = changes_of(db, event)
    if by or not plan.rrule:
        _shift(db, event, changed, by)
    touched(db, viewer, event, note, kept=rendered is not None)


def _put(event: CalendarEvent, plan: Plan) -> None:
    for name in Plan.__dataclass_fields__:
        setattr(event, name, getattr(plan, name))
    if plan.all_day:
        event.zone = ""


def settle(event: CalendarEvent, changed: Iterable[Any]) -> None:
    """Set what follows from when the event is."""
    event.last_on = None
    if event.rrule:
        event.last_on = rules.last(rules.read(event.rrule), event.starts.date())
    event.first_at, event.last_at = times.bounds(event, changed)
    event.due_on = event.starts.date() if event.milestone and not event.rrule else None
    event.remind_at = reminding.upcoming(event, {change.occurrence: change for change in changed})


def touched(db: Session, viewer: Viewer, event: CalendarEvent, note: str = "", *, kept: bool = False) -> None:
    """When the event is has changed: a new version, unless the words made one already."""
    settle(event, changes_of(db, event))
    if kept:
        return
    event.version += 1
    event.updated_at = clock.now()
    entries.keep_revision(db, event, viewer.me, note)
    _record(db, viewer, event, "event.edited")


def changes_of(db: Session, event: CalendarEvent) -> list[CalendarChange]:
    """The changed occurrences, for somebody who may change the event."""
    query = select(CalendarChange).where(CalendarChange.entry_id == event.id)
    return list(db.scalars(query.execution_options(policy=True)))


def _shift(db: Session, event: CalendarEvent, changed: Iterable[CalendarChange], by: timedelta) -> None:
    """The series begins at another time: so do all that are named by their starts."""
    event.exdates = [times.key(start + by) for word in event.exdates if (start := times.from_key(word))]
    event.rdates = [times.key(start + by) for word in event.rdates if (start := times.from_key(word))]
    answers = select(CalendarAnswer).where(
        CalendarAnswer.entry_id == event.id, CalendarAnswer.occurrence != ""
    )
    rows: list[Any] = [*changed, *db.scalars(answers.execution_options(policy=True))]
    for row in rows:
        start = times.from_key(row.occurrence)
        if start is not None:
            _rename(db, row, times.key(start + by))


def _rename(db: Session, row: Any, occurrence: str) -> None:
    """Give a part another occurrence: a new row, as its key is part of it."""
    columns = [column.key for column in row.__mapper__.columns]
    values = {name: getattr(row, name) for name in columns} | {"occurrence": occurrence}
    db.delete(row)
    db.flush()
    db.add(type(row)(**values))
    db.flush()


def reach(db: Session, viewer: Viewer, event: CalendarEvent, *, reached: bool) -> None:
    """Say that a milestone was reached, or that it was not."""
    access.require(db, viewer, "edit", event)
    if event.milestone and (event.settled_at is not None) != reached:
        event.settled_at = clock.now() if reached else None
        _record(db, viewer, event, "event.settled" if reached else "event.unsettled")


def _record(db: Session, viewer: Viewer, event: CalendarEvent, what: str, **more: Any) -> None:
    activity.record(
        db,
        what,
        viewer,
        workspace_id=event.workspace_id,
        entry_id=event.id,
        version=event.version,
        **more,
    )


def whole_days(first: date, last: date) -> tuple[datetime, datetime]:
    """``starts`` and ``ends`` of what lasts from the first day to the last, both included."""
    return datetime.combine(first, time()), datetime.combine(last, time()) + rules.DAY

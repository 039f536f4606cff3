"""Changing one occurrence of a series, or those from one on."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.calendar import rules, times
from collab.calendar.models import CalendarAnswer, CalendarChange, CalendarEvent
from collab.calendar.services import Plan, changes_of, create, edit, settle, touched
from collab.errors import Conflict, Invalid
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Workspace


@dataclass(frozen=True)
class Changed:
    """What one occurrence is to say instead of the series; the words only where they differ."""

    starts: datetime
    ends: datetime
    title: str
    body: str
    location: str = ""


def change_one(
    db: Session, viewer: Viewer, event: CalendarEvent, start: datetime, to: Changed, *, base_version: int
) -> None:
    """Change one occurrence of a series, that of the rule's ``start``. Invalid if there is none."""
    Plan(to.starts, to.ends, event.zone, event.all_day).check()
    writable(db, viewer, event, base_version)
    name = _named(event, start)
    found = {change.occurrence: change for change in changes_of(db, event)}.get(name)
    if found is None:
        found = CalendarChange(entry_id=event.id, workspace_id=event.workspace_id, occurrence=name)
        db.add(found)
    found.starts, found.ends = to.starts, to.ends
    found.title = None if to.title == event.title else to.title
    found.body = None if to.body == event.body else to.body
    found.location = None if to.location == event.location else to.location
    db.flush()
    touched(db, viewer, event)


def cancel_one(
    db: Session, viewer: Viewer, event: CalendarEvent, start: datetime, *, base_version: int
) -> None:
    """One occurrence of a series does not happen; ``bring_back`` undoes it."""
    writable(db, viewer, event, base_version)
    event.exdates = [*event.exdates, _named(event, start)][-times.MOST_DATES :]
    touched(db, viewer, event)


def bring_back(db: Session, viewer: Viewer, event: CalendarEvent, start: datetime) -> None:
    """A cancelled occurrence happens after all."""
    access.require(db, viewer, "edit", event)
    if times.key(start) not in event.exdates:
        raise Invalid({"at": "no_occurrence"})
    event.exdates = [word for word in event.exdates if word != times.key(start)]
    touched(db, viewer, event)


def following(
    db: Session,
    viewer: Viewer,
    event: CalendarEvent,
    start: datetime,
    title: str,
    body: str,
    plan: Plan,
    *,
    base_version: int,
) -> CalendarEvent:
    """Change the occurrences from ``start`` on: the series ends before it, and another one begins.

    Who was invited to the one is invited to the other. From the first occurrence on, the series itself changes.
    """
    if start == event.starts:
        edit(db, viewer, event, title, body, base_version=base_version, plan=plan)
        return event
    writable(db, viewer, event, base_version)
    _named(event, start)
    place = db.get_one(Workspace, event.workspace_id)
    before = sum(1 for _ in times.starts_between(event, event.starts, start - timedelta(seconds=1)))
    rule = rules.read(plan.rrule) if plan.rrule else None
    if rule is not None and rule.count and plan.rrule == event.rrule:
        left = max(1, rule.count - before)
        plan = replace(plan, rrule=rules.write(replace(rule, count=left)))
    made = create(db, viewer, place, title, body, plan, guests=event.guests_from is not None)
    _move_on(db, event, made, start, plan.starts - start)
    _end_before(event, start)
    db.flush()
    settle(made, changes_of(db, made))
    touched(db, viewer, event)
    return made


def end_before(
    db: Session, viewer: Viewer, event: CalendarEvent, start: datetime, *, base_version: int
) -> None:
    """Nothing of the series happens from ``start`` on."""
    writable(db, viewer, event, base_version)
    _named(event, start)
    if start <= event.starts:
        raise Invalid({"at": "no_occurrence"})
    _end_before(event, start)
    touched(db, viewer, event)


def _end_before(event: CalendarEvent, start: datetime) -> None:
    event.rdates = [word for word in event.rdates if word < times.key(start)]
    if event.rrule:
        rule = rules.read(event.rrule)
        event.rrule = rules.write(replace(rule, count=None, until=start.date() - rules.DAY))


def _move_on(db: Session, event: CalendarEvent, made: CalendarEvent, start: datetime, by: timedelta) -> None:
    """What was said about the occurrences from ``start`` on, and who is invited, goes with them."""
    name = times.key(start)
    late = [word for word in event.exdates if word >= name]
    made.exdates = [times.key(found + by) for word in late if (found := times.from_key(word))]
    event.exdates = [word for word in event.exdates if word < name]
    for table in (CalendarChange, CalendarAnswer):
        query: Any = select(table).where(table.entry_id == event.id).execution_options(policy=True)
        for row in db.scalars(query).all():
            if row.occurrence and row.occurrence < name:
                continue
            values = {column.key: getattr(row, column.key) for column in row.__mapper__.columns}
            values["entry_id"] = made.id
            found = times.from_key(row.occurrence)
            if found is not None:
                values["occurrence"] = times.key(found + by)
                db.delete(row)
            db.add(table(**values))
    db.flush()


def _named(event: CalendarEvent, start: datetime) -> str:
    if not times.is_occurrence(event, start):
        raise Invalid({"at": "no_occurrence"})
    return times.key(start)


def writable(db: Session, viewer: Viewer, event: CalendarEvent, base_version: int) -> None:
    access.require(db, viewer, "edit", event)
    if entries.locked_version(db, viewer, event) != base_version:
        raise Conflict

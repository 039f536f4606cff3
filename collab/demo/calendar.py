"""What happens in the demo company, by the same services that people use."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.activity.outbox import Context
from collab.calendar import answering, services, times
from collab.calendar.models import CalendarEvent
from collab.calendar.rules import DAY, WEEKDAYS
from collab.calendar.services import Plan
from collab.viewer import Viewer
from collab.workspaces.models import Workspace

ZONE = "Europe/Berlin"


def make(context: Context, cast: Mapping[str, Viewer], plan: Any) -> None:
    """Calendars with events in them; ``cast`` are the people by their keys."""
    for row in (row | {"workspace": some["workspace"]} for some in plan for row in some["events"]):
        author = cast[row["by"]]
        with context.write.begin() as db, clock.shifted(-timedelta(days=row.get("days", 9))):
            db.info["viewer"] = author
            place = db.scalars(select(Workspace).where(Workspace.name == row["workspace"])).one()
            if "calendar" not in place.sections:
                place.sections = [*place.sections, "calendar"]
            event = _make(db, author, place, row)
        with context.write.begin() as db:
            db.info["viewer"] = author
            _answers(db, author, event.id, row, cast)


def _make(db: Session, author: Viewer, place: Workspace, row: Mapping[str, Any]) -> CalendarEvent:
    """``in`` are days from today on, or from the next such weekday; ``at`` is in the event's zone."""
    first = _day(row)
    if "at" in row:
        begins = time.fromisoformat(row["at"])
        starts = datetime.combine(first, begins)
        ends = starts + timedelta(minutes=row.get("minutes", 60))
        zone = row.get("zone", ZONE)
    else:
        starts, ends = services.whole_days(first, first + timedelta(days=row.get("lasts", 1) - 1))
        zone = ""
    what = Plan(
        starts,
        ends,
        zone,
        not zone,
        row.get("milestone", False),
        row.get("where", ""),
        row.get("rule", ""),
        row.get("reminder"),
    )
    guests = row.get("guests", False)
    return services.create(db, author, place, row["title"], row.get("body", ""), what, guests=guests)


def _day(row: Mapping[str, Any]) -> date:
    day = (clock.now() + timedelta(days=row.get("days", 9))).astimezone(times.zone_of(ZONE)).date()
    day += timedelta(days=row.get("in", 0))
    while "weekday" in row and WEEKDAYS[day.weekday()] != row["weekday"]:
        day += DAY
    return day


def _answers(
    db: Session, author: Viewer, event_id: int, row: Mapping[str, Any], cast: Mapping[str, Viewer]
) -> None:
    event = db.get_one(CalendarEvent, event_id)
    asked: Mapping[str, str] = row.get("who", {})
    if asked:
        answering.invite(db, author, event, [cast[key].handle for key in asked])
    db.flush()
    for key, said in asked.items():
        if said:
            answer, _colon, word = said.partition(": ")
            db.info["viewer"] = cast[key]
            answering.answer(db, cast[key], event, answer, word)

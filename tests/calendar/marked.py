"""An event with a mark in every text, for the leak matrix."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from collab.calendar import answering, services
from collab.calendar.models import CalendarAnswer
from collab.calendar.services import Plan
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry
from tests.house.full_world import Full, Sees, reads


def make(full: Full, slug: str, *, guests: bool) -> Entry:
    """A series of two dates with one answer."""
    title, is_called = full.later(f"title of an event in {slug}")
    body, says = full.later(f"body of an event in {slug}")
    where, is_at = full.later(f"place of an event in {slug}")
    word, is_said = full.later(f"answer to an event in {slug}")
    with full.world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        starts = datetime.fromisoformat("2027-03-01T09:00")
        plan = Plan(starts, starts, "Europe/Berlin", location=where, rrule="FREQ=DAILY;COUNT=2")
        event: Any = services.create(db, viewer, place, title, body, plan, guests=guests)
        db.flush()
        answering.answer(db, viewer, event, "yes", word)
    is_called(reads(Entry, event.id))
    says(reads(Entry, event.id))
    is_at(reads(Entry, event.id))
    is_said(_reads_answer(event.id))
    full.entries.append(event)
    return event  # type: ignore[no-any-return]


def _reads_answer(entry: int) -> Sees:
    def sees(db: Session, viewer: Viewer) -> bool:
        found = access.select_parts(viewer, CalendarAnswer, CalendarAnswer.answer)
        return db.scalar(found.where(CalendarAnswer.entry_id == entry)) is not None

    return sees

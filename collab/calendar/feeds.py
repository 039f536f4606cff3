"""What stands in a calendar that other programs fetch: of a workspace, of a person, of one event."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import Session

from collab import clock
from collab import text as words
from collab.calendar import ics, queries
from collab.calendar.models import CalendarAnswer, CalendarChange, CalendarEvent
from collab.calendar.queries import Rows, in_period
from collab.calendar.services import LAST_YEAR
from collab.viewer import Viewer
from collab.web.urls import whole
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask
from collab.workspaces.models import Workspace

#: Feeds go so far back; what is owed stands in them so far ahead. So many events are in one.
BACK, AHEAD = timedelta(days=366), timedelta(days=731)
MOST = 2000
_TOLD = (
    *queries.LIGHT,
    CalendarEvent.first_at,
    CalendarEvent.uid,
    CalendarEvent.version,
    CalendarEvent.created_at,
    CalendarEvent.updated_at,
)
_CHANGED = (
    CalendarChange.entry_id,
    CalendarChange.occurrence,
    CalendarChange.starts,
    CalendarChange.ends,
    CalendarChange.title,
    CalendarChange.location,
    CalendarChange.body,
)


@dataclass(frozen=True)
class Held:
    """What the reader may see of a calendar now. ``seen`` changes when that does."""

    place: int | None
    period: dict[str, Any]
    events: Sequence[Any]
    changes: Sequence[Any] = ()
    answers: Sequence[Any] = ()
    owed: Sequence[Any] = field(default=())

    @property
    def seen(self) -> list[tuple[Any, ...]]:
        """An event has another version for other words, so that these need not be looked at."""
        return [tuple(row) for row in (*self.events, *self.changes, *self.answers, *self.owed)]


def hold(db: Session, viewer: Viewer, place: int | None) -> Held:
    """A workspace's calendar, or (None) the viewer's own: what they are invited to, what happens and is theirs to
    do in their workspaces, but not what they said no to. At most four statements."""
    now = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    period = {"since": now - BACK, "upto": datetime(LAST_YEAR, 12, 31, tzinfo=UTC)}
    mine, where = place is None, {} if place is None else {"place": place}
    events = ask(db, viewer, _events, mine, **period, **where).all()
    changes: Sequence[Any] = ()
    if any(row.rrule or row.rdates for row in events):
        changes = ask(db, viewer, _changes, mine, **period, **where).all()
    answers = ask(db, viewer, _answers, **period).all() if mine else ()
    first, last = (now - BACK).date(), (now + AHEAD).date()
    owed = queries.owed(db, viewer, first, last, place, own=mine)
    return Held(place, {**period, **where}, events, changes, answers, owed)


def _events(viewer: Viewer, mine: bool) -> Rows:
    """What goes on first, then what ended last."""
    query = access.select_entries(
        viewer,
        CalendarEvent,
        *_TOLD,
        whereabouts.address(viewer, CalendarEvent),
        *whereabouts.columns(viewer, CalendarEvent),
    ).join(Workspace, Workspace.id == CalendarEvent.place_id)
    last = CalendarEvent.last_at
    order = (last.is_(None).desc(), last.desc(), CalendarEvent.id)
    return in_period(query, mine, viewer).order_by(*order).limit(MOST)


def _changes(viewer: Viewer, mine: bool) -> Rows:
    query = access.select_parts(viewer, CalendarChange, *_CHANGED)
    query = query.join(CalendarEvent, CalendarEvent.id == CalendarChange.entry_id)
    return in_period(query, mine, viewer).order_by(CalendarChange.entry_id, CalendarChange.occurrence)


def _answers(viewer: Viewer) -> Rows:
    table = CalendarAnswer
    query = access.select_parts(viewer, table, table.entry_id, table.occurrence, table.answer)
    query = query.join(CalendarEvent, CalendarEvent.id == table.entry_id).where(table.author_id == viewer.me)
    return in_period(query, True, viewer).order_by(table.entry_id, table.occurrence)


def _words(viewer: Viewer, mine: bool) -> Select[Any]:
    """The words of the events; for whom one is nowhere without its links, that say what places are called."""
    body = whereabouts.of(viewer, CalendarEvent.body, CalendarEvent)
    query = access.select_entries(viewer, CalendarEvent, CalendarEvent.id, body, CalendarEvent.text)
    return in_period(query, mine, viewer)


def written(db: Session, viewer: Viewer, name: str, held: Held) -> bytes:
    """The calendar of this name, as a feed."""
    mine = held.place is None
    bodies = {row.id: row for row in ask(db, viewer, _words, mine, **held.period)} if held.events else {}
    changes: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in held.changes:
        changes[row.entry_id][row.occurrence] = row
    given: dict[int, dict[str, str]] = defaultdict(dict)
    for row in held.answers:
        given[row.entry_id][row.occurrence] = row.answer
    told = [
        _told(row, bodies[row.id], changes.get(row.id, {}), given.get(row.id, {}), mine=mine)
        for row in held.events
        if row.id in bodies and given.get(row.id, {}).get("") != "no"
    ]
    return ics.document(name, told, [_due(row, mine=mine) for row in held.owed], feed=True)


def _told(row: Any, body: Any, changes: dict[str, Any], answers: dict[str, str], *, mine: bool) -> ics.Told:
    known = body.body is not None
    return ics.Told(
        row,
        whole(row.address),
        body.body if known else body.text,
        changes,
        {name: change.body if known else _plain(change.body) for name, change in changes.items()},
        answers.get("", ""),
        frozenset(name for name, answer in answers.items() if name and answer == "no"),
        (row.workspace_name or "") if mine else "",
    )


def _plain(body: str | None) -> str | None:
    return None if body is None else words.render(body).text


def _due(row: Any, *, mine: bool) -> ics.Due:
    title = _("Due: %(title)s", title=row.title)
    place = (row.workspace_name or "") if mine else ""
    return ics.Due(
        f"{row.public_id}-due@collab", title, row.due_on, whole(row.address), row.updated_at, place
    )


def single(db: Session, viewer: Viewer, event: CalendarEvent) -> bytes:
    """One event, a series with all its dates, for whoever found it at its place."""
    changes = queries.changes(db, viewer, event) if event.rrule or event.rdates else {}
    bodies = {name: change.body for name, change in changes.items()}
    return ics.document(event.title, [ics.Told(event, whole(event.address), event.body, changes, bodies)])

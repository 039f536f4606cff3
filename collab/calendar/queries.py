"""What can be asked about events. Every statement starts at the access policy."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Select, exists, or_, select
from sqlalchemy.orm import Session

from collab.auth.models import Account, Firm
from collab.calendar import times
from collab.calendar.models import CalendarAnswer, CalendarChange, CalendarEvent
from collab.calendar.times import Occurrence
from collab.db import UtcDateTime
from collab.errors import NotFound
from collab.viewer import Viewer
from collab.workspaces import access, kinds, members, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Entry, Workspace

Rows = Select[*tuple[Any, ...]]
#: So many events, and so many things that are due, are looked at for one page.
MOST_EVENTS, MOST_DUE = 1000, 300
#: What an occurrence is made of.
LIGHT = (
    CalendarEvent.id,
    CalendarEvent.public_id,
    CalendarEvent.title,
    CalendarEvent.lang,
    CalendarEvent.starts,
    CalendarEvent.ends,
    CalendarEvent.zone,
    CalendarEvent.all_day,
    CalendarEvent.milestone,
    CalendarEvent.location,
    CalendarEvent.rrule,
    CalendarEvent.rdates,
    CalendarEvent.exdates,
    CalendarEvent.last_on,
    CalendarEvent.settled_at,
    CalendarEvent.guests_from,
)


def get(db: Session, viewer: Viewer, slug: str, public_id: str) -> tuple[CalendarEvent, Workspace]:
    """The event with this id in the workspace, and that. Raises NotFound alike for hidden and for missing."""
    found = ask(db, viewer, _at, slug=slug, public_id=public_id).first()
    if found is None:
        raise NotFound
    access.note(db, viewer, found.Workspace, found.CalendarEvent, found)
    return found.CalendarEvent, found.Workspace


def _at(viewer: Viewer) -> Select[Any]:
    kind = CalendarEvent
    query = access.select_entries(viewer, kind, kind, Workspace, *access.held(viewer, kind))
    return query.join(Workspace, Workspace.id == kind.place_id).where(
        kind.public_id == parameter("public_id"),
        Workspace.slug == parameter("slug"),
        whereabouts.known(viewer, kind),
    )


def changes(db: Session, viewer: Viewer, event: CalendarEvent) -> dict[str, CalendarChange]:
    """The changed occurrences of an event."""
    query = access.select_parts(viewer, CalendarChange).where(CalendarChange.entry_id == event.id)
    return {change.occurrence: change for change in db.scalars(query)}


def between(
    db: Session, viewer: Viewer, since: datetime, upto: datetime, zone: ZoneInfo, place: int | None = None
) -> Sequence[Occurrence]:
    """What happens in a period, in a workspace or (None) in all that are the viewer's; two statements."""
    where = {} if place is None else {"place": place}
    period = {"since": since, "upto": upto}
    rows = ask(db, viewer, _events, place is None, **period, **where).all()
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    if any(row.rrule or row.rdates for row in rows):
        for change in ask(db, viewer, _changes, place is None, **period, **where):
            found[change.entry_id][change.occurrence] = change
    return times.between(rows, found, since, upto, zone)


def in_period(query: Rows, mine: bool, viewer: Viewer) -> Rows:
    """Of the statement over events, those that may happen between ``since`` and ``upto``, in ``place`` or mine."""
    upto, since = parameter("upto", UtcDateTime), parameter("since", UtcDateTime)
    query = query.where(
        CalendarEvent.published_at <= access.NOW,
        CalendarEvent.first_at < upto,
        or_(CalendarEvent.last_at.is_(None), CalendarEvent.last_at >= since),
    )
    return query.where(of_mine(viewer) if mine else CalendarEvent.place_id == parameter("place"))


def of_mine(viewer: Viewer) -> Any:
    """A condition on events: of the viewer's workspaces, or the viewer is invited."""
    belongs = CalendarEvent.place_id.in_(select(Workspace.id).where(access.mine(viewer)))
    asked = exists().where(CalendarAnswer.entry_id == CalendarEvent.id, CalendarAnswer.author_id == viewer.me)
    return or_(belongs, asked.correlate_except(CalendarAnswer))


def _events(viewer: Viewer, mine: bool) -> Rows:
    query = access.select_entries(
        viewer,
        CalendarEvent,
        *LIGHT,
        whereabouts.address(viewer, CalendarEvent),
        *_place(viewer, CalendarEvent),
    ).join(Workspace, Workspace.id == CalendarEvent.place_id)
    return in_period(query, mine, viewer).order_by(CalendarEvent.first_at.desc()).limit(MOST_EVENTS)


def _place(viewer: Viewer, kind: Any) -> tuple[Any, ...]:
    return whereabouts.columns(viewer, kind)


def _changes(viewer: Viewer, mine: bool) -> Rows:
    table = CalendarChange
    query = access.select_parts(
        viewer, table, table.entry_id, table.occurrence, table.starts, table.ends, table.title, table.location
    ).join(CalendarEvent, CalendarEvent.id == table.entry_id)
    return in_period(query, mine, viewer)


def due(
    db: Session, viewer: Viewer, since: date, upto: date, place: int | None = None
) -> Mapping[date, Sequence[Any]]:
    """What is owed on each day from ``since`` to ``upto``, of every kind but events; one statement."""
    found: dict[date, list[Any]] = defaultdict(list)
    for row in owed(db, viewer, since, upto, place):
        found[row.due_on].append(row)
    return found


def owed(
    db: Session, viewer: Viewer, since: date, upto: date, place: int | None = None, *, own: bool = False
) -> Sequence[Any]:
    """The rows of ``due``, in order of their days; ``own``: only what is the viewer's to do."""
    where = {} if place is None else {"place": place}
    return ask(db, viewer, _due, place is None, own, since=since, upto=upto, **where).all()


def _due(viewer: Viewer, mine: bool, own: bool) -> Rows:
    columns = (Entry.public_id, Entry.kind, Entry.title, Entry.lang, Entry.due_on, Entry.updated_at)
    query = (
        access.select_entries(
            viewer, Entry, *columns, whereabouts.address(viewer, Entry), *_place(viewer, Entry)
        )
        .join(Workspace, Workspace.id == Entry.workspace_id)
        .where(
            Entry.due_on >= parameter("since", Date),
            Entry.due_on <= parameter("upto", Date),
            Entry.settled_at.is_(None),
            Entry.published_at <= access.NOW,
            Entry.kind != "event",
        )
    )
    here = access.mine(viewer) if mine else Entry.workspace_id == parameter("place")
    query = query.where(kinds.own(viewer)) if own else query
    return query.where(here).order_by(Entry.due_on, Entry.title).limit(MOST_DUE)


def answers(db: Session, viewer: Viewer, event: CalendarEvent) -> Sequence[Any]:
    """Rows (PERSON, occurrence, answer, word) of who is invited or has answered, as far as the viewer may know."""
    table = CalendarAnswer
    query = (
        access.select_parts(
            viewer, table, *members.PERSON, table.occurrence, table.answer, table.word, table.answered_at
        )
        .join(Account, Account.id == table.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(table.entry_id == event.id, access.active(access.NOW))
        .order_by(Account.name, Account.id)
    )
    return db.execute(query).all()

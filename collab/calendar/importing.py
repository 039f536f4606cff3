"""Bringing the events of a calendar file into a workspace. Whoever brings a file twice has each event once."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from collab.calendar import services, times
from collab.calendar.models import CalendarChange, CalendarEvent
from collab.errors import Forbidden, Invalid
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

#: A file has so many bytes, so many events, and takes so many seconds of work.
LARGEST, MOST, WORK = 2 << 20, 1000, 20.0
CHANGED = ("starts", "ends", "title", "location", "body")


@dataclass(frozen=True)
class Line:
    """What became of an event of the file: ``new``, ``updated``, ``same`` or ``refused``, and the codes of why."""

    outcome: str
    line: int
    title: str
    address: str = ""
    lang: str = ""
    starts: Any = None
    all_day: bool = False
    codes: Sequence[str] = field(default=())


def bring(
    db: Session, viewer: Viewer, place: Workspace, found: Iterable[Any], *, guests: bool = False
) -> list[Line]:
    """Make events of what ``reading`` found, or change those that came before; each alone, so that one that is
    refused keeps no other out. What the viewer may not see is not there, as everywhere."""
    access.require(db, viewer, "contribute", place)
    until, lines = time.monotonic() + WORK, []
    for one in found:
        late = time.monotonic() > until
        if late or not hasattr(one, "plan"):
            lines.append(
                Line("refused", one.line, one.title, codes=["too_much_work" if late else one.reason])
            )
            continue
        try:
            with db.begin_nested():
                lines.append(_bring(db, viewer, place, one, guests=guests))
        except Invalid as error:
            lines.append(Line("refused", one.line, one.title, codes=list(error.errors.values())))
        except Forbidden:
            lines.append(Line("refused", one.line, one.title, codes=["not_yours"]))
    return lines


def _bring(db: Session, viewer: Viewer, place: Workspace, found: Any, *, guests: bool) -> Line:
    title = found.title or _("Untitled event")
    query = access.select_entries(viewer, CalendarEvent).where(
        CalendarEvent.place_id == place.id, CalendarEvent.uid == found.uid
    )
    event = db.scalars(query.order_by(CalendarEvent.id).limit(1)).first()
    if event is None:
        event = services.create(
            db,
            viewer,
            place,
            title,
            found.body,
            found.plan,
            guests=guests,
            uid=found.uid,
            rdates=found.rdates,
            exdates=found.exdates,
        )
        outcome = "new"
        if found.changes:
            _change(db, event, found.changes)
    else:
        outcome = "updated" if _update(db, viewer, event, title, found) else "same"
    return Line(
        outcome,
        found.line,
        title,
        event.address,
        event.lang,
        event.starts,
        event.all_day,
        list(dict.fromkeys(found.notes)),
    )


def _update(db: Session, viewer: Viewer, event: CalendarEvent, title: str, found: Any) -> bool:
    """What the file does not know stays: whether it is a milestone, and the reminder."""
    plan = replace(found.plan, milestone=event.milestone, reminder=event.reminder)
    before = {change.occurrence: _said(change) for change in services.changes_of(db, event)}
    after = {name: _said(change) for name, change in found.changes.items()}
    words = (event.title, event.body, services.plan_of(event), sorted(event.rdates), sorted(event.exdates))
    if words == (title, found.body, plan, found.rdates, found.exdates) and before == after:
        return False
    access.require(db, viewer, "edit", event)
    version = event.version
    services.edit(db, viewer, event, title, found.body, base_version=version, plan=plan)
    event.rdates, event.exdates = found.rdates, found.exdates
    _change(db, event, found.changes)
    services.touched(db, viewer, event, kept=event.version > version)
    return True


def _said(change: Any) -> tuple[Any, ...]:
    return tuple(getattr(change, name) for name in CHANGED)


def _change(db: Session, event: CalendarEvent, changes: dict[str, Any]) -> None:
    """The dates that differ are these and no others."""
    for kept in services.changes_of(db, event):
        db.delete(kept)
    db.flush()
    for name, change in list(changes.items())[: times.MOST_DATES]:
        row = CalendarChange(entry_id=event.id, workspace_id=event.workspace_id, occurrence=name)
        for column, value in zip(CHANGED, _said(change), strict=True):
            setattr(row, column, value)
        db.add(row)
    db.flush()
    services.settle(event, services.changes_of(db, event))

"""Inviting people to an event, and saying whether one comes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.models import Account
from collab.calendar import times
from collab.calendar.models import CalendarAnswer, CalendarEvent
from collab.errors import Invalid
from collab.viewer import Viewer
from collab.workspaces import access

ANSWERS = ("yes", "maybe", "no")
MOST = 500


def invite(db: Session, viewer: Viewer, event: CalendarEvent, people: Sequence[str]) -> int:
    """Ask people, by handle or e-mail address, whether they come; answers how many are asked anew.

    Only those can be invited who may read the event and of whom the viewer may know: Invalid for others.
    """
    access.require(db, viewer, "edit", event)
    wanted = list(dict.fromkeys(word.strip().lstrip("@").casefold() for word in people if word.strip()))
    rows = db.execute(
        select(Account.id, Account.handle, Account.email_key)
        .where(
            or_(Account.handle.in_(wanted), Account.email_key.in_(wanted)),
            access.people(viewer),
            access.insiders(event.id),
        )
        .execution_options(policy=True)
    ).all()
    known = {row.handle.casefold() for row in rows} | {row.email_key for row in rows}
    if unknown := [word for word in wanted if word not in known]:
        raise Invalid({"people": "cannot_be_invited"}, names=", ".join(unknown))
    there = set(
        db.scalars(
            select(CalendarAnswer.author_id)
            .where(CalendarAnswer.entry_id == event.id, CalendarAnswer.occurrence == "")
            .execution_options(policy=True)
        )
    )
    new = sorted({row.id for row in rows} - there)
    if len(there) + len(new) > MOST:
        raise Invalid({"people": "too_many"}, max=MOST)
    db.add_all(
        CalendarAnswer(
            entry_id=event.id, author_id=account, workspace_id=event.workspace_id, invited_by_id=viewer.me
        )
        for account in new
    )
    if asked := [account for account in new if account != viewer.me]:
        _record(db, viewer, event, "event.invited", people=asked)
    return len(new)


def uninvite(db: Session, viewer: Viewer, event: CalendarEvent, handle: str) -> None:
    """Somebody is no longer invited; what they answered is forgotten."""
    access.require(db, viewer, "edit", event)
    person = select(Account.id).where(Account.handle == handle, access.people(viewer)).scalar_subquery()
    query = access.select_parts(viewer, CalendarAnswer).where(
        CalendarAnswer.entry_id == event.id, CalendarAnswer.author_id == person
    )
    for row in db.scalars(query).all():
        db.delete(row)


def answer(
    db: Session, viewer: Viewer, event: CalendarEvent, said: str, word: str = "", occurrence: str = ""
) -> None:
    """Say whether one comes, to the series (``occurrence`` "") or to one occurrence; invited or not.

    An answer to the series does not change those to single occurrences.
    """
    access.require(db, viewer, "react", event)
    if said not in ANSWERS:
        raise Invalid({"answer": "not_a_choice"}, expected=", ".join(ANSWERS))
    start = times.from_key(occurrence)
    if occurrence and (start is None or not times.is_occurrence(event, start)):
        raise Invalid({"at": "no_occurrence"})
    kept = db.get(CalendarAnswer, (event.id, viewer.me, occurrence))
    if kept is None:
        kept = CalendarAnswer(
            entry_id=event.id, author_id=viewer.me, occurrence=occurrence, workspace_id=event.workspace_id
        )
        db.add(kept)
    if (kept.answer, kept.word) == (said, word):
        return
    kept.answer, kept.word, kept.answered_at = said, word, clock.now()
    _record(db, viewer, event, "event.answered", occurrence=occurrence)


def _record(db: Session, viewer: Viewer, event: CalendarEvent, kind: str, **more: Any) -> None:
    activity.record(db, kind, viewer, workspace_id=event.workspace_id, entry_id=event.id, **more)

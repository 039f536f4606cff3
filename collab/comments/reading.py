"""How far somebody has read what is said about an entry that is talk (``Entry.is_talk``)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collab import clock
from collab.comments.models import ReadMark
from collab.viewer import Viewer
from collab.workspaces.models import Entry


def since(db: Session, viewer: Viewer, entry: Entry) -> datetime | None:
    """Up to when the viewer has read it; None for who never has. Who looks as a guest is not the guest."""
    if not viewer.signed_in or viewer.looker is not None:
        return None
    known = _marks(db)
    if (viewer.me, entry.id) in known:
        return known[viewer.me, entry.id]
    found = db.get(ReadMark, (viewer.me, entry.id))
    return found.read_at if found else None


def mark(viewer: Viewer, kind: type[Entry]) -> ColumnElement[Any]:
    """A column for a statement that asks for one entry: up to when the viewer has read it."""
    mine = select(ReadMark.read_at).where(ReadMark.entry_id == kind.id, ReadMark.account_id == viewer.me)
    return mine.correlate_except(ReadMark).scalar_subquery()


def note_mark(db: Session, viewer: Viewer, entry: Entry, read_at: datetime | None) -> None:
    """Remember what the column said, for ``since``."""
    _marks(db)[viewer.me, entry.id] = read_at


def _marks(db: Session) -> dict[tuple[int, int], datetime | None]:
    memo: dict[tuple[int, int], datetime | None] = db.info.setdefault("read", {})
    return memo


def note(db: Session, viewer: Viewer, entry: Entry, until: datetime) -> None:
    """The viewer has read it up to then, at most up to now. It never goes back."""
    until = min(until, clock.now())
    _marks(db).pop((viewer.me, entry.id), None)
    kept = db.get(ReadMark, (viewer.me, entry.id))
    if kept is not None:
        kept.read_at = max(kept.read_at, until)
        return
    try:
        with db.begin_nested():
            db.add(ReadMark(account_id=viewer.me, entry_id=entry.id, read_at=until))
    except IntegrityError:  # the same page, open twice
        return

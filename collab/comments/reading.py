"""How far somebody has read what is said about an entry that is talk (``Entry.is_talk``)."""

from datetime import datetime

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
    mark = db.get(ReadMark, (viewer.me, entry.id))
    return mark.read_at if mark else None


def note(db: Session, viewer: Viewer, entry: Entry, until: datetime) -> None:
    """The viewer has read it up to then, at most up to now. It never goes back."""
    until = min(until, clock.now())
    mark = db.get(ReadMark, (viewer.me, entry.id))
    if mark is not None:
        mark.read_at = max(mark.read_at, until)
        return
    try:
        with db.begin_nested():
            db.add(ReadMark(account_id=viewer.me, entry_id=entry.id, read_at=until))
    except IntegrityError:  # the same page, open twice
        return

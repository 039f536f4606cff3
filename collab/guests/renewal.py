"""A guest asks for more time: once a day, by a mail to whoever answers for the guest."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.activity import Event
from collab.auth.models import Account
from collab.viewer import Viewer

AGAIN = timedelta(days=1)


def ask(db: Session, viewer: Viewer, guest: Account) -> bool:
    """The contact gets a mail; False if there was one within the last day, and nothing is sent."""
    if asked_lately(db, guest.id, AGAIN):
        return False
    activity.record(db, "guest.renewal_asked", viewer, subject_id=guest.id)
    return True


def asked_lately(db: Session, guest_id: int, within: timedelta) -> bool:
    """Has the guest asked in the time before now?"""
    found = select(Event.id).where(
        Event.subject_id == guest_id, Event.kind == "guest.renewal_asked", Event.at > clock.now() - within
    )
    return db.scalar(found.limit(1)) is not None

"""How a guest goes: by their own wish."""

from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth import services as accounts
from collab.auth.models import Account
from collab.auth.sponsors import remembered
from collab.errors import NotFound
from collab.viewer import Viewer


def leave(db: Session, viewer: Viewer) -> None:
    """The guest ends their own access, everywhere at once; what they wrote stays, and the contact is told."""
    guest = db.get_one(Account, viewer.me)
    if guest.kind != "guest":
        raise NotFound
    was = remembered(guest)
    guest.ends_at, guest.end_reason = clock.now(), "left"
    accounts.revoke(db, guest, reason="left")
    activity.record(db, "guest.left", viewer, subject_id=guest.id, was=was)

"""A sponsor sees what a guest sees, and changes nothing: the session says whom, the policy says what."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from collab import activity
from collab.activity import Event
from collab.auth import sessions
from collab.auth.models import Account
from collab.errors import NotFound
from collab.viewer import Viewer


def start(db: Session, viewer: Viewer, session_id: int | None, guest: Account) -> None:
    """From the next request on, this session sees what the guest sees. Recorded, and the guest can read that.

    Raises NotFound for everybody but the guest's sponsor in a browser, and for a guest who could not come in.
    """
    if session_id is None or sessions.looked_at(db, viewer.me, guest.id) is None:
        raise NotFound
    sessions.look_as(db, session_id, guest.id)
    activity.record(db, "guest.looked_at", viewer, subject_id=guest.id)


def looks(viewer: Viewer, limit: int = 20) -> Select[str, Event]:
    """Rows (name, Event) of who looked as the viewer, and when; the latest first."""
    query = select(Account.name, Event).join(Account, Account.id == Event.actor_id)
    query = query.where(Event.subject_id == viewer.me, Event.kind == "guest.looked_at")
    return query.order_by(Event.id.desc()).limit(limit)

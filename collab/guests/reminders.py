"""Telling in time that guests end: 14 and 3 days before, the guest, and the sponsor once a day for all.

What was told is remembered as events, in the transaction that decides to tell it. So it may be
asked as often as one likes, and be killed in between: nobody is told twice, and nobody forgotten.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.activity import Event
from collab.auth.models import Account
from collab.viewer import ANONYMOUS
from collab.workspaces import access
from collab.workspaces.terms import WARNINGS

#: A sponsor hears once a day, of all guests together.
DAY = timedelta(hours=20)


def remind(db: Session) -> None:
    """Note for whom it is time. The mails follow from the events."""
    now = clock.now()
    soon = select(Account).where(
        Account.kind == "guest", access.active(now), Account.ends_at <= now + max(WARNINGS)
    )
    to_tell: dict[int, list[int]] = {}
    for guest in db.scalars(soon.order_by(Account.ends_at, Account.id)).all():
        days = _due(db, guest)
        if days is None or _heard_today(db, guest.sponsor_id):
            continue
        ends_at = guest.ends_at.isoformat() if guest.ends_at else ""
        activity.record(db, "guest.ending", ANONYMOUS, subject_id=guest.id, days=days, ends_at=ends_at)
        if guest.sponsor_id is not None:
            to_tell.setdefault(guest.sponsor_id, []).append(guest.id)
    for sponsor, guests in to_tell.items():
        activity.record(db, "sponsor.reminded", ANONYMOUS, subject_id=sponsor, guests=guests)


def _due(db: Session, guest: Account) -> int | None:
    """How many days before the end the guest is to be told of now; None if that has been done."""
    if guest.ends_at is None:
        return None
    left = guest.ends_at - clock.now()
    days = min(warning for warning in WARNINGS if left <= warning).days
    told = db.scalars(select(Event.data).where(Event.subject_id == guest.id, Event.kind == "guest.ending"))
    end = guest.ends_at.isoformat()
    return None if any(data["ends_at"] == end and data["days"] <= days for data in told) else days


def _heard_today(db: Session, sponsor_id: int | None) -> bool:
    heard = select(Event.id).where(
        Event.subject_id == sponsor_id, Event.kind == "sponsor.reminded", Event.at > clock.now() - DAY
    )
    return sponsor_id is not None and db.scalar(heard.limit(1)) is not None

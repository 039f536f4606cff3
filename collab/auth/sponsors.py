"""Who answers for a guest, and what becomes of the guests of somebody who goes.

Every road on which an employee leaves comes through ``leave``: suspended by administrators or by the
company's directory, ended, made a guest. No guest runs on without somebody who answers.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.models import Account
from collab.viewer import ANONYMOUS, Viewer

#: How long the guests of somebody who has left go on, for somebody else to answer for them.
ORPHANED = timedelta(days=14)


def leave(db: Session, viewer: Viewer, sponsor: Account) -> None:
    """Nobody answers for this person's guests any more: they end in two weeks unless somebody does.

    In the caller's transaction. Who has ended already stays as it was, only without a contact.
    """
    mine = select(Account).where(Account.sponsor_id == sponsor.id).order_by(Account.id)
    alone = [guest.id for guest in db.scalars(mine.with_for_update()).all() if _orphan(db, viewer, guest)]
    _tell(db, viewer, sponsor.id, alone)


def _tell(db: Session, viewer: Viewer, sponsor_id: int | None, guests: list[int]) -> None:
    """One event for all of them, so that each who could take over gets one mail."""
    if guests:
        activity.record(db, "sponsor.left", viewer, subject_id=sponsor_id, guests=guests)


def _orphan(db: Session, viewer: Viewer, guest: Account) -> bool:
    """Nobody answers for the guest: an end in two weeks at most. False for who has ended already."""
    now, before = clock.now(), remembered(guest)
    guest.sponsor_id = None
    if guest.ends_at is not None and guest.ends_at <= now:
        return False
    guest.end_reason = "sponsor_left"
    guest.ends_at = min(guest.ends_at or now + ORPHANED, now + ORPHANED)
    activity.record(db, "guest.orphaned", viewer, subject_id=guest.id, was=before)
    return True


def remembered(guest: Account) -> dict[str, Any]:
    """Who answers for the guest until when, as events keep it, so that it can be taken back."""
    return {
        "sponsor": guest.sponsor_id,
        "ends_at": guest.ends_at.isoformat() if guest.ends_at else None,
        "reason": guest.end_reason,
    }


def answer_for(viewer: Viewer, guest: Account) -> None:
    """Whoever brings in a guest for whom nobody answers is the sponsor from now on."""
    if guest.kind == "guest" and guest.sponsor_id is None and viewer.is_employee and viewer.signed_in:
        guest.sponsor_id = viewer.account_id
        if guest.end_reason == "sponsor_left":
            guest.end_reason = ""


def of(db: Session, guest_id: int) -> Row[*tuple[Any, ...]] | None:
    """Name and address of who answers for the guest; None if nobody does."""
    sponsor = select(Account.sponsor_id).where(Account.id == guest_id).scalar_subquery()
    return db.execute(
        select(Account.id, Account.name, Account.email, Account.handle).where(Account.id == sponsor)
    ).first()


def keep(db: Session, usual_days: int) -> None:
    """Employees whose end has come, guests for whom nobody ever answered, and guests without an end.

    Called by the worker; repeatable.
    """
    now = clock.now()
    gone = select(Account.id).where(Account.kind == "employee", Account.ends_at <= now)
    for sponsor in db.scalars(
        select(Account)
        .where(Account.id.in_(select(Account.sponsor_id)), Account.id.in_(gone))
        .order_by(Account.id)
    ).all():
        leave(db, ANONYMOUS, sponsor)
    alone = select(Account).where(
        Account.kind == "guest",
        Account.status == "active",
        Account.sponsor_id.is_(None),
        Account.end_reason != "sponsor_left",
        (Account.ends_at.is_(None)) | (Account.ends_at > now),
    )
    found = db.scalars(alone.order_by(Account.id).with_for_update()).all()
    _tell(db, ANONYMOUS, None, [guest.id for guest in found if _orphan(db, ANONYMOUS, guest)])
    endless = select(Account).where(Account.kind == "guest", Account.ends_at.is_(None))
    for guest in db.scalars(endless.order_by(Account.id)).all():
        guest.ends_at = now + timedelta(days=usual_days)

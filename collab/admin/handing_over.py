"""What somebody leaves behind goes to a colleague: workspaces that nobody else owns, and guests.

What the person published stays under the name, and drafts stay private: an administrator has no right
to read, and so none to let anybody else read.
"""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.models import Account
from collab.errors import Invalid, NotFound
from collab.guests import sponsoring
from collab.viewer import Viewer
from collab.workspaces import access, passing_on


@dataclass(frozen=True)
class Belongings:
    """How much there is to hand over."""

    workspaces: int
    guests: int

    @property
    def anything(self) -> bool:
        return bool(self.workspaces or self.guests)


def look(db: Session, viewer: Viewer, account: Account) -> Belongings:
    """What would go, in numbers. For administrators."""
    if not viewer.is_admin:
        raise NotFound
    guests = select(func.count(Account.id)).where(Account.sponsor_id == account.id)
    return Belongings(passing_on.count(db, viewer, account.id), db.scalar(guests) or 0)


def hand_over(db: Session, viewer: Viewer, account: Account, name: str, reason: str) -> Belongings:
    """Everything goes to the employee with this handle, id or address; answers how much it was.

    Raises Invalid for somebody who cannot take it: unknown, a guest, without access, the person
    themself, or the administrator who does it (for whom it would be a way to read).
    """
    heir = _heir(db, viewer, name)
    if heir is None or heir.id == account.id:
        raise Invalid({"account": "unknown_people"}, names=name or "@")
    if heir.id == viewer.account_id:
        raise Invalid({"account": "heir_is_you"})
    guests = db.scalars(select(Account).where(Account.sponsor_id == account.id).order_by(Account.id)).all()
    for guest in guests:
        sponsoring.hand_over(db, viewer, guest, heir.public_id, reason)
    workspaces = passing_on.pass_on(db, viewer, account.id, heir)
    went = Belongings(workspaces, len(guests))
    activity.record(
        db,
        "account.handed_over",
        viewer,
        subject_id=account.id,
        to=heir.id,
        reason=reason,
        workspaces=went.workspaces,
        guests=went.guests,
    )
    return went


def _heir(db: Session, viewer: Viewer, name: str) -> Account | None:
    wanted = name.strip()
    return db.scalar(
        select(Account).where(
            or_(
                Account.handle == wanted.removeprefix("@"),
                Account.public_id == wanted,
                Account.email_key == wanted.casefold(),
            ),
            Account.kind == "employee",
            access.people(viewer),
            access.active(clock.now()),
        )
    )

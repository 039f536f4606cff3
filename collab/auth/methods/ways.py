"""The ways into an account, and that the last one stays."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab.auth.methods.models import RecoveryCode, Totp
from collab.auth.models import Account, Password
from collab.auth.providers.services import ways_in
from collab.auth.services import may_prove, signs_in_here, usable
from collab.clock import now
from collab.errors import Refused


def keep_one(db: Session, account_id: int) -> None:
    """Before a way in is taken away: raise Refused if it is the last.

    A mailed link is none: the mailbox may be what was lost.
    """
    db.execute(select(Account.id).where(Account.id == account_id).with_for_update())  # two at one time
    if ways_in(db, account_id) <= 1:
        raise Refused(409, "last_sign_in_method")


def has_password(db: Session, account_id: int) -> bool:
    return db.scalar(select(Password.account_id).where(Password.account_id == account_id)) is not None


def may_use_own(db: Session, account_id: int) -> bool:
    """May the account come in by Collab's own ways now: password, passkey, mailed link?"""
    allowed = select(Account.id).where(Account.id == account_id, usable(now()), signs_in_here())
    return db.scalar(allowed) is not None


def may_prove_own(db: Session, account_id: int) -> bool:
    """The same for showing who one is, which a guest may whose time is over."""
    allowed = select(Account.id).where(Account.id == account_id, may_prove(now()), signs_in_here())
    return db.scalar(allowed) is not None


def asks_for_code(db: Session, account_id: int) -> bool:
    """Does a password alone not open the account?"""
    on = select(Totp.account_id).where(Totp.account_id == account_id, Totp.last_step > 0)
    return db.scalar(on) is not None


def at_a_glance(db: Session, account_id: int) -> tuple[bool, bool, int]:
    """May the account use Collab's own ways, does it ask for a code, and how many recovery codes are left?

    All for one page, in one question.
    """
    own = select(Account.id).where(Account.id == account_id, usable(now()), signs_in_here())
    on = select(Totp.account_id).where(Totp.account_id == account_id, Totp.last_step > 0)
    left = select(func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    row = db.execute(select(own.exists(), on.exists(), left.scalar_subquery())).one()
    return bool(row[0]), bool(row[1]), int(row[2])

"""Recovery codes: each stands in once for an authenticator app that is lost."""

import secrets

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.methods.models import RecoveryCode
from collab.auth.services import digest
from collab.auth.sessions import Browser
from collab.viewer import Viewer

MANY = 10
#: 32 signs that nobody mixes up: a code of 16 has 80 random bits, more than a hash can be tried for.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
LENGTH = 16


def make(db: Session, account_id: int) -> list[str]:
    """New codes; the old ones no longer work. This is the only time that they can be seen."""
    forget(db, account_id)
    codes = ["".join(secrets.choice(_LETTERS) for _ in range(LENGTH)) for _ in range(MANY)]
    db.add_all(RecoveryCode(account_id=account_id, code_hash=digest(code)) for code in codes)
    return ["-".join(code[i : i + 4] for i in range(0, LENGTH, 4)) for code in codes]


def looks_like(code: str) -> bool:
    """Is this meant as a recovery code, and not as six digits of an app?"""
    return len(_bare(code)) == LENGTH


def _bare(code: str) -> str:
    return "".join(code.lower().replace("-", " ").split())


def fits(db: Session, account_id: int, code: str) -> bool:
    """Would the code still work? Changes nothing."""
    return db.scalar(select(RecoveryCode.id).where(_is(account_id, code))) is not None


def _is(account_id: int, code: str) -> ColumnElement[bool]:
    return and_(
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == digest(_bare(code)),
        RecoveryCode.used_at.is_(None),
    )


def use(db: Session, viewer: Viewer, code: str, here: Browser) -> bool:
    """Use one of the person's codes up; False if it does not work (any more)."""
    used = db.execute(update(RecoveryCode).where(_is(viewer.me, code)).values(used_at=clock.now()))
    if not used.rowcount:  # type: ignore[attr-defined]
        return False
    activity.record(
        db, "recovery_code.used", viewer, subject_id=viewer.me, number=left(db, viewer.me), **here.told
    )
    return True


def renew(db: Session, viewer: Viewer, here: Browser) -> list[str]:
    """New codes in place of the old ones, for somebody who asks."""
    codes = make(db, viewer.me)
    activity.record(db, "recovery_codes.made", viewer, subject_id=viewer.me, **here.told)
    return codes


def left(db: Session, account_id: int) -> int:
    """How many codes still work."""
    waiting = select(func.count()).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return db.scalar(waiting) or 0


def forget(db: Session, account_id: int) -> None:
    """No code of the account works any more."""
    db.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))

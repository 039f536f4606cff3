"""Codes of authenticator apps (RFC 6238). The only file that knows pyotp, and how a code is drawn."""

from hmac import compare_digest

import segno
from pyotp import TOTP, random_base32
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.methods import recovery
from collab.auth.methods.models import Totp
from collab.auth.sealed import seal, unseal
from collab.auth.sessions import Browser
from collab.errors import Conflict, Invalid
from collab.viewer import Viewer

STEP, WINDOW = 30, 1


def begin(db: Session, viewer: Viewer, key: str) -> None:
    """A new secret for the person's app, which counts once a code has shown that the app has it.

    Raises Conflict if there is one already that counts.
    """
    kept = db.get(Totp, viewer.me)
    if kept is not None and kept.last_step:
        raise Conflict
    if kept is None:
        kept = Totp(account_id=viewer.me, last_step=0)
        db.add(kept)
    kept.secret, kept.created_at = seal(key, random_base32(32)), clock.now()


def waiting(db: Session, viewer: Viewer, key: str) -> str:
    """The secret that waits for its first code; nothing if none does."""
    kept = db.get(Totp, viewer.me)
    return unseal(key, kept.secret) if kept is not None and not kept.last_step else ""


def address(secret: str, account: str, issuer: str) -> str:
    """The ``otpauth:`` address that apps read."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def picture(address: str) -> str:
    """The address as a QR code: SVG in a ``data:`` address, black on white in any light."""
    return segno.make(address, error="m").svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def step_of(db: Session, account_id: int, key: str, code: str) -> int | None:
    """The time step that ``code`` belongs to: this one, or one before or after. Changes nothing.

    None for a wrong code, and for one that is not newer than the last that worked.
    """
    kept, digits = db.get(Totp, account_id), "".join(code.split())
    secret = unseal(key, kept.secret) if kept is not None else ""
    if kept is None or not secret or len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    app, now = TOTP(secret), int(clock.now().timestamp()) // STEP
    steps = range(max(now - WINDOW, kept.last_step + 1), now + WINDOW + 1)
    return next((step for step in steps if compare_digest(app.at(step * STEP), digits)), None)


def use(db: Session, account_id: int, step: int) -> bool:
    """Use the code of ``step`` up; False if somebody was faster with it."""
    used = db.execute(
        update(Totp).where(Totp.account_id == account_id, Totp.last_step < step).values(last_step=step)
    )
    return bool(used.rowcount)  # type: ignore[attr-defined]


def confirm(db: Session, viewer: Viewer, key: str, code: str, here: Browser) -> list[str]:
    """From now on the password alone does not do. Answers the recovery codes, this once.

    Raises Invalid for a code that the app cannot have shown.
    """
    step = step_of(db, viewer.me, key, code) if waiting(db, viewer, key) else None
    if step is None or not use(db, viewer.me, step):
        raise Invalid({"code": "wrong_code"})
    activity.record(db, "totp.added", viewer, subject_id=viewer.me, **here.told)
    return recovery.make(db, viewer.me)


def remove(db: Session, viewer: Viewer, account_id: int, here: Browser) -> bool:
    """The password alone does again; False if it did before."""
    kept = db.get(Totp, account_id)
    if kept is None:
        return False
    was_on = kept.last_step > 0
    db.execute(delete(Totp).where(Totp.account_id == account_id))
    recovery.forget(db, account_id)
    if was_on:
        activity.record(db, "totp.removed", viewer, subject_id=account_id, **here.told)
    return was_on

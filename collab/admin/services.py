"""What administrators do with accounts and firms. Each act is recorded; none opens contents."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.activity import outbox
from collab.auth import services as accounts
from collab.auth import sponsors
from collab.auth.methods import totp
from collab.auth.models import Account, Firm
from collab.auth.passwords import set_password
from collab.auth.sessions import Browser
from collab.config import Settings
from collab.errors import Conflict, Invalid
from collab.viewer import Viewer
from collab.workspaces import terms

#: Letters and digits that nobody mixes up when a password is read aloud.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def temporary_password() -> str:
    """Sixteen letters and digits in four groups: 79 random bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


# Accounts ------------------------------------------------------------------------------------


def create(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    *,
    name: str,
    email: str,
    kind: str,
    firm: str = "",
    ends_at: datetime | None = None,
    password: str = "",
    is_admin: bool = False,
) -> Account:
    """A new account. ``firm`` is a firm's id.

    For a guest the administrator answers; the end is the usual one (``settings.guest_days``) where
    none is given, and never later than the policy allows.
    """
    if is_admin and (kind != "employee" or ends_at):
        raise Invalid({"is_admin": "admins_have_no_end"})
    account = accounts.create_account(
        db,
        viewer,
        name=name,
        email=email,
        kind="guest" if kind == "guest" else "employee",
        firm=_firm(db, kind, firm),
        ends_at=_end(settings, viewer, kind, ends_at),
        is_admin=is_admin,
        sponsor_id=viewer.account_id if kind == "guest" else None,
    )
    if password:
        set_password(db, account, password)
    return account


def _firm(db: Session, kind: str, public_id: str) -> Firm | None:
    if not public_id:
        return None
    if kind != "guest":
        raise Invalid({"firm": "only_guests_have_a_firm"})
    found = db.scalar(select(Firm).where(Firm.public_id == public_id))
    if found is None:
        raise Invalid({"firm": "unknown_firm"})
    return found


def _end(settings: Settings, viewer: Viewer, kind: str, ends_at: datetime | None) -> datetime | None:
    """Guests always have an end, and none that is later than the policy allows."""
    if ends_at is not None and ends_at <= clock.now():
        raise Invalid({"ends_at": "end_in_past"})
    if kind != "guest":
        return ends_at
    if ends_at is None:
        return terms.usual_end(settings, viewer.timezone)
    terms.check_end(settings, viewer.timezone, ends_at, "ends_at")
    return ends_at


def change(
    db: Session, viewer: Viewer, settings: Settings, account: Account, wanted: Mapping[str, Any]
) -> None:
    """Take over ``name``, ``email``, ``firm`` (an id or nothing) and ``ends_at``, as far as given.

    For a guest for whom nobody answers, whoever gives another end does from then on.
    """
    values: dict[str, Any] = {}
    if "name" in wanted:
        values["name"] = text.clean_line(wanted["name"] or "")
        if not values["name"]:
            raise Invalid({"name": "required"})
    if "email" in wanted:
        values["email"] = _address(db, account, wanted["email"] or "")
        values["email_key"] = accounts.email_key(values["email"]) if values["email"] else None
    if "firm" in wanted:
        firm = _firm(db, account.kind, wanted["firm"] or "")
        values["firm_id"] = firm.id if firm else None
    if "ends_at" in wanted and wanted["ends_at"] != account.ends_at:
        if wanted["ends_at"] is not None and account.is_admin:
            raise Invalid({"ends_at": "admins_have_no_end"})
        values["ends_at"] = _end(settings, viewer, account.kind, wanted["ends_at"])
    changed = [name for name, value in values.items() if getattr(account, name) != value]
    for name in changed:
        setattr(account, name, values[name])
    if "ends_at" in changed:
        account.end_reason = ""
        sponsors.answer_for(viewer, account)
    if changed:
        told = [name for name in changed if name != "email_key"]
        activity.record(db, "account.changed", viewer, subject_id=account.id, fields=told)


def _address(db: Session, account: Account, email: str) -> str | None:
    """``email`` for the account. Only those who cannot sign in may be without one."""
    email = text.clean_line(email)
    if not email and account.status == "locked":
        return None
    if not email:
        raise Invalid({"email": "required"})
    if not accounts.is_address(email):
        raise Invalid({"email": "not_an_email"})
    if accounts.is_taken(db, email, account.id):
        raise Invalid({"email": "taken"})
    return email


def give_access(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    account: Account,
    *,
    name: str,
    email: str,
    kind: str,
    firm: str,
    ends_at: datetime | None,
    password: str,
) -> None:
    """Make an imported person somebody who can sign in; what bears their name stays theirs."""
    if account.status != "locked":
        raise Conflict
    account.kind = kind
    account.firm_id = None
    account.sponsor_id = viewer.account_id if kind == "guest" else None
    account.end_reason = ""
    end = _end(settings, viewer, kind, ends_at)
    change(db, viewer, settings, account, {"name": name, "email": email, "firm": firm, "ends_at": end})
    activate(db, viewer, account)
    if password:
        set_password(db, account, password)


def suspend(db: Session, viewer: Viewer, account: Account, reason: str) -> None:
    """Take all access away at once. Raises Invalid for oneself, the last administrator, the locked."""
    if account.id == viewer.account_id:
        raise Invalid({"": "not_yourself"})
    if account.status == "locked":
        raise Invalid({"": "cannot_sign_in"})
    accounts.suspend(db, viewer, account, reason)


def activate(db: Session, viewer: Viewer, account: Account) -> None:
    """Give access back, or for the first time. Raises Invalid for somebody without an address."""
    if not account.email:
        raise Invalid({"email": "required"})
    accounts.activate(db, viewer, account)


def set_admin(db: Session, viewer: Viewer, account: Account, is_admin: bool) -> None:
    """Make somebody administrator, or no longer. Raises Invalid for who cannot be, and the last one."""
    if is_admin and account.ends_at is not None:
        raise Invalid({"is_admin": "admins_have_no_end"})
    if is_admin and account.status != "active":
        raise Invalid({"is_admin": "cannot_sign_in"})
    accounts.set_admin(db, viewer, account, is_admin)


def new_password(db: Session, viewer: Viewer, account: Account, password: str) -> None:
    """Set somebody's password and end their sessions and tokens.

    Raises Invalid for oneself: that takes the present password, on one's own page.
    """
    if account.id == viewer.account_id:
        raise Invalid({"": "not_yourself"})
    if account.status == "locked":
        raise Invalid({"": "cannot_sign_in"})
    set_password(db, account, password)
    accounts.revoke(db, account, reason="password_set")
    activity.record(db, "account.password_set", viewer, subject_id=account.id)


def remove_codes(db: Session, viewer: Viewer, account: Account, here: Browser) -> None:
    """Let somebody in who lost the phone with the app: the password alone does again.

    Raises Invalid for oneself: that is done on one's own page.
    """
    if account.id == viewer.account_id:
        raise Invalid({"": "not_yourself"})
    totp.remove(db, viewer, account.id, here)


def end_access(db: Session, viewer: Viewer, account: Account) -> None:
    """End all sessions and tokens; the person can sign in anew."""
    accounts.revoke(db, account, reason="ended_by_admin")
    activity.record(db, "account.signed_out", viewer, subject_id=account.id)


# System --------------------------------------------------------------------------------------


def retry(db: Session, viewer: Viewer) -> int:
    """Let the worker try again what failed; answers how many deliveries."""
    number = outbox.retry_failed(db)
    if number:
        activity.record(db, "delivery.retried", viewer, number=number)
    return number

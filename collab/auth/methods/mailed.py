"""What a mailed link may do: set a new password, sign in, prove an address, take it back.

Nobody holds the token of a link before the mail is written: asking leaves a promise, and the
worker makes the token when it sends (``auth.listeners``).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collab import activity, text
from collab.auth import once, services
from collab.auth.methods import totp, ways
from collab.auth.models import Account, OneTimeToken
from collab.auth.passwords import set_password
from collab.auth.sessions import Browser
from collab.errors import Invalid, Refused
from collab.viewer import ANONYMOUS, Viewer

RESET, SIGN_IN, PROVE, BACK = "password.reset", "session.link", "email.prove", "email.back"
#: How long each link works. Whoever lost an address has a week to come back.
LIVES = {
    RESET: timedelta(minutes=30),
    SIGN_IN: timedelta(minutes=15),
    PROVE: timedelta(hours=24),
    BACK: timedelta(days=7),
}


@dataclass(frozen=True)
class Link:
    """A link that would work: whose, to which address, and what it was promised with."""

    account: Account
    email: str
    without_code: bool


def ask(db: Session, email: str, wanted: str, here: Browser) -> None:
    """Somebody asks for a link by mail. The same work whether or not there is such an account."""
    found = db.scalar(select(Account.id).where(Account.email_key == services.email_key(email)))
    if wanted == SIGN_IN:
        activity.record(db, "session.link_asked", ANONYMOUS, subject_id=found, **here.told)
    else:
        activity.record(db, "password.reset_asked", ANONYMOUS, subject_id=found, **here.told)


def look(db: Session, purpose: str, token: str) -> Link:
    """What the link would do. Changes nothing. Raises Refused for one that does not work (any more)."""
    return _link(db, purpose, once.look(db, purpose, token))


def _use(db: Session, purpose: str, token: str) -> Link:
    return _link(db, purpose, once.use(db, purpose, token))


def _link(db: Session, purpose: str, row: OneTimeToken | None) -> Link:
    account = db.get(Account, row.account_id) if row is not None and row.account_id else None
    if row is None or account is None or account.status == "locked":
        raise Refused(410, "link_not_valid")
    if purpose == RESET and not ways.may_use_own(db, account.id):
        raise Refused(410, "link_not_valid")
    if purpose == SIGN_IN and not ways.may_prove_own(db, account.id):
        raise Refused(410, "link_not_valid")
    return Link(account, str(row.data.get("email", "")), bool(row.data.get("without_code")))


# Password ------------------------------------------------------------------------------------


def reset(db: Session, token: str, password: str, here: Browser) -> Account:
    """A new password by a mailed link, which ends all sessions and all other links.

    Raises Refused for a link that does not work, Invalid for a weak password (the link still works).
    """
    link = look(db, RESET, token)
    set_password(db, link.account, password)
    _use(db, RESET, token)
    services.revoke(db, link.account, keep_session=-1, reason="password_reset")
    withdraw_all(db, link.account.id)
    person = services.viewer_of(db, link.account.id)
    if link.without_code:
        totp.remove(db, person, link.account.id, here)
    activity.record(db, "account.password_reset", person, subject_id=link.account.id, **here.told)
    return link.account


def withdraw_all(db: Session, account_id: int) -> None:
    """No link, and no sign-in that is half done, works any more; only the way back to an old address."""
    for purpose in (RESET, SIGN_IN, PROVE, "second_step"):
        once.withdraw(db, purpose, account_id)


def reset_link(db: Session, account: Account, *, without_code: bool) -> str:
    """The token of a link for somebody who stands beside the operator: break-glass.

    Raises Invalid for an account that could not sign in with a password.
    """
    if not ways.may_use_own(db, account.id):
        raise Invalid({"email": "cannot_sign_in"})
    activity.record(db, "account.reset_link_made", ANONYMOUS, subject_id=account.id)
    return once.issue(db, RESET, account.id, LIVES[RESET], {"without_code": without_code})


def sign_in(db: Session, token: str) -> Account:
    """Use a mailed sign-in link up. Raises Refused for one that does not work."""
    return _use(db, SIGN_IN, token).account


# Address -------------------------------------------------------------------------------------


def ask_to_prove(db: Session, viewer: Viewer, email: str, here: Browser) -> None:
    """The person wants to be reached, and to sign in, by this address: a link goes there.

    Whether somebody else has the address is told only to the address. Raises Invalid for what is
    none, or what the person has proven already.
    """
    email = text.clean_line(email)
    account = db.get_one(Account, viewer.me)
    if not services.is_address(email):
        raise Invalid({"email": "not_an_email"})
    if account.email_key == services.email_key(email):
        raise Invalid({"email": "same_email"})
    number = once.promise(db, PROVE, viewer.me, LIVES[PROVE], {"email": email})
    activity.record(db, "email.asked", viewer, subject_id=viewer.me, link=number, **here.told)


def prove_address(db: Session, token: str, here: Browser) -> Account:
    """The address of the link is the person's from now on; the old one gets a way back.

    Raises Refused for a link that does not work, or an address that has become somebody's.
    """
    link = _use(db, PROVE, token)
    account, old = link.account, link.account.email
    known = account.email_key is not None and old
    _set(db, account, link.email)
    data: dict[str, Any] = {}
    if known:
        data["back"] = once.promise(db, BACK, account.id, LIVES[BACK], {"email": old}, alone=False)
    person = services.viewer_of(db, account.id)
    activity.record(db, "account.email_changed", person, subject_id=account.id, **data, **here.told)
    return account


def take_back(db: Session, token: str, here: Browser) -> Account:
    """The old address is the person's again; all sessions, tokens and links end, and a new password
    can be set by a mail that goes there. Raises Refused for a link that does not work."""
    link = _use(db, BACK, token)
    _set(db, link.account, link.email)
    services.revoke(db, link.account, reason="email_returned")
    withdraw_all(db, link.account.id)
    activity.record(db, "account.email_returned", ANONYMOUS, subject_id=link.account.id, **here.told)
    activity.record(db, "password.reset_asked", ANONYMOUS, subject_id=link.account.id, **here.told)
    return link.account


def _set(db: Session, account: Account, email: str) -> None:
    if services.is_taken(db, email, account.id):
        raise Refused(409, "email_taken")
    try:
        with db.begin_nested():
            account.email, account.email_key = email, services.email_key(email)
            db.flush()
    except IntegrityError as error:  # somebody was faster by a moment
        raise Refused(409, "email_taken") from error

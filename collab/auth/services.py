"""What happens to accounts: made, changed, suspended, signed in and out."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from collab import activity, clock, prepared, text
from collab.auth import sponsors
from collab.auth.issuer.ending import end_all
from collab.auth.models import Account, ApiToken, Firm, Password, SignInSession
from collab.auth.passwords import matches
from collab.auth.providers.models import Identity, SignInProvider
from collab.errors import Invalid
from collab.viewer import ANONYMOUS, Viewer

SCOPES = ("read", "write", "admin", "scim", "feed")
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\]+@[^@\s<>\"(),:;\\]+\.[^@\s<>\"(),:;\\.]+")


def email_key(address: str) -> str:
    """The form in which two spellings of one address are equal."""
    return text.clean_line(address).casefold()


def is_address(line: str) -> bool:
    """Could mail be sent there?"""
    return len(line) <= 254 and _ADDRESS.fullmatch(line) is not None


def is_taken(db: Session, address: str, but: int = 0) -> bool:
    """Is it the address of an account other than the one with the number ``but``?"""
    same = select(Account.id).where(Account.email_key == email_key(address), Account.id != but)
    return db.scalar(same) is not None


def free_handle(db: Session, name: str) -> str:
    """A handle made from the name that nobody has."""
    wanted = text.slugify(name, "person").replace("-", ".")[:40].strip(".")
    taken = set(
        db.scalars(
            select(Account.handle).where(or_(Account.handle == wanted, Account.handle.like(f"{wanted}.%")))
        )
    )
    number = 2
    found = wanted
    while found in taken:
        found, number = f"{wanted}.{number}", number + 1
    return found


def create_account(
    db: Session,
    viewer: Viewer,
    *,
    name: str,
    email: str | None,
    kind: Literal["employee", "guest"] = "employee",
    is_admin: bool = False,
    status: Literal["active", "locked"] = "active",
    firm: Firm | None = None,
    title: str = "",
    locale: str = "",
    ends_at: datetime | None = None,
    sponsor_id: int | None = None,
) -> Account:
    """A new account. Without an address it cannot sign in and gets no mail.

    Raises Invalid for a missing name, an unusable address or one that is in use.
    """
    name = text.clean_line(name)
    if not name:
        raise Invalid({"name": "required"})
    if email is not None:
        email = text.clean_line(email)
        if not is_address(email):
            raise Invalid({"email": "not_an_email"})
        if is_taken(db, email):
            raise Invalid({"email": "taken"})
    account = Account(
        handle=free_handle(db, name),
        kind=kind,
        status=status,
        is_admin=is_admin,
        name=name,
        email=email,
        email_key=email_key(email) if email else None,
        firm_id=firm.id if firm else None,
        title=title,
        locale=locale,
        ends_at=ends_at,
        sponsor_id=sponsor_id,
        created_at=clock.now(),
    )
    db.add(account)
    db.flush()
    activity.record(db, "account.created", viewer, subject_id=account.id, kind=kind)
    return account


def suspend(db: Session, viewer: Viewer, account: Account, reason: str = "") -> None:
    """Take all access away at once; content and memberships stay for the return.

    Raises Invalid for the last administrator.
    """
    if account.status == "suspended":
        return
    _keep_an_admin(db, account)
    account.status = "suspended"
    revoke(db, account, reason="suspended")
    sponsors.leave(db, viewer, account)
    activity.record(db, "account.suspended", viewer, subject_id=account.id, reason=reason)


def activate(db: Session, viewer: Viewer, account: Account) -> None:
    """Give access back. The person signs in anew."""
    if account.status != "active":
        account.status = "active"
        activity.record(db, "account.activated", viewer, subject_id=account.id)


def set_admin(db: Session, viewer: Viewer, account: Account, is_admin: bool) -> None:
    """Make an employee administrator, or no longer. Raises Invalid for the last one."""
    if account.is_admin == is_admin:
        return
    if not is_admin:
        _keep_an_admin(db, account)
    elif account.kind != "employee":
        raise Invalid({"is_admin": "not_valid"})
    account.is_admin = is_admin
    revoke(db, account, reason="rights_changed")
    activity.record(db, "account.admin_changed", viewer, subject_id=account.id, is_admin=is_admin)


def _keep_an_admin(db: Session, account: Account) -> None:
    """Raise Invalid for the last one. Two who remove each other at one time do it one after the other."""
    db.execute(select(Account.id).where(Account.is_admin).order_by(Account.id).with_for_update())
    others = select(func.count()).where(
        Account.is_admin, Account.status == "active", Account.id != account.id
    )
    if account.is_admin and not db.scalar(others.select_from(Account)):
        raise Invalid({"": "last_admin"})


def revoke(db: Session, account: Account, *, keep_session: int | None = None, reason: str = "") -> None:
    """End the account's sessions, tokens and all that tools hold for it. Every road to less access comes through here.

    With ``keep_session`` that one session and the tokens go on: each is its own key.
    """
    now = clock.now()
    db.execute(
        update(SignInSession)
        .where(
            SignInSession.account_id == account.id,
            SignInSession.ended_at.is_(None),
            SignInSession.id != (keep_session or 0),
        )
        .values(ended_at=now, ended_reason=reason)
    )
    if keep_session is None:
        db.execute(
            update(ApiToken)
            .where(ApiToken.account_id == account.id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        end_all(db, account.id)


# Who is it? ---------------------------------------------------------------------------------

#: The columns that a viewer is made of.
VIEWER = (
    Account.id,
    Account.kind,
    Account.firm_id,
    Account.is_admin,
    Account.name,
    Account.handle,
    Account.locale,
    Account.timezone,
    Account.photo,
    Account.seen_at,
)


def viewer_of(db: Session, account_id: int | None, default_timezone: str = "Europe/Berlin") -> Viewer:
    """The viewer that a stored account is now; ANONYMOUS if it may no longer do anything."""
    row = db.execute(select(*VIEWER).where(Account.id == (account_id or 0), usable(clock.now()))).first()
    return viewer_from(row, default_timezone) if row else ANONYMOUS


def usable(now: Any) -> ColumnElement[bool]:
    """May the account do anything at the moment ``now`` (a value, or a bound parameter)?"""
    return and_(Account.status == "active", or_(Account.ends_at.is_(None), Account.ends_at > now))


def may_prove(now: Any) -> ColumnElement[bool]:
    """May somebody show that this account is theirs? Also a guest whose time is over: to be told so."""
    over = and_(
        Account.kind == "guest",
        Account.status == "active",
        Account.ends_at <= now,
        Account.anonymised_at.is_(None),
    )
    return or_(usable(now), over)


def signs_in_here() -> ColumnElement[bool]:
    """May the account use Collab's own ways to sign in?

    Not if it is known to a provider that is the only way in for its people. Administrators always
    may: a broken provider must not lock them out.
    """
    bound = (
        select(Identity.id)
        .join(SignInProvider, SignInProvider.id == Identity.provider_id)
        .where(Identity.account_id == Account.id, SignInProvider.exclusive, SignInProvider.enabled)
    )
    return or_(Account.is_admin, ~bound.exists())


def viewer_from(row: Row[*tuple[Any, ...]], default_timezone: str) -> Viewer:
    """The viewer that a row with the columns ``VIEWER`` describes."""
    return Viewer(
        account_id=row.id,
        kind=row.kind,
        firm_id=row.firm_id,
        is_admin=row.is_admin,
        name=row.name,
        handle=row.handle,
        locale=row.locale,
        timezone=row.timezone or default_timezone,
        photo=row.photo,
    )


def digest(token: str) -> str:
    """Tokens are random enough that a plain hash keeps them secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def check_password(db: Session, email: str, password: str) -> int | None:
    """The account whose holder these prove, or None; as slow in every case. Its time may be over."""
    row = db.execute(
        select(Account.id, Password.hash)
        .join(Password, Password.account_id == Account.id)
        .where(Account.email_key == email_key(email), may_prove(clock.now()), signs_in_here())
    ).first()
    fits = matches(row.hash if row else None, password)
    return row.id if row and fits else None


def has_password(db: Session, viewer: Viewer, password: str) -> bool:
    """Is this the viewer's present password?"""
    kept = db.get(Password, viewer.me)
    return matches(kept.hash if kept else None, password)


def by_token(db: Session, token: str) -> Row[*tuple[Any, ...]] | None:
    """The account row, with ``scopes``, ``opens``, ``token_id`` and ``token_used_at``, that a bearer token or a feed's
    key stands for."""
    return prepared.ask(db, _BY_TOKEN, {"token": digest(token), "now": clock.now()}).first()


def _by_token() -> Select[*tuple[Any, ...]]:
    now: Any = bindparam("now")
    return (
        select(
            *VIEWER,
            ApiToken.scopes,
            ApiToken.opens,
            ApiToken.id.label("token_id"),
            ApiToken.used_at.label("token_used_at"),
        )
        .join(ApiToken, ApiToken.account_id == Account.id)
        .where(
            ApiToken.token_hash == bindparam("token"),
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now),
            usable(now),
        )
    )


#: Asked at every request of a program, so it is put together once.
_BY_TOKEN = _by_token()


def create_token(
    db: Session,
    viewer: Viewer,
    account: Account,
    name: str,
    scopes: Sequence[str],
    expires_at: datetime | None = None,
    opens: str | None = None,
) -> str:
    """A new token; this is the only time that it can be seen. Raises Invalid for unknown scopes.

    ``opens``: the one address (``without_key``) to which a feed's key leads.
    """
    if not text.clean_line(name):
        raise Invalid({"name": "required"})
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid({"scopes": "not_a_choice"}, expected=", ".join(SCOPES))
    alone = {"scim", "feed"} & set(scopes)  # each opens one door, and nothing else beside it
    if (alone and len(set(scopes)) > 1) or ({"admin", "scim"} & set(scopes) and not account.is_admin):
        raise Invalid({"scopes": "not_valid"})
    token = f"collab_{secrets.token_urlsafe(32)}"
    kept = ApiToken(
        token_hash=digest(token),
        account_id=account.id,
        name=text.clean_line(name)[:100],
        scopes=list(dict.fromkeys(scopes)),
        opens=opens,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    db.add(kept)
    db.flush()
    activity.record(db, "token.created", viewer, subject_id=account.id, name=kept.name, scopes=kept.scopes)
    return token


def set_locale(db: Session, viewer: Viewer, locale: str) -> None:
    """The viewer's own language from now on."""
    db.execute(update(Account).where(Account.id == viewer.me).values(locale=locale))

"""Sessions: rows, so that each can be listed, ended, and ended from afar."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from collab import clock, prepared, text
from collab.auth import throttle
from collab.auth.models import Account, SignInSession
from collab.auth.services import VIEWER, digest, may_prove, usable


@dataclass(frozen=True)
class Proof:
    """How somebody showed who they are. ``amr`` as in RFC 8176; ``hours`` is the provider's limit."""

    amr: list[str]
    identity_id: int | None = None
    op_sid: str | None = None
    #: The provider's ID token, sealed.
    id_token: str | None = None
    hours: int | None = None


@dataclass(frozen=True)
class Browser:
    """Where somebody signs in from."""

    ip: str = ""
    user_agent: str = ""

    @property
    def network(self) -> str:
        """What tries are counted by."""
        return throttle.network(self.ip)

    @property
    def told(self) -> dict[str, Any]:
        """As an event tells it."""
        return {"ip": self.ip, "user_agent": text.clean_line(self.user_agent)[:300]}


def start(db: Session, account_id: int, proof: Proof, browser: Browser, *, days: int) -> tuple[str, int]:
    """A new session for the account; answers the token for the cookie, and its number."""
    token, now = secrets.token_urlsafe(32), clock.now()
    life = timedelta(days=days)
    if proof.hours is not None:
        life = min(life, timedelta(hours=proof.hours))
    begun = SignInSession(
        token_hash=digest(token),
        account_id=account_id,
        created_at=now,
        seen_at=now,
        authenticated_at=now,
        expires_at=now + life,
        amr=proof.amr,
        identity_id=proof.identity_id,
        op_sid=proof.op_sid,
        id_token=proof.id_token,
        ip=browser.ip,
        user_agent=text.clean_line(browser.user_agent)[:300],
    )
    db.add(begun)
    db.flush()
    return token, begun.id


def renew(db: Session, session_id: int, amr: list[str]) -> str:
    """The person has shown again who they are: the same session, just proved, under another token."""
    session = db.get_one(SignInSession, session_id)
    token = secrets.token_urlsafe(32)
    session.token_hash = digest(token)
    session.authenticated_at = clock.now()
    session.amr = sorted({*session.amr, *amr})
    return token


def alive(now: Any, seen: Any, guest_seen: Any) -> ColumnElement[bool]:
    """Does the session still go on? About SignInSession and its Account.

    An employee must have been here after ``seen``, a guest after ``guest_seen``. All three are times, or
    bound parameters for them.
    """
    employee = and_(Account.kind == "employee", SignInSession.seen_at > seen)
    guest = and_(Account.kind == "guest", SignInSession.seen_at > guest_seen)
    return and_(
        SignInSession.ended_at.is_(None), SignInSession.expires_at > now, or_(employee, guest), usable(now)
    )


def by_cookie(
    db: Session, token: str, idle: timedelta, guest_idle: timedelta
) -> Row[*tuple[Any, ...]] | None:
    """The account row that a cookie stands for, with ``session_id``, ``session_seen``, ``authenticated_at``
    and ``looking_as_id``."""
    now = clock.now()
    asked = {"token": digest(token), "now": now, "seen": now - idle, "guest_seen": now - guest_idle}
    return prepared.ask(db, _BY_COOKIE, asked).first()


def _by_cookie() -> Select[*tuple[Any, ...]]:
    return (
        select(
            *VIEWER,
            SignInSession.id.label("session_id"),
            SignInSession.seen_at.label("session_seen"),
            SignInSession.authenticated_at,
            SignInSession.looking_as_id,
        )
        .join(SignInSession, SignInSession.account_id == Account.id)
        .where(
            SignInSession.token_hash == bindparam("token"),
            alive(bindparam("now"), bindparam("seen"), bindparam("guest_seen")),
        )
    )


#: Asked at every request, so it is put together once.
_BY_COOKIE = _by_cookie()


def over(db: Session, token: str, idle: timedelta) -> int | None:
    """The guest whose time has ended since this cookie was last used; None for anybody else's."""
    now = clock.now()
    by_end = SignInSession.ended_reason.in_(("guest_ended", "firm_ended"))
    ended = or_(SignInSession.ended_at.is_(None), by_end)
    return db.scalar(
        select(Account.id)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .where(
            SignInSession.token_hash == digest(token),
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - idle,
            ended,
            Account.kind == "guest",
            Account.ends_at <= now,
            may_prove(now),
        )
    )


def looked_at(db: Session, sponsor_id: int, guest_id: int) -> Row[*tuple[Any, ...]] | None:
    """The row of a guest whom this employee may look as now: their own guest, who could come in."""
    return prepared.ask(
        db, _LOOKED_AT, {"sponsor": sponsor_id, "guest": guest_id, "now": clock.now()}
    ).first()


def _looked_at() -> Select[*tuple[Any, ...]]:
    return select(*VIEWER).where(
        Account.id == bindparam("guest"),
        Account.kind == "guest",
        Account.sponsor_id == bindparam("sponsor"),
        usable(bindparam("now")),
    )


_LOOKED_AT = _looked_at()


def look_as(db: Session, session_id: int, guest_id: int | None) -> None:
    """From the next request on, the session sees what the guest sees; with None, no longer."""
    db.execute(update(SignInSession).where(SignInSession.id == session_id).values(looking_as_id=guest_id))


def end(
    db: Session, account_id: int, *, public_id: str | None = None, session_id: int | None = None, reason: str
) -> bool:
    """End one of the account's own sessions; False if there is no such one."""
    which = SignInSession.public_id == public_id if public_id else SignInSession.id == (session_id or 0)
    ended = db.execute(
        update(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None), which)
        .values(ended_at=clock.now(), ended_reason=reason)
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]

"""Tokens for one use: looking at one changes nothing, so that mail scanners use nothing up."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import OneTimeToken
from collab.auth.services import digest

#: What administrators bring as tables: forgotten as soon as it was used or ran out.
TABLES = ("accounts_table", "accounts_failed")


def issue(
    db: Session,
    purpose: str,
    account_id: int | None,
    life: timedelta,
    data: dict[str, Any] | None = None,
    *,
    alone: bool = True,
) -> str:
    """A new token: 43 letters, the base64url of 32 random bytes.

    Earlier ones of the account for the same purpose no longer work, unless not ``alone``.
    """
    return _add(db, purpose, account_id, life, data, alone)[1]


def promise(
    db: Session,
    purpose: str,
    account_id: int,
    life: timedelta,
    data: dict[str, Any] | None = None,
    *,
    alone: bool = True,
) -> int:
    """A row for a token that nobody has: whoever mails it makes it by ``fulfil``. Answers its number."""
    row, _token = _add(db, purpose, account_id, life, data, alone)
    db.flush()
    return row.id


def _add(
    db: Session,
    purpose: str,
    account_id: int | None,
    life: timedelta,
    data: dict[str, Any] | None,
    alone: bool,
) -> tuple[OneTimeToken, str]:
    now = clock.now()
    if account_id is not None and alone:
        withdraw(db, purpose, account_id)
    token = secrets.token_urlsafe(32)
    row = OneTimeToken(
        token_hash=digest(token),
        purpose=purpose,
        account_id=account_id,
        data=data or {},
        created_at=now,
        expires_at=now + life,
    )
    db.add(row)
    return row, token


def fulfil(db: Session, number: int) -> tuple[OneTimeToken, str] | None:
    """The token for a promised row, anew at each call: who tries again has the only one that works.

    None if the row was used, withdrawn or has run out meanwhile.
    """
    row = db.scalar(select(OneTimeToken).where(OneTimeToken.id == number, _works()))
    if row is None:
        return None
    token = secrets.token_urlsafe(32)
    row.token_hash = digest(token)
    return row, token


def _works() -> Any:
    return and_(OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > clock.now())


def look(db: Session, purpose: str, token: str) -> OneTimeToken | None:
    """The token's row if it would still work. Changes nothing."""
    return db.scalar(
        select(OneTimeToken).where(
            OneTimeToken.token_hash == digest(token), OneTimeToken.purpose == purpose, _works()
        )
    )


def use(db: Session, purpose: str, token: str) -> OneTimeToken | None:
    """Use the token up; None if it does not work (any more). Of two who use it, one gets it."""
    found = look(db, purpose, token)
    if found is None:
        return None
    taken = db.execute(
        update(OneTimeToken)
        .where(OneTimeToken.id == found.id, OneTimeToken.used_at.is_(None))
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return found if taken.rowcount else None  # type: ignore[attr-defined]


def withdraw(db: Session, purpose: str, account_id: int) -> None:
    """The account's tokens for this purpose no longer work."""
    db.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.account_id == account_id,
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )


def forget_old(db: Session) -> None:
    """What ran out is not kept for longer than a month, and what was nobody's not for an hour.

    Called by the worker.
    """
    now = clock.now()
    nobodys = and_(OneTimeToken.account_id.is_(None), OneTimeToken.expires_at < now - timedelta(hours=1))
    table = and_(
        OneTimeToken.purpose.in_(TABLES),
        or_(OneTimeToken.used_at.is_not(None), OneTimeToken.expires_at < now),
    )
    old = OneTimeToken.expires_at < now - timedelta(days=30)
    db.execute(delete(OneTimeToken).where(or_(nobodys, table, old)))

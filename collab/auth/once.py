"""Tokens for one use: looking at one changes nothing, so that mail scanners use nothing up."""

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import OneTimeToken
from collab.auth.services import digest


def issue(
    db: Session, purpose: str, account_id: int | None, life: timedelta, data: dict[str, Any] | None = None
) -> str:
    """A new token; earlier ones of the account for the same purpose no longer work."""
    now = clock.now()
    if account_id is not None:
        withdraw(db, purpose, account_id)
    token = secrets.token_urlsafe(32)
    db.add(
        OneTimeToken(
            token_hash=digest(token),
            purpose=purpose,
            account_id=account_id,
            data=data or {},
            created_at=now,
            expires_at=now + life,
        )
    )
    return token


def look(db: Session, purpose: str, token: str) -> OneTimeToken | None:
    """The token's row if it would still work. Changes nothing."""
    return db.scalar(
        select(OneTimeToken).where(
            OneTimeToken.token_hash == digest(token),
            OneTimeToken.purpose == purpose,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > clock.now(),
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
    """What ran out is not kept for longer than a month. Called by the worker."""
    db.execute(delete(OneTimeToken).where(OneTimeToken.expires_at < clock.now() - timedelta(days=30)))

"""Journeys to a provider and back: begun in one browser, ended once in the same one."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, sessionmaker

from collab import clock
from collab.auth.providers.models import SignInAttempt
from collab.auth.providers.refusals import Refused
from collab.auth.services import digest

LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class Begun:
    """What goes to the provider. ``browser`` is the secret for the browser's cookie."""

    state: str
    nonce: str
    verifier: str
    browser: str


def fresh(browser: str | None) -> Begun:
    """New secrets for a journey. ``browser`` is the cookie that there is, so that two tabs both arrive."""
    kept = browser if browser and 20 <= len(browser) <= 100 else secrets.token_urlsafe(32)
    return Begun(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), kept)


def note(
    db: Session, begun: Begun, provider_id: int, *, purpose: str, next_path: str, account_id: int | None
) -> None:
    """Remember a journey that begins now."""
    now = clock.now()
    db.add(
        SignInAttempt(
            state_hash=digest(begun.state),
            browser_hash=digest(begun.browser),
            provider_id=provider_id,
            nonce=begun.nonce,
            code_verifier=begun.verifier,
            purpose=purpose,
            next_path=next_path,
            account_id=account_id,
            created_at=now,
            expires_at=now + LIFE,
        )
    )


def take(
    write: sessionmaker[Session], provider_id: int, state: str | None, browser: str | None
) -> SignInAttempt:
    """The journey that ends here, used up in a transaction of its own whatever follows.

    Raises Refused for one that is unknown, of another provider or browser, over, or used.
    """
    with write.begin() as db:
        found = db.scalar(select(SignInAttempt).where(SignInAttempt.state_hash == digest(state or "")))
        why = _wrong(found, provider_id, browser)
        if found is None or why:
            raise Refused("sign_in_not_started_here", why)
        taken = db.execute(
            update(SignInAttempt)
            .where(SignInAttempt.id == found.id, SignInAttempt.used_at.is_(None))
            .values(used_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        if not taken.rowcount:  # type: ignore[attr-defined]
            raise Refused("sign_in_not_started_here", "used")
        db.expunge(found)
    return found


def _wrong(found: SignInAttempt | None, provider_id: int, browser: str | None) -> str:
    if found is None:
        return "unknown"
    if found.provider_id != provider_id:
        return "other_provider"
    if not hmac.compare_digest(found.browser_hash, digest(browser or "")):
        return "other_browser"
    if found.used_at is not None:
        return "used"
    return "over" if found.expires_at <= clock.now() else ""


def forget_old(db: Session) -> None:
    """Journeys that are over are not kept for longer than a day. Called by the worker."""
    db.execute(delete(SignInAttempt).where(SignInAttempt.expires_at < clock.now() - timedelta(days=1)))

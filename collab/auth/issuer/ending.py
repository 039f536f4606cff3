"""The end of what tools hold for an account or a sign-in. Knows nothing but the tables."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.issuer.models import OAuthCode, OAuthConsent, OAuthToken


def end_family(db: Session, family: str) -> None:
    """A code and all that came of it work no more (RFC 9700, 4.14.2)."""
    _end(db, family=family)


def end_all(db: Session, account_id: int) -> None:
    """All codes, tokens and consents of an account: no tool gets anything more about it."""
    _end(db, account_id=account_id)
    db.execute(delete(OAuthConsent).where(OAuthConsent.account_id == account_id))


def end_tool(db: Session, client_id: int, account_id: int | None = None) -> None:
    """All codes and tokens of a tool, or only those that it holds for one account."""
    if account_id is None:
        _end(db, client_id=client_id)
    else:
        _end(db, client_id=client_id, account_id=account_id)


def _end(db: Session, **which: int | str) -> None:
    now = clock.now()
    db.execute(update(OAuthCode).filter_by(**which, used_at=None).values(used_at=now))
    db.execute(update(OAuthToken).filter_by(**which, revoked_at=None).values(revoked_at=now))

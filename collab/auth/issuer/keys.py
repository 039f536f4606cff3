"""Keys for ID tokens: the next one is published before it signs, the last one after.

Tools keep what they read at ``jwks_uri`` for hours. So a key stands there for at least a day
before the first token bears its signature, and as long as somebody may come with such a token.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from joserfc.jwk import RSAKey
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.activity.outbox import Context
from collab.auth import sealed
from collab.auth.issuer.models import SigningKey
from collab.viewer import ANONYMOUS, Viewer

ALGORITHM = "RS256"
LIFE, AHEAD = timedelta(days=90), timedelta(hours=24)


@dataclass(frozen=True)
class Key:
    """A key pair, opened."""

    kid: str
    status: str
    pair: RSAKey

    def public(self) -> dict[str, Any]:
        """The JWK as everybody may read it (RFC 7517)."""
        return dict(self.pair.as_dict(private=False))


def _open(secret: str, private_key: str) -> RSAKey | None:
    opened = sealed.unseal(secret, private_key)
    return _pair(opened) if opened else None


@lru_cache(maxsize=16)
def _pair(opened: str) -> RSAKey:
    """The key pair. It is kept: reading one, with all that is checked, takes longer than a page."""
    found: dict[str, Any] = json.loads(opened)
    return RSAKey.import_key(found)


def _stored(db: Session, secret: str) -> list[Key]:
    rows = db.scalars(select(SigningKey).order_by(SigningKey.id)).all()
    opened = [(row, _open(secret, row.private_key)) for row in rows]
    return [Key(row.kid, row.status, pair) for row, pair in opened if pair is not None]


def published(context: Context) -> list[Key]:
    """All keys that tools are to know. Makes the first ones; in transactions of its own."""
    secret = context.settings.key
    with context.read() as db:
        found = _stored(db, secret)
    if {"active", "next"} <= {key.status for key in found}:
        return found
    try:
        with context.write.begin() as db:
            ensure(db, secret)
    except IntegrityError:  # another process made them at the same time
        pass
    with context.read() as db:
        return _stored(db, secret)


def signing(keys: list[Key]) -> Key:
    """The key that signs now."""
    return next(key for key in keys if key.status == "active")


def ensure(db: Session, secret: str) -> None:
    """See to it that one key signs and one is next. Those of another secret key are of no use."""
    usable = {key.kid for key in _stored(db, secret)}
    db.execute(delete(SigningKey).where(SigningKey.kid.not_in(usable)))
    there = set(db.scalars(select(SigningKey.status)))
    for status in {"active", "next"} - there:
        _add(db, secret, status)
    db.flush()


def new_pair() -> RSAKey:
    """A key pair that nobody has."""
    return RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, private=True, auto_kid=True)


def _add(db: Session, secret: str, status: str) -> None:
    jwk, now = dict(new_pair().as_dict(private=True)), clock.now()
    sealed_key = sealed.seal(secret, json.dumps(jwk))
    db.add(
        SigningKey(
            kid=str(jwk["kid"]), status=status, private_key=sealed_key, created_at=now, status_since=now
        )
    )


def rotate(db: Session, viewer: Viewer, secret: str, *, withdraw: bool = False) -> None:
    """The next key signs from now on, and a new one is published for later.

    ``withdraw``: nobody is to believe the old one any more, from this second on.
    """
    ensure(db, secret)
    kept = {row.status: row for row in db.scalars(select(SigningKey).where(SigningKey.status != "retiring"))}
    now = clock.now()
    if withdraw:
        db.delete(kept["active"])
    else:
        kept["active"].status, kept["active"].status_since = "retiring", now
    db.flush()
    kept["next"].status, kept["next"].status_since = "active", now
    db.flush()
    _add(db, secret, "next")
    db.flush()
    activity.record(db, "signing_keys.rotated", viewer, reason="withdrawn" if withdraw else "")


def tend(db: Session, secret: str, keep: timedelta) -> None:
    """Housekeeping: rotate when it is time; forget keys that retired ``keep`` ago."""
    now = clock.now()
    db.execute(
        delete(SigningKey).where(SigningKey.status == "retiring", SigningKey.status_since < now - keep)
    )
    kept = {row.status: row for row in db.scalars(select(SigningKey))}
    active, following = kept.get("active"), kept.get("next")
    if active and following and active.status_since < now - LIFE and following.created_at < now - AHEAD:
        rotate(db, ANONYMOUS, secret)

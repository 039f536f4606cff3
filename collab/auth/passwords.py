"""Passwords: argon2id with the parameters of OWASP's password storage cheat sheet."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account, Password
from collab.errors import Invalid

SHORTEST, LONGEST = 10, 1000
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Verified when there is no account, so that an unknown address takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody has this password")
_COMMON = frozenset(
    (
        "1234567890",
        "0123456789",
        "password12",
        "password123",
        "passwort12",
        "passwort123",
        "qwertyuiop",
        "qwertzuiop",
    )
)


def set_password(db: Session, account: Account, password: str) -> None:
    """Give the account a password. Raises Invalid for one that is too short or too common."""
    if len(password) < SHORTEST:
        raise Invalid({"password": "too_short"}, min=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid({"password": "too_long"}, max=LONGEST)
    if password.lower() in _COMMON or len(set(password)) < 4:
        raise Invalid({"password": "common_password"})
    kept = db.get(Password, account.id)
    if kept is None:
        kept = Password(account_id=account.id)
        db.add(kept)
    kept.hash, kept.changed_at = _hasher.hash(password), clock.now()


def matches(kept: str | None, password: str) -> bool:
    """Is ``password`` the one that ``kept`` was made from? As slow for None as for a hash."""
    try:
        _hasher.verify(kept or _NOBODY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None

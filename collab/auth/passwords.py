"""Passwords: argon2id with the parameters of OWASP's password storage cheat sheet.

Length counts and being hard to guess, not what a password is made of (NIST SP 800-63B, 3.1.1.2).
"""

import re
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from collab import clock
from collab.auth.models import Account, Firm, Password
from collab.errors import Invalid

SHORTEST, LONGEST = 12, 1000
#: Of 0 to 4; 3 is beyond 10**8 guesses.
STRONG = 3
#: What zxcvbn looks at; its time grows faster than the length.
LOOKED_AT = 100
#: So many characters have to be more than names that others know of the person.
OWN = 6
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: Verified when there is no account, so that an unknown address takes as long as a wrong password.
_NOBODY = _hasher.hash("nobody has this password")


def check_strength(password: str, about: Iterable[str] = ()) -> None:
    """Raise Invalid for a password that is too short, too long or easy to guess.

    ``about`` is what others know of the person: name, address, company.
    """
    if len(password) < SHORTEST:
        raise Invalid({"password": "password_too_short"}, min=SHORTEST)
    if len(password) > LONGEST:
        raise Invalid({"password": "too_long"}, max=LONGEST)
    known = {
        "collab",
        *(word.lower() for text in about for word in re.split(r"[\W_]+", text) if len(word) > 2),
    }
    found = zxcvbn(password[:LOOKED_AT], user_inputs=list(known), max_length=LOOKED_AT)
    if found["score"] < STRONG or len(_without(password, known)) < OWN:
        raise Invalid({"password": "common_password"})


def _without(password: str, known: Iterable[str]) -> str:
    """What is left of a password without words that others know of the person."""
    left = password.lower()
    for word in sorted(known, key=len, reverse=True):
        left = left.replace(word, "")
    return left


def set_password(db: Session, account: Account, password: str) -> None:
    """Give the account a password. Raises Invalid for one that is too short or easy to guess."""
    firm = db.get(Firm, account.firm_id) if account.firm_id else None
    about = [account.name, account.handle, account.email or "", firm.name if firm else ""]
    check_strength(password, about)
    keep_password(db, account, password)


def keep_password(db: Session, account: Account, password: str) -> None:
    """Give the account this password, however weak. For what nobody chose, such as the demo's."""
    kept = db.get(Password, account.id)
    if kept is None:
        kept = Password(account_id=account.id)
        db.add(kept)
    kept.hash, kept.changed_at = _hasher.hash(password), clock.now()


def hashed(password: str) -> str:
    """What is kept of a password that belongs to no account, for ``matches``."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Is ``password`` the one that ``kept`` was made from? As slow for None as for a hash."""
    try:
        _hasher.verify(kept or _NOBODY, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None

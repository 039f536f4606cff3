"""The address behind which all mails about followed searches end, without signing in.

It names the account and proves that we wrote it, so nothing has to be kept, and every mail that was
ever sent has the same. Looking at it changes nothing: programs that follow links in mails do only that.
"""

import hashlib
import hmac

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from collab.auth.models import Account
from collab.errors import NotFound
from collab.search.models import SavedSearch


def path(key: str, public_id: str) -> str:
    """Where this person's mails end."""
    return f"/search/stop/{public_id}{_proof(key, public_id)}"


def _proof(key: str, public_id: str) -> str:
    return hmac.new(key.encode(), f"stop following {public_id}".encode(), hashlib.sha256).hexdigest()[:40]


def account_of(db: Session, key: str, token: str) -> int:
    """The account that the end of an address names. NotFound for what we did not write."""
    public_id, proof = token[:-40], token[-40:]
    if not hmac.compare_digest(_proof(key, public_id).encode(), proof.encode()):
        raise NotFound
    found = db.scalar(select(Account.id).where(Account.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def stop(db: Session, account_id: int) -> None:
    """The account follows no search any more. May be done again."""
    following = update(SavedSearch).where(SavedSearch.account_id == account_id, SavedSearch.followed)
    db.execute(following.values(followed=False, told=None))

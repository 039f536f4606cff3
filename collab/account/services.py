"""What people may change about themselves."""

from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.account.forms import Profile
from collab.auth import services as accounts
from collab.auth import sessions
from collab.auth.methods import mailed
from collab.auth.models import Account, ApiToken, Password, SignInSession
from collab.auth.passwords import set_password
from collab.auth.providers.models import Identity, SignInProvider
from collab.auth.sessions import Browser
from collab.errors import Invalid, NotFound
from collab.viewer import Viewer


def own(db: Session, viewer: Viewer) -> Account:
    """The viewer's account."""
    return db.get_one(Account, viewer.me)


def change_profile(db: Session, viewer: Viewer, profile: Profile) -> None:
    """Take over what the person says of themself."""
    account = own(db, viewer)
    for name, value in profile.model_dump().items():
        setattr(account, name, value)
    activity.record(db, "account.changed", viewer, subject_id=account.id)


def change_photo(db: Session, viewer: Viewer, sha256: str | None) -> None:
    """The picture in the storage under ``sha256`` is the person's from now on; None for none."""
    own(db, viewer).photo = sha256
    activity.record(db, "account.changed", viewer, subject_id=viewer.me)


def check_present(db: Session, viewer: Viewer, current: str) -> None:
    """Raise Invalid if ``current`` is not the person's present password."""
    if not accounts.has_password(db, viewer, current):
        raise Invalid({"current": "wrong_password"})


def password_of(db: Session, viewer: Viewer) -> Password | None:
    """The row of the person's password, for when it was set."""
    return db.get(Password, viewer.me)


def change_password(
    db: Session, viewer: Viewer, password: str, session_id: int | None, here: Browser
) -> None:
    """Set a new password and end all other sessions. Tokens go on working: each is its own key."""
    account = own(db, viewer)
    set_password(db, account, password)
    accounts.revoke(db, account, keep_session=session_id or -1, reason="password_changed")
    mailed.withdraw_all(db, account.id)
    activity.record(db, "account.password_changed", viewer, subject_id=account.id, **here.told)


def open_sessions(db: Session, viewer: Viewer) -> list[Row[*tuple[Any, ...]]]:
    """Where the person is signed in, the latest use first, each with its provider's label if it has one."""
    settled = select(SignInSession, SignInProvider.label)
    found = db.execute(
        settled.outerjoin(Identity, Identity.id == SignInSession.identity_id)
        .outerjoin(SignInProvider, SignInProvider.id == Identity.provider_id)
        .where(
            SignInSession.account_id == viewer.me,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > clock.now(),
        )
        .order_by(SignInSession.seen_at.desc())
        .limit(100)
    )
    return list(found)


def tokens(db: Session, viewer: Viewer) -> list[ApiToken]:
    """The person's tokens that still work, the newest first."""
    found = db.scalars(
        select(ApiToken)
        .where(
            ApiToken.account_id == viewer.me,
            ApiToken.revoked_at.is_(None),
            or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > clock.now()),
        )
        .order_by(ApiToken.id.desc())
        .limit(100)
    )
    return list(found)


def end_other_sessions(db: Session, viewer: Viewer, session_id: int | None) -> None:
    """Sign the person out everywhere but here."""
    accounts.revoke(db, own(db, viewer), keep_session=session_id or -1, reason="ended")
    activity.record(db, "session.others_ended", viewer, subject_id=viewer.me)


def end_session(db: Session, viewer: Viewer, public_id: str) -> None:
    """Sign the person out of one browser. NotFound if it is not one of theirs."""
    if not sessions.end(db, viewer.me, public_id=public_id, reason="ended"):
        raise NotFound
    activity.record(db, "session.ended", viewer, subject_id=viewer.me)


def revoke_token(db: Session, viewer: Viewer, public_id: str) -> None:
    """Take a token back. NotFound if it is not one of theirs."""
    ended = db.execute(
        update(ApiToken)
        .where(
            ApiToken.account_id == viewer.me,
            ApiToken.public_id == public_id,
            ApiToken.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )
    if not ended.rowcount:  # type: ignore[attr-defined]
        raise NotFound
    activity.record(db, "token.revoked", viewer, subject_id=viewer.me)

"""Reading about tools: whose they are, who uses them, what is whose."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import false, func, or_, select, true
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.issuer.models import OAuthClient, OAuthClientSession, OAuthConsent, OAuthToken
from collab.auth.models import Account, SignInSession
from collab.errors import NotFound
from collab.viewer import Viewer

Rows = Sequence[Any]


def session_of(db: Session, sid: str, client: OAuthClient) -> int | None:
    """The session that a tool knows by this name."""
    return db.scalar(
        select(OAuthClientSession.session_id).where(
            OAuthClientSession.sid == sid, OAuthClientSession.client_id == client.id
        )
    )


def all_tools(db: Session, viewer: Viewer) -> Rows:
    """All tools with the number of people who signed in to them, for administrators."""
    people = func.count(func.distinct(SignInSession.account_id)).label("people")
    return db.execute(
        select(OAuthClient, people)
        .outerjoin(OAuthClientSession, OAuthClientSession.client_id == OAuthClient.id)
        .outerjoin(SignInSession, SignInSession.id == OAuthClientSession.session_id)
        .where(_for_admins(viewer))
        .group_by(OAuthClient.id)
        .order_by(func.lower(OAuthClient.name), OAuthClient.id)
    ).all()


def tool(db: Session, viewer: Viewer, public_id: str) -> OAuthClient:
    """One tool; NotFound if there is none, and for everybody but administrators."""
    found = db.scalar(select(OAuthClient).where(OAuthClient.public_id == public_id, _for_admins(viewer)))
    if found is None:
        raise NotFound
    return found


def _for_admins(viewer: Viewer) -> Any:
    return true() if viewer.is_admin else false()


def users(db: Session, viewer: Viewer, client: OAuthClient, limit: int) -> Rows:
    """Who signed in to the tool, the latest first, for administrators."""
    latest = func.max(OAuthClientSession.created_at).label("latest")
    return db.execute(
        select(Account.public_id, Account.name, Account.handle, Account.photo, Account.kind, latest)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .join(OAuthClientSession, OAuthClientSession.session_id == SignInSession.id)
        .join(OAuthClient, OAuthClient.id == OAuthClientSession.client_id)
        .where(OAuthClient.id == client.id, _for_admins(viewer))
        .group_by(Account.id)
        .order_by(latest.desc())
        .limit(limit)
    ).all()


def undelivered(db: Session, viewer: Viewer, client: OAuthClient) -> int:
    """How many ends of sign-ins the tool could not be told of, for administrators."""
    return (
        db.scalar(
            select(func.count())
            .select_from(OAuthClientSession)
            .join(OAuthClient, OAuthClient.id == OAuthClientSession.client_id)
            .where(
                OAuthClient.id == client.id,
                OAuthClientSession.told_at.is_(None),
                OAuthClientSession.tries > 0,
                _for_admins(viewer),
            )
        )
        or 0
    )


def mine(db: Session, viewer: Viewer) -> Rows:
    """The tools that the viewer signed in to or let know something, with what and since when."""
    signed_in = (
        select(OAuthClientSession.client_id, func.max(OAuthClientSession.created_at).label("latest"))
        .join(SignInSession, SignInSession.id == OAuthClientSession.session_id)
        .where(SignInSession.account_id == viewer.me, OAuthClientSession.told_at.is_(None))
        .where(OAuthClientSession.due_at.is_(None), OAuthClientSession.tries == 0)
        .where(SignInSession.ended_at.is_(None), SignInSession.expires_at > clock.now())
        .group_by(OAuthClientSession.client_id)
        .subquery()
    )
    absent = _absent(viewer)
    return db.execute(
        select(
            OAuthClient,
            OAuthConsent.scopes,
            OAuthConsent.granted_at,
            signed_in.c.latest,
            absent.label("absent"),
        )
        .outerjoin(
            OAuthConsent,
            (OAuthConsent.client_id == OAuthClient.id) & (OAuthConsent.account_id == viewer.me),
        )
        .outerjoin(signed_in, signed_in.c.client_id == OAuthClient.id)
        .where(
            OAuthClient.disabled_at.is_(None),
            or_(OAuthConsent.id.is_not(None), signed_in.c.latest.is_not(None), absent),
        )
        .order_by(func.lower(OAuthClient.name), OAuthClient.id)
    ).all()


def _absent(viewer: Viewer) -> Any:
    """Does the tool hold a token for when the viewer is not there?"""
    return (
        select(OAuthToken.id)
        .where(
            OAuthToken.client_id == OAuthClient.id,
            OAuthToken.account_id == viewer.me,
            OAuthToken.kind == "refresh",
            OAuthToken.revoked_at.is_(None),
            OAuthToken.used_at.is_(None),
            OAuthToken.expires_at > clock.now(),
        )
        .correlate(OAuthClient)
        .exists()
    )


def my_tool(db: Session, viewer: Viewer, public_id: str) -> OAuthClient:
    """One of the viewer's tools; NotFound for others."""
    found: OAuthClient | None = next(
        (row[0] for row in mine(db, viewer) if row[0].public_id == public_id), None
    )
    if found is None:
        raise NotFound
    return found

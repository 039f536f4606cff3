"""What happens between people and tools: consent, codes, sign-ins, withdrawal. Never commits."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth import once
from collab.auth.issuer import ending
from collab.auth.issuer.asking import Wish
from collab.auth.issuer.models import OAuthClient, OAuthClientSession, OAuthCode, OAuthConsent
from collab.auth.models import SignInSession
from collab.auth.services import digest
from collab.errors import NotFound, Unauthorized
from collab.viewer import Viewer

CODE_LIVES = timedelta(seconds=60)
PARKED_FOR = timedelta(hours=1)
PARKED = "authorization"
Row = TypeVar("Row", OAuthConsent, OAuthClientSession)


def is_welcome(viewer: Viewer, wish: Wish) -> bool:
    """Does the tool let people like the viewer in at all?"""
    return viewer.is_employee or wish.client.allows_guests


def needs_consent(db: Session, viewer: Viewer, wish: Wish) -> bool:
    """Has the person still to be asked whether the tool may know what it asks for?"""
    if wish.prompts & {"consent", "select_account"}:
        return True
    if wish.client.trusted:
        return False
    known = _consent(db, viewer, wish.client.id)
    return known is None or not set(wish.scopes) <= set(known.scopes)


def _consent(db: Session, viewer: Viewer, client_id: int) -> OAuthConsent | None:
    return db.scalar(
        select(OAuthConsent).where(OAuthConsent.account_id == viewer.me, OAuthConsent.client_id == client_id)
    )


def allow(db: Session, viewer: Viewer, wish: Wish) -> None:
    """The viewer lets the tool know what it asked for, from now on."""
    known = _consent(db, viewer, wish.client.id) or _first(
        db,
        OAuthConsent(account_id=viewer.me, client_id=wish.client.id, scopes=[], granted_at=clock.now()),
        lambda: _consent(db, viewer, wish.client.id),
    )
    if not set(wish.scopes) <= set(known.scopes):
        known.scopes = [*known.scopes, *(name for name in wish.scopes if name not in known.scopes)]
        known.granted_at = clock.now()
        _record(db, "tool.allowed", viewer, wish.client, fields=known.scopes)


def _first(db: Session, row: Row, find: Callable[[], Row | None]) -> Row:
    """The row added, or the one that another window has added at this very moment."""
    try:
        with db.begin_nested():
            db.add(row)
    except IntegrityError:
        found = find()
        if found is None:
            raise
        return found
    return row


def issue_code(db: Session, viewer: Viewer, session_id: int, wish: Wish) -> str:
    """A code with which the tool gets its tokens, for this browser's session.

    Raises Unauthorized if the session has ended meanwhile.
    """
    session = db.scalar(
        select(SignInSession).where(
            SignInSession.id == session_id,
            SignInSession.account_id == viewer.me,
            SignInSession.ended_at.is_(None),
        )
    )
    if session is None:
        raise Unauthorized
    code, now = secrets.token_urlsafe(32), clock.now()
    at_tool = _at_tool(db, viewer, session.id, wish.client)
    db.add(
        OAuthCode(
            code_hash=digest(code),
            family=secrets.token_urlsafe(16),
            client_id=wish.client.id,
            account_id=viewer.me,
            client_session_id=at_tool.id,
            redirect_uri=wish.redirect_uri,
            scopes=list(wish.scopes),
            nonce=wish.params.get("nonce", ""),
            code_challenge=wish.params["code_challenge"],
            claims={"auth_time": int(session.authenticated_at.timestamp()), "amr": session.amr},
            created_at=now,
            expires_at=now + CODE_LIVES,
        )
    )
    return code


def _at_tool(db: Session, viewer: Viewer, session_id: int, client: OAuthClient) -> OAuthClientSession:
    """This session's sign-in at the tool; begun anew, under a new name, once the tool was told of its end."""
    found = _known(db, session_id, client.id)
    if found is not None and found.told_at is None and found.due_at is None and not found.tries:
        return found
    sid, now = secrets.token_urlsafe(16), clock.now()
    if found is None:
        fresh = OAuthClientSession(
            session_id=session_id, client_id=client.id, sid=sid, created_at=now, tries=0
        )
        found = _first(db, fresh, lambda: _known(db, session_id, client.id))
        if found is not fresh:
            return found
    else:
        found.sid, found.created_at = sid, now
        found.told_at, found.due_at, found.tries = None, None, 0
    db.flush()
    _record(db, "tool.signed_in", viewer, client)
    return found


def _known(db: Session, session_id: int, client_id: int) -> OAuthClientSession | None:
    return db.scalar(
        select(OAuthClientSession).where(
            OAuthClientSession.session_id == session_id, OAuthClientSession.client_id == client_id
        )
    )


def park(db: Session, viewer: Viewer, params: dict[str, str]) -> str:
    """Keep a request for an hour; the ticket finds it again. For whoever is signed in now."""
    data = {"params": params, "account": viewer.account_id}
    return once.issue(db, PARKED, None, PARKED_FOR, data)


def parked(db: Session, ticket: str) -> tuple[dict[str, str], int | None]:
    """A request that was kept, and for whom. Raises NotFound if there is none any more."""
    found = once.look(db, PARKED, ticket)
    if found is None:
        raise NotFound
    return dict(found.data["params"]), found.data["account"]


def address(params: dict[str, str]) -> str:
    """Our own address for a request."""
    return f"/oauth/authorize?{urlencode(params)}"


def withdraw(db: Session, viewer: Viewer, client: OAuthClient) -> None:
    """The tool gets nothing more about the viewer, and is told that its sign-ins have ended."""
    ending.end_tool(db, client.id, viewer.me)
    db.execute(
        delete(OAuthConsent).where(OAuthConsent.account_id == viewer.me, OAuthConsent.client_id == client.id)
    )
    mine = select(SignInSession.id).where(SignInSession.account_id == viewer.me)
    db.execute(
        update(OAuthClientSession)
        .where(
            OAuthClientSession.client_id == client.id,
            OAuthClientSession.session_id.in_(mine),
            OAuthClientSession.told_at.is_(None),
        )
        .values(due_at=clock.now())
    )
    _record(db, "tool.withdrawn", viewer, client)


def _record(db: Session, kind: str, viewer: Viewer, client: OAuthClient, **more: Any) -> None:
    activity.record(db, kind, viewer, subject_id=viewer.account_id, name=client.name, **more)

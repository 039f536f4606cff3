"""Who asks, for each request: from the session's cookie, a bearer token, or a feed's key.

Flask-Login asks ``_person`` at each request and keeps nothing itself: what it would put into
Flask's signed cookie could not be taken back.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from flask import Flask, Request, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from collab import clock
from collab.auth import sessions
from collab.auth.models import Account, ApiToken, SignInSession
from collab.auth.services import by_token, viewer_from
from collab.viewer import Viewer
from collab.web import cookies
from collab.web.doors import for_programs
from collab.web.request import SAFE, become, context, reading
from collab.web.urls import without_key

TOUCH_AFTER = timedelta(minutes=5)
VISIT_ENDS = timedelta(minutes=30)
#: Scopes for one door each: feeds, and the company's directory.
OWN_DOOR = frozenset({"feed", "scim"})
#: What the addresses of feeds end with.
FEEDS = ("feed.atom", "feed.ics")


@dataclass
class SignedIn(UserMixin):  # type: ignore[misc] # Flask-Login has no types
    """A person together with how they got in."""

    viewer: Viewer
    session_id: int | None
    scopes: list[str] | None
    #: When they last proved who they are; None for tokens, which are a proof each.
    authenticated_at: datetime | None = None

    def get_id(self) -> str:
        return str(self.viewer.account_id)


def cookie_name() -> str:
    """The cookie that holds the session's token."""
    return cookies.own("collab")


def _person(asked: Request) -> SignedIn | None:
    scheme, _, bearer = asked.headers.get("Authorization", "").partition(" ")
    if asked.path.startswith("/scim/"):  # the directory's own door: no cookie and no other token opens it
        return _by_token(bearer.strip(), "scim") if scheme.lower() == "bearer" else None
    if scheme.lower() == "bearer":
        return _by_token(bearer.strip()) if _for_programs(asked) else None
    if asked.path.endswith(FEEDS) and asked.args.get("key"):
        address = without_key(asked.path, asked.args.items(multi=True))
        return _by_token(asked.args["key"], "feed", address)
    if for_programs(current_app, asked.endpoint):
        return None
    token = asked.cookies.get(cookie_name())
    return _by_cookie(token) if token else None


def _for_programs(asked: Request) -> bool:
    """The API, and the files that it names."""
    return asked.path.startswith("/api/") or (asked.path.startswith("/entries/") and asked.method in SAFE)


def _by_token(token: str, own_door: str = "", feed: str = "") -> SignedIn | None:
    """Tokens with a scope of ``OWN_DOOR`` open that door alone, and no other token opens it.

    Of feeds, a key opens the one that it was made for; one that was made for none, those of the blog.
    """
    row = by_token(reading(), token)
    if row is None or OWN_DOOR & set(row.scopes) != ({own_door} if own_door else set()):
        return None
    if own_door == "feed" and not (feed == row.opens if row.opens else feed.startswith("/blog/")):
        return None
    now = clock.now()
    if row.token_used_at is None or row.token_used_at < now - TOUCH_AFTER:
        _note(lambda db: _touch_token(db, row.token_id, now))
    person = viewer_from(row, context().settings.default_timezone)
    return SignedIn(person, None, ["read"] if own_door == "feed" else row.scopes)


def _touch_token(db: Session, token_id: int, now: datetime) -> None:
    token = db.get(ApiToken, token_id)
    if token is not None:
        token.used_at = now


def _by_cookie(token: str) -> SignedIn | None:
    settings = context().settings
    row = sessions.by_cookie(
        reading(),
        token,
        timedelta(hours=settings.session_idle_hours),
        timedelta(hours=settings.guest_session_idle_hours),
    )
    if row is None:
        g.ended_guest = sessions.over(reading(), token, timedelta(hours=settings.guest_session_idle_hours))
        return None
    now = clock.now()
    if row.session_seen < now - TOUCH_AFTER or row.seen_at is None:
        _note(lambda db: _touch(db, row.id, row.session_id, row.seen_at, now))
    person = viewer_from(row, settings.default_timezone)
    if row.looking_as_id is not None:
        person = _looking(person, row.session_id, row.looking_as_id)
    return SignedIn(person, row.session_id, None, row.authenticated_at)


def _looking(sponsor: Viewer, session_id: int, guest_id: int) -> Viewer:
    """The guest, as whom the sponsor looks, in the sponsor's language; the sponsor, where that is over."""
    row = sessions.looked_at(reading(), sponsor.me, guest_id) if sponsor.is_employee else None
    if row is None:
        _note(lambda db: sessions.look_as(db, session_id, None))
        return sponsor
    guest = viewer_from(row, sponsor.timezone)
    return replace(guest, locale=sponsor.locale, timezone=sponsor.timezone, looker=sponsor)


def _note(write: Callable[[Session], None]) -> None:
    """Bookkeeping of its own about who came, not worth failing a request for."""
    try:
        with context().write.begin() as db:
            write(db)
    except OperationalError:
        return


def _touch(db: Session, account_id: int, session_id: int, seen: datetime | None, now: datetime) -> None:
    """Note that the session is in use."""
    session = db.get(SignInSession, session_id)
    account = db.get(Account, account_id)
    if session is None or account is None:
        return
    session.seen_at = now
    if seen is not None and seen < now - VISIT_ENDS:
        account.last_visit_at = seen
    account.seen_at = now


def identify() -> None:
    """Find out who asks. For ``before_request``, before anything that depends on it."""
    if request.path.startswith("/static/"):
        return
    if current_user.is_authenticated:
        person = cast("SignedIn", current_user)
        g.token_scopes = person.scopes
        g.session_id = person.session_id
        g.authenticated_at = person.authenticated_at
        become(person.viewer)


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # it would write into Flask's cookie at each request
    manager.init_app(app)
    manager.request_loader(_person)
    app.before_request(identify)


def session_id() -> int | None:
    """The session that this request belongs to; None for tokens and strangers."""
    found: int | None = g.get("session_id")
    return found

"""Back-channel logout: tools learn that a sign-in has ended (OpenID Connect Back-Channel Logout 1.0).

Sessions end on many roads. None of them has to know of tools: whatever ended is found by its
rows. ``mark`` notes that a tool is due to be told, ``tell`` tells, with pauses that grow.
"""

import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit

from joserfc import jwt
from sqlalchemy import ColumnElement, not_, select, update

from collab import clock
from collab.activity.outbox import Context
from collab.auth.issuer import keys
from collab.auth.issuer.models import OAuthClient, OAuthClientSession
from collab.auth.issuer.outgoing import NotSent, post
from collab.auth.models import Account, SignInSession
from collab.auth.sessions import alive
from collab.config import Settings
from collab.web.urls import is_loopback

log = logging.getLogger(__name__)

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TOKEN_SECONDS = 120
BATCH, ATTEMPTS = 50, 14
BACK_OFF, LONGEST = timedelta(seconds=2), timedelta(hours=1)


def ended(settings: Settings) -> ColumnElement[bool]:
    """Has the sign-in ended, on whatever road? About SignInSession and its Account."""
    now = clock.now()
    idle = timedelta(hours=settings.session_idle_hours)
    guest_idle = timedelta(hours=settings.guest_session_idle_hours)
    return not_(alive(now, now - idle, now - guest_idle))


def mark(context: Context, accounts: Iterable[int] | None = None) -> None:
    """Note which tools have to be told: about these accounts' sessions, or about all."""
    over = (
        select(SignInSession.id)
        .join(Account, Account.id == SignInSession.account_id)
        .where(ended(context.settings))
    )
    if accounts is not None:
        over = over.where(SignInSession.account_id.in_(list(accounts)))
    with context.write.begin() as db:
        db.execute(
            update(OAuthClientSession)
            .where(
                OAuthClientSession.told_at.is_(None),
                OAuthClientSession.due_at.is_(None),
                OAuthClientSession.tries == 0,
                OAuthClientSession.session_id.in_(over),
            )
            .values(due_at=clock.now())
            .execution_options(synchronize_session=False)
        )


def tell(context: Context) -> int:
    """Tell the tools that are due; answer how many were told.

    A tool that does not answer is not asked again for the others in the same round, so that one
    that is down holds up nobody else.
    """
    with context.read() as db:
        due = db.execute(
            select(OAuthClientSession, OAuthClient, Account.public_id)
            .join(OAuthClient, OAuthClient.id == OAuthClientSession.client_id)
            .join(SignInSession, SignInSession.id == OAuthClientSession.session_id)
            .join(Account, Account.id == SignInSession.account_id)
            .where(OAuthClientSession.due_at <= clock.now())
            .order_by(OAuthClientSession.due_at)
            .limit(BATCH)
        ).all()
    silent: set[int] = set()
    told = 0
    for sign_in, client, subject in due:
        well = client.id not in silent and _tell(context, client, sign_in.sid, subject)
        if not well:
            silent.add(client.id)
        _note(context, sign_in.id, well=well)
        told += well
    return told


def _tell(context: Context, client: OAuthClient, sid: str, subject: str) -> bool:
    if not client.backchannel_logout_uri:
        return True  # there is nobody to tell
    here = not context.settings.secure and is_loopback(urlsplit(context.settings.url).hostname or "")
    try:
        token = logout_token(context, client.client_id, sid, subject)
        post(client.backchannel_logout_uri, {"logout_token": token}, loopback=here)
    except NotSent as error:
        log.warning("tool %s was not told of a sign-out: %s", client.client_id, error)
        return False
    return True


def logout_token(context: Context, client_id: str, sid: str, subject: str) -> str:
    """Section 2.4: for two minutes, named by its type, without a nonce."""
    key, now = keys.signing(keys.published(context)), int(clock.now().timestamp())
    told = {
        "iss": context.settings.url,
        "aud": client_id,
        "iat": now,
        "exp": now + TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(16),
        "sub": subject,
        "sid": sid,
        "events": {EVENT: {}},
    }
    return jwt.encode({"alg": keys.ALGORITHM, "kid": key.kid, "typ": "logout+jwt"}, told, key.pair)


def _note(context: Context, number: int, *, well: bool) -> None:
    with context.write.begin() as db:
        sign_in = db.get_one(OAuthClientSession, number)
        if well:
            sign_in.told_at, sign_in.due_at = clock.now(), None
            return
        sign_in.tries += 1
        pause = min(LONGEST, BACK_OFF * 2**sign_in.tries)
        sign_in.due_at = None if sign_in.tries >= ATTEMPTS else clock.now() + pause

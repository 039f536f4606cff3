"""Signing out on both sides: told by us (RP-initiated), told by the provider (back-channel)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth import sessions
from collab.auth.models import SignInSession
from collab.auth.providers import checks
from collab.auth.providers.fetch import Peer
from collab.auth.providers.metadata import Published
from collab.auth.providers.models import Identity, SeenLogoutToken, SignInProvider
from collab.auth.providers.refusals import invalid
from collab.viewer import ANONYMOUS
from collab.web.urls import with_query

#: A recommended type, an old provider's usual one, or none (Back-Channel Logout 1.0, 2.4).
LOGOUT_TYPES = frozenset({"", "jwt", "logout+jwt"})


@dataclass(frozen=True)
class Farewell:
    """What a provider is told at the end of a session that it began; the token is sealed."""

    provider: SignInProvider
    id_token: str | None


def farewell(db: Session, session_id: int) -> Farewell | None:
    """What there is to tell, if the session came through a provider that is in use."""
    row = db.execute(
        select(SignInProvider, SignInSession.id_token)
        .join(Identity, Identity.provider_id == SignInProvider.id)
        .join(SignInSession, SignInSession.identity_id == Identity.id)
        .where(SignInSession.id == session_id, SignInProvider.enabled, SignInProvider.kind == "openid")
    ).first()
    return Farewell(row[0], row[1]) if row else None


def end_session_url(published: Published, peer: Peer, id_token: str, back: str, state: str) -> str:
    """Where the browser ends its session at the provider (RP-Initiated Logout 1.0, section 2).

    Empty if the provider has no such place; Refused if it cannot be asked.
    """
    endpoint = published.metadata(peer).get("end_session_endpoint")
    if not endpoint:
        return ""
    told = {
        "client_id": peer.client_id,
        "post_logout_redirect_uri": back,
        "state": state,
        "id_token_hint": id_token,
    }
    return with_query(endpoint, told)


def verified(published: Published, peer: Peer, token: str | None) -> dict[str, Any]:
    """The claims of a logout token that is to be obeyed; else Refused."""
    _, claims = checks.opened(token, lambda kid: published.keys(peer, kid), LOGOUT_TYPES)
    checks.check_logout(claims, issuer=peer.issuer, client_id=peer.client_id)
    return claims


def obey(db: Session, provider: SignInProvider, claims: dict[str, Any]) -> int:
    """End the session that the token names, or all of the person's that came through the provider.

    Answers how many; none is no error. Refused for a token that was obeyed before.
    """
    # from then on it is refused for its age, however late it says that it ends
    until = checks.moment(claims, "iat") + checks.LOGOUT_LIFE + 2 * checks.LEEWAY
    db.add(SeenLogoutToken(issuer=provider.issuer, jti=claims["jti"], until=until))
    try:
        db.flush()
    except IntegrityError as error:
        raise invalid("jti_used") from error
    query = (
        select(SignInSession.id, SignInSession.account_id)
        .join(Identity, Identity.id == SignInSession.identity_id)
        .where(Identity.issuer == provider.issuer, SignInSession.ended_at.is_(None))
    )
    if "sid" in claims:
        query = query.where(SignInSession.op_sid == claims["sid"])
    if "sub" in claims:
        query = query.where(Identity.subject == claims["sub"])
    rows = db.execute(query).all()
    for row in rows:
        sessions.end(db, row.account_id, session_id=row.id, reason="provider")
        activity.record(db, "session.ended", ANONYMOUS, subject_id=row.account_id, provider=provider.name)
    return len(rows)


def forget_old(db: Session) -> None:
    """Logout tokens that have run out are refused for that. Called by the worker."""
    db.execute(delete(SeenLogoutToken).where(SeenLogoutToken.until < clock.now()))

"""Our rows as Authlib wants to see them, and what of them still holds at this moment."""

import hmac
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.issuer.asking import find_client
from collab.auth.issuer.models import OAuthClient, OAuthClientSession, OAuthCode, OAuthToken
from collab.auth.models import Account, SignInSession
from collab.auth.services import digest, usable


class Tool:
    """A tool as ``authlib.oauth2.rfc6749.ClientMixin``."""

    def __init__(self, row: OAuthClient) -> None:
        self.row = row

    def get_client_id(self) -> str:
        return self.row.client_id

    def check_client_secret(self, secret: str) -> bool:
        return hmac.compare_digest(self.row.secret_hash.encode(), digest(secret).encode())

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        """Without a secret: ``none``. With one: the secret, in either place."""
        return (method == "none") is (not self.row.secret_hash)

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("authorization_code", "refresh_token")

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""


def tool(db: Session, client_id: str | None) -> Tool | None:
    """The tool with this identifier, unless it is switched off."""
    found = find_client(db, client_id)
    return Tool(found) if found else None


class Code:
    """An authorization code as ``authlib.oidc.core.AuthorizationCodeMixin``."""

    def __init__(self, row: OAuthCode) -> None:
        self.row, self.code_challenge, self.code_challenge_method = row, row.code_challenge, "S256"

    def get_redirect_uri(self) -> str:
        return self.row.redirect_uri

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)


class Token:
    """An access or refresh token as ``authlib.oauth2.rfc6749.TokenMixin``, with what it depends on."""

    def __init__(self, row: OAuthToken, account: Account, client: OAuthClient, sid: str | None) -> None:
        self.row, self.account, self.client, self.sid = row, account, client, sid

    def check_client(self, client: Tool) -> bool:
        return client.row.id == self.row.client_id

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)

    def is_expired(self) -> bool:
        return self.row.expires_at <= clock.now()

    def is_revoked(self) -> bool:
        return self.row.revoked_at is not None or self.row.used_at is not None


def may_use(
    db: Session, account_id: int, client: OAuthClient, client_session_id: int | None
) -> Account | None:
    """The account, if a tool may be told about it now. Asked at every use of a code or token.

    The account must be usable, a guest must be welcome at the tool, and the sign-in that it came
    of must go on; the last is not asked (None) of what was given for a person's absence.
    """
    now = clock.now()
    query = select(Account).where(Account.id == account_id, usable(now))
    if not client.allows_guests:
        query = query.where(Account.kind == "employee")
    if client_session_id is not None:
        query = query.where(_goes_on(client_session_id, now))
    return db.scalar(query)


def _goes_on(client_session_id: int, now: Any) -> Any:
    return (
        select(SignInSession.id)
        .join(OAuthClientSession, OAuthClientSession.session_id == SignInSession.id)
        .where(
            OAuthClientSession.id == client_session_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
        )
        .exists()
    )


def find_token(db: Session, token: str, kind: str | None = None) -> Token | None:
    """The token that somebody presents, if all that it depends on still holds.

    It may itself have been used, revoked or have run out: ask it. None for what is unknown and
    when the person or the tool is out.
    """
    query = select(OAuthToken).where(OAuthToken.token_hash == digest(token))
    row = db.scalar(query.where(OAuthToken.kind == kind) if kind else query)
    client = db.get(OAuthClient, row.client_id) if row else None
    if row is None or client is None or client.disabled_at is not None:
        return None
    absent = "offline_access" in origin_of(db, row.family).scopes
    tied = None if absent else row.client_session_id
    account = may_use(db, row.account_id, client, tied)
    return Token(row, account, client, sid_of(db, row.client_session_id)) if account else None


def sid_of(db: Session, client_session_id: int | None) -> str | None:
    """The name of a sign-in at a tool."""
    found = db.get(OAuthClientSession, client_session_id) if client_session_id else None
    return found.sid if found else None


def origin_of(db: Session, family: str) -> OAuthCode:
    """The code that a family of tokens came of."""
    return db.scalars(select(OAuthCode).where(OAuthCode.family == family)).one()

"""What the token endpoint gives for a code or a refresh token, by Authlib's rules and stricter ones.

Added to Authlib 1.9.9: PKCE with S256 for every tool (RFC 9700, 2.1.1), and the end of all that
came of a code or refresh token that is presented a second time (RFC 9700, 2.2.2 and 4.14.2).
"""

import secrets
from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDToken
from authlib.oidc.core.grants.util import create_half_hash
from joserfc import jwt
from sqlalchemy import select, update

from collab import clock
from collab.auth.issuer import claims, keys
from collab.auth.issuer.models import OAuthCode, OAuthToken
from collab.auth.issuer.rows import Code, Token, Tool, find_token, may_use, origin_of
from collab.auth.models import Account
from collab.auth.services import digest
from collab.web.request import context, db

ACCESS_SECONDS = 600
REFRESH_SECONDS = 30 * 86400
ID_TOKEN_SECONDS = 3600
METHODS = ["client_secret_basic", "client_secret_post", "none"]


class Replayed(InvalidGrantError):  # type: ignore[misc] # Authlib has no types
    """A code or refresh token came a second time: somebody has stolen it."""

    def __init__(self, family: str) -> None:
        super().__init__("This was used before. All that came of it has ended.")
        self.family = family


class S256(CodeChallenge):  # type: ignore[misc]
    """PKCE for all tools and with S256 only: each code is kept with its challenge (asking.py)."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)
    CODE_CHALLENGE_METHODS = {"S256": CodeChallenge.CODE_CHALLENGE_METHODS["S256"]}  # noqa: RUF012


class CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """A code for tokens, once, by the tool that it was given to."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def query_authorization_code(self, code: str, client: Tool) -> Code | None:
        found = db().scalar(select(OAuthCode).where(OAuthCode.code_hash == digest(code)))
        if found is None or found.client_id != client.row.id:
            return None
        if found.used_at is not None:
            raise Replayed(found.family)
        return Code(found) if found.expires_at > clock.now() else None

    def authenticate_user(self, code: Code) -> Account | None:
        client: Tool = self.request.client
        return may_use(db(), code.row.account_id, client.row, code.row.client_session_id)

    def delete_authorization_code(self, code: Code) -> None:
        """Use it up. Of two that come at the same time, one gets tokens, and not for long."""
        taken = db().execute(
            update(OAuthCode)
            .where(OAuthCode.id == code.row.id, OAuthCode.used_at.is_(None))
            .values(used_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        if not taken.rowcount:  # type: ignore[attr-defined]
            raise Replayed(code.row.family)


class RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """A refresh token for new tokens, once."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Token | None:
        found = find_token(db(), refresh_token, "refresh")
        if found is None or not found.check_client(self.request.client):
            return None
        if found.row.used_at is not None:
            raise Replayed(found.row.family)
        return None if found.is_revoked() or found.is_expired() else found

    def authenticate_user(self, token: Token) -> Account:
        return token.account

    def revoke_old_credential(self, token: Token) -> None:
        taken = db().execute(
            update(OAuthToken)
            .where(OAuthToken.id == token.row.id, OAuthToken.used_at.is_(None))
            .values(used_at=clock.now())
            .execution_options(synchronize_session=False)
        )
        if not taken.rowcount:  # type: ignore[attr-defined]
            raise Replayed(token.row.family)


def new_token(grant_type: str, client: Tool, user: Account, scope: str, **_more: Any) -> dict[str, str | int]:
    """The answer's token, as RFC 6749, 5.1 wants it. A refresh token only for ``offline_access``."""
    token: dict[str, str | int] = {
        "token_type": "Bearer",
        "access_token": secrets.token_urlsafe(32),
        "expires_in": ACCESS_SECONDS,
        "scope": scope,
    }
    if grant_type == "refresh_token" or "offline_access" in scope.split():
        token["refresh_token"] = secrets.token_urlsafe(32)
    return token


class IdToken(OpenIDToken):  # type: ignore[misc]
    """The ID token (OpenID Connect Core, 2), also with refreshed tokens, then without nonce (12.2)."""

    def encode_id_token(self, token: dict[str, Any], request: Any) -> str:
        settings, user = context().settings, request.user
        code: OAuthCode | None = request.authorization_code.row if request.authorization_code else None
        old: Token | None = request.refresh_token
        origin = code or origin_of(db(), old.row.family if old else "")
        key = keys.signing(request.keys)
        now = int(clock.now().timestamp())
        told = {
            "iss": settings.url,
            "aud": request.client.get_client_id(),
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
            "auth_time": origin.claims["auth_time"],
            "amr": origin.claims["amr"],
            "sid": request.sid,
            "at_hash": create_half_hash(token["access_token"], keys.ALGORITHM).decode(),
        }
        if code and code.nonce:
            told["nonce"] = code.nonce
        told |= claims.about(db(), user, token["scope"].split(), settings.default_timezone)
        return jwt.encode({"alg": keys.ALGORITHM, "kid": key.kid, "typ": "JWT"}, told, key.pair)

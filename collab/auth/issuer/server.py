"""The token, revocation and introspection endpoints: Authlib's server on our tables and transactions."""

import base64
import binascii
import json
from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidRequestError, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.util import extract_basic_authorization
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import Request, Response
from werkzeug.datastructures import Headers, MultiDict

from collab import clock
from collab.auth import throttle
from collab.auth.arrival import browser
from collab.auth.issuer import ending, keys
from collab.auth.issuer.grants import (
    ACCESS_SECONDS,
    METHODS,
    REFRESH_SECONDS,
    S256,
    CodeGrant,
    IdToken,
    RefreshGrant,
    Replayed,
    new_token,
)
from collab.auth.issuer.models import OAuthToken
from collab.auth.issuer.rows import Token, Tool, find_token, sid_of, tool
from collab.auth.services import digest
from collab.web.request import context, db

TRIES = 30
SECRET_METHODS = [name for name in METHODS if name != "none"]


class Payload(OAuth2Payload):  # type: ignore[misc] # Authlib has no types
    """The fields of the form, and nothing from the address."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self._form = form

    @property
    def data(self) -> MultiDict[str, str]:
        return self._form

    @property
    def datalist(self) -> dict[str, list[str]]:
        return {name: self._form.getlist(name) for name in self._form}


class FormRequest(OAuth2Request):  # type: ignore[misc]
    """A POST to one of the endpoints.

    Authlib refuses plain http by the address that it is told. Whether people come by https is
    for ``base_url`` to say: behind a proxy the request itself does not know.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(request.method, f"https://{request.host}{request.path}", headers=_headers(request))
        self._form = request.form
        self.payload = Payload(request.form)
        self.keys: list[keys.Key] = []
        self.sid: str | None = None

    @property
    def form(self) -> MultiDict[str, str]:
        return self._form


def _headers(request: Request) -> Headers:
    """The headers without an Authorization that cannot be read; Authlib would fail on it."""
    headers = Headers(request.headers)
    scheme, _, given = headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() == "basic":
            base64.b64decode(given).decode()
    except (binascii.Error, UnicodeDecodeError):
        del headers["Authorization"]
    return headers


class Server(AuthorizationServer):  # type: ignore[misc]
    """One for all requests: what belongs to a request is asked of the request."""

    def __init__(self) -> None:
        super().__init__()
        self.register_token_generator("default", new_token)
        self.register_grant(CodeGrant, [S256(), IdToken()])
        self.register_grant(RefreshGrant, [IdToken()])
        self.register_endpoint(Revocation)
        self.register_endpoint(Introspection)

    def query_client(self, client_id: str) -> Tool | None:
        return tool(db(), client_id)

    def create_oauth2_request(self, request: FormRequest) -> FormRequest:
        return request

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens to Authlib's signals here."""

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Response:
        response = Response(json.dumps(body) if isinstance(body, dict) else body, status)
        response.headers.update(headers)
        return response

    def handle_error_response(self, request: FormRequest, error: Any) -> Response:
        """What a refusal leaves behind is kept, although the request's own work is not."""
        if isinstance(error, Replayed):
            db().rollback()
            with context().write.begin() as own:
                ending.end_family(own, error.family)
        elif error.error == "invalid_client":
            db().rollback()
            with context().write.begin() as own:
                throttle.count(own, throttle_key(request))
        response: Response = super().handle_error_response(request, error)
        return response

    def save_token(self, token: dict[str, Any], request: FormRequest) -> None:
        """Keep the new tokens. Refreshed ones may be for less; their refresh token stays for all."""
        old: Token | None = request.refresh_token
        origin = old.row if old else request.authorization_code.row
        request.sid = sid_of(db(), origin.client_session_id)
        for kind, seconds in (("access", ACCESS_SECONDS), ("refresh", REFRESH_SECONDS)):
            if f"{kind}_token" not in token:
                continue
            now = clock.now()
            row = OAuthToken(
                token_hash=digest(token[f"{kind}_token"]),
                kind=kind,
                family=origin.family,
                client_id=origin.client_id,
                account_id=origin.account_id,
                client_session_id=origin.client_session_id,
                scopes=token["scope"].split() if kind == "access" else origin.scopes,
                created_at=now,
                expires_at=now + timedelta(seconds=seconds),
            )
            db().add(row)
        db().flush()


def throttle_key(request: FormRequest) -> str:
    """Who may guess how often: each network for each tool, so that one tool's old secret stops no other."""
    basic, _secret = extract_basic_authorization(request.headers)
    named = digest(basic or request.form.get("client_id", ""))[:32]
    return f"tool:{named}:{browser().network}"


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """RFC 7009. A refresh token takes all with it that came of the same code."""

    CLIENT_AUTH_METHODS = METHODS

    def check_params(self, request: FormRequest, client: Tool) -> None:
        """A hint that means nothing here is ignored (2.2.1)."""
        if "token" not in request.form:
            raise InvalidRequestError("token is missing.")

    def query_token(self, token: str, _hint: str | None) -> Token | None:
        return find_token(db(), token)

    def revoke_token(self, token: Token, _request: FormRequest) -> None:
        if token.row.kind == "refresh":
            ending.end_family(db(), token.row.family)
        elif token.row.revoked_at is None:
            token.row.revoked_at = clock.now()


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """RFC 7662. A tool learns about its own tokens only, and must have a secret."""

    CLIENT_AUTH_METHODS = SECRET_METHODS

    def check_params(self, request: FormRequest, client: Tool) -> None:
        if "token" not in request.form:
            raise InvalidRequestError("token is missing.")

    def query_token(self, token: str, _hint: str | None) -> Token | None:
        return find_token(db(), token)

    def check_permission(self, token: Token, client: Tool, _request: FormRequest) -> bool:
        return token.check_client(client)

    def introspect_token(self, token: Token) -> dict[str, Any]:
        return {
            "active": True,
            "client_id": token.client.client_id,
            "username": token.account.handle,
            "scope": token.get_scope(),
            "sub": token.account.public_id,
            "aud": token.client.client_id,
            "iss": context().settings.url,
            "exp": int(token.row.expires_at.timestamp()),
            "iat": int(token.row.created_at.timestamp()),
            "token_type": "Bearer" if token.row.kind == "access" else "refresh_token",
        }

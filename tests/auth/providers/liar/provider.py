"""An OpenID provider of our own: honest, until a ``Lie`` tells it what to say otherwise.

It speaks HTTP on loopback, as a company's provider would. What it tells (tokens, metadata, keys,
profiles, the way back) goes through the functions of its ``Lie``; an honest lie changes nothing.
It checks what the relying party sends as a strict provider does, so that a sign-in that comes
about shows PKCE, the redirect address, the client's secret and one use of each code.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from collab import clock

Claims = dict[str, Any]
SigningKey = RSAKey | ECKey | OKPKey

CLIENT, SECRET = "collab", "a secret of the two, 0123456789 abcdefghijklmnopqrstuvwxyz"
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True)
class Reply:
    """What an endpoint answers. ``drip``: seconds between the bytes; ``silent``: says nothing at all."""

    body: Any = b""
    status: int = 200
    media: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    silent: bool = False

    @property
    def raw(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return (self.body if isinstance(self.body, str) else json.dumps(self.body)).encode()


def same(told: Any) -> Any:
    """Honest: says what is so."""
    return told


@dataclass(frozen=True)
class Lie:
    """What a provider says otherwise. Each function gets what is so and gives what is said.

    ``claims`` of the ID token, ``sign`` (provider, claims) -> token, ``tokens`` the answer of the token
    endpoint, ``userinfo``, ``metadata`` of discovery, ``keys`` the key set, ``back`` the query with
    which the browser comes back. ``replies`` are whole answers by endpoint.
    """

    claims: Callable[[Claims], Claims] = same
    sign: Callable[["Provider", Claims], str] = lambda provider, claims: provider.signed(claims)
    tokens: Callable[[dict[str, Any]], Any] = same
    userinfo: Callable[[Claims], Any] = same
    metadata: Callable[[dict[str, Any]], Any] = same
    keys: Callable[[list[dict[str, Any]]], Any] = same
    back: Callable[[dict[str, str]], dict[str, str]] = same
    replies: dict[str, Reply] = field(default_factory=dict)


HONEST = Lie()


def segment(told: Any) -> str:
    """One part of a token: JSON (or bytes) in base64url without padding (RFC 7515, section 2)."""
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def half_hash(token: str, key: SigningKey) -> str:
    """``at_hash``: half of the hash that the signature uses (OpenID Connect Core 1.0, section 3.1.3.6)."""
    whole = (hashlib.sha512 if key.key_type == "OKP" else hashlib.sha256)(token.encode()).digest()
    return segment(whole[: len(whole) // 2])


class Provider:
    """One provider at ``issuer``. ``person`` are the claims of whoever signs in there."""

    def __init__(self, issuer: str, key: SigningKey) -> None:
        self.issuer, self.key, self.lie = issuer, key, HONEST
        self.person: Claims = {
            "sub": "e-1001",
            "name": "Erika Employee",
            "email": "erika@corp.example",
            "email_verified": True,
        }
        self.published = [key]
        self.sid = "session-1"
        self.strict = True
        self.openid = True
        self.asked: list[str] = []
        self.sent: dict[str, dict[str, str]] = {}
        self.id_tokens: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        self._access: set[str] = set()

    @property
    def town(self) -> str:
        """The server that the provider lives on, among others."""
        return self.issuer.rpartition("/")[0]

    # signing
    def signed(self, claims: Any, key: SigningKey | None = None, alg: str = "", **header: Any) -> str:
        """A token. A ``header`` parameter of None is left out."""
        key = key or self.key
        alg = alg or {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}[key.key_type]
        whole: Claims = {"alg": alg, "typ": "JWT", "kid": key.kid} | header
        whole = {name: value for name, value in whole.items() if value is not None}
        payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
        head = segment(whole)
        signature = _signature(key, alg, f"{head}.{segment(payload)}".encode())
        return f"{head}.{segment(payload)}.{segment(signature)}"

    # the browser's part
    def authorize(self, location: str) -> str:
        """The browser goes to ``location`` (our authorization endpoint); answers the query it comes back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        assert location.startswith(f"{self.issuer}/authorize?"), location
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert ("openid" in asked["scope"].split()) is self.openid
        assert min(len(asked["state"]), len(asked.get("nonce", asked["state"]))) >= 22, "128 random bits"
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        self.sent["authorize"] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return urlencode(self.lie.back(back))

    # the server's part
    def reply(self, endpoint: str, method: str, body: str, headers: dict[str, str]) -> Reply:
        """The answer to one request. ``headers`` have small names."""
        self.asked.append(endpoint)
        if endpoint in self.lie.replies:
            return self.lie.replies[endpoint]
        if endpoint == ".well-known/openid-configuration":
            return Reply(self.lie.metadata(self._metadata()))
        if endpoint == "keys":
            keys = [key.as_dict(private=False) for key in self.published]
            return Reply({"keys": self.lie.keys(keys)})
        if endpoint == "token" and method == "POST":
            return self._token(dict(parse_qsl(body)), headers.get("authorization", ""))
        if endpoint == "userinfo":
            return self._userinfo(headers.get("authorization", ""))
        return Reply({"error": "not_found"}, 404)

    def _metadata(self) -> dict[str, Any]:
        names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "end"}
        return {
            "issuer": self.issuer,
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in names.items()},
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
        }

    def _token(self, form: dict[str, str], authorization: str) -> Reply:
        self.sent["token"] = form
        asked = self._codes.pop(form.get("code", ""), None)
        if asked is None:
            return Reply({"error": "invalid_grant"}, 400)
        proof = segment(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        assert proof == asked["code_challenge"] or not self.strict
        assert form["redirect_uri"] == asked["redirect_uri"]
        assert SECRET in (form.get("client_secret"), _basic(authorization))
        access = secrets.token_urlsafe(16)
        self._access.add(access)
        told = {"access_token": access, "token_type": "Bearer", "expires_in": 300}
        if self.openid:
            honest = self.claims(asked["nonce"]) | {"at_hash": half_hash(access, self.key)}
            self.id_tokens.append(self.lie.sign(self, self.lie.claims(honest)))
            told["id_token"] = self.id_tokens[-1]
        return Reply(self.lie.tokens(told), headers={"Cache-Control": "no-store"})

    def claims(self, nonce: str) -> Claims:
        """The honest claims of an ID token."""
        now = int(clock.now().timestamp())
        about = {"iss": self.issuer, "aud": CLIENT, "exp": now + 300, "iat": now, "auth_time": now}
        return about | {"nonce": nonce, "sid": self.sid} | self.person

    def _userinfo(self, authorization: str) -> Reply:
        if authorization.removeprefix("Bearer ") not in self._access:
            return Reply({"error": "invalid_token"}, 401)
        told = self.lie.userinfo(dict(self.person))
        return told if isinstance(told, Reply) else Reply(told)

    # signing out from afar
    def logout_claims(self, **changed: Any) -> Claims:
        """The honest claims of a logout token (Back-Channel Logout 1.0, section 2.4); None leaves one out."""
        now = int(clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": secrets.token_urlsafe(8),
            "events": {LOGGED_OUT: {}},
            "sub": self.person["sub"],
            "sid": self.sid,
        } | changed
        return {name: value for name, value in claims.items() if value is not None}

    def logout_token(self, **changed: Any) -> str:
        return self.signed(self.logout_claims(**changed), typ="logout+jwt")


def _basic(authorization: str) -> str:
    """The secret of HTTP Basic, form-decoded (RFC 6749, section 2.3.1)."""
    if not authorization.startswith("Basic "):
        return ""
    pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
    _, _, secret = pair.partition(":")
    return secret if secret == SECRET else parse_qs(f"s={secret}").get("s", [""])[0]


def _signature(key: SigningKey, alg: str, signed: bytes) -> bytes:
    registry = jws.JWSRegistry(algorithms=[alg])
    return registry.get_alg(alg).sign(signed, key)

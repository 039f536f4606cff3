"""The one place that uses Authlib's client: where to send a browser, and a code for tokens."""

from typing import Any
from urllib.parse import quote_plus

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from requests.auth import HTTPBasicAuth

from collab.auth.providers import fetch
from collab.auth.providers.fetch import Peer
from collab.auth.providers.refusals import Refused, invalid


def _session(peer: Peer, redirect_uri: str, method: str | None = None) -> Any:
    session = OAuth2Session(
        peer.client_id,
        peer.client_secret or None,
        scope=peer.scopes,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method=method,
    )
    fetch.bound(session)
    return session


def authorization_url(
    peer: Peer, endpoint: str, redirect_uri: str, *, state: str, verifier: str, **more: str
) -> str:
    """Where a browser is sent: authorization code flow with PKCE S256 (RFC 7636)."""
    session = _session(peer, redirect_uri)
    address: str = session.create_authorization_url(endpoint, state, verifier, **more)[0]
    return address


def exchange(
    peer: Peer, endpoint: str, redirect_uri: str, *, code: str, verifier: str, methods: object = None
) -> dict[str, Any]:
    """The token endpoint's answer for a code. ``methods``: how the provider lets clients prove themselves.

    Raises Refused if the provider refuses, does not answer, or answers with something else.
    """
    method = _method(peer, methods)
    # RFC 6749, 2.3.1 asks for this encoding; it changes nothing in what most providers hand out
    basic = HTTPBasicAuth(quote_plus(peer.client_id), quote_plus(peer.client_secret))

    def ask() -> Any:
        with _session(peer, redirect_uri, method) as session:
            return session.fetch_token(
                endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
                auth=basic if method == "client_secret_basic" else None,
                allow_redirects=False,
            )

    try:
        answer = fetch.asking(peer, endpoint, ask)
    except OAuthError as error:
        raise Refused("provider_refused", str(error.error)[:60], str(error.description)) from error
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise fetch.unavailable("token_answer", str(error)) from error
    return _checked(answer)


def _method(peer: Peer, methods: object) -> str:
    """Basic unless only the other is offered (Discovery 3: basic is what silence means)."""
    if not peer.client_secret:
        return "none"
    offered = methods if isinstance(methods, list) else []
    only_post = "client_secret_post" in offered and "client_secret_basic" not in offered
    return "client_secret_post" if only_post else "client_secret_basic"


def _checked(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise fetch.unavailable("token_answer")
    token = answer.get("access_token")
    if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
        raise invalid("access_token")
    if str(answer.get("token_type", "")).lower() != "bearer":
        raise invalid("token_type", str(answer.get("token_type")))
    return dict(answer)

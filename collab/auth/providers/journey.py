"""The journey to a provider and what it brings back: proof of who somebody is over there.

Nothing here opens a transaction: the other server may take its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from collab.auth.providers import checks, client, fetch, plain
from collab.auth.providers.attempts import Begun
from collab.auth.providers.fetch import Peer
from collab.auth.providers.metadata import Published
from collab.auth.providers.models import SignInAttempt, SignInProvider
from collab.auth.providers.refusals import Refused, invalid
from collab.auth.providers.who import Who, who

ID_TOKEN_TYPES = frozenset({"", "jwt"})
LONGEST_HINT = 6000


@dataclass(frozen=True)
class Proven:
    """A person as the provider has proved them, and its session of theirs."""

    person: Who
    claims: Mapping[str, Any]
    amr: list[str]
    sid: str | None = None
    id_token: str | None = None


def departure(
    published: Published,
    peer: Peer,
    provider: SignInProvider,
    begun: Begun,
    redirect_uri: str,
    *,
    again: bool,
) -> str:
    """Where the browser goes. ``again``: the provider is to ask for a proof even if it knows the person."""
    if provider.kind == "oauth2":
        endpoint = plain.address(peer, provider.endpoints, "authorization")
        more: dict[str, str] = {}
    else:
        metadata = published.metadata(peer)
        endpoint = metadata["authorization_endpoint"]
        peer = replace(peer, scopes=_scopes(provider, metadata))
        more = {"nonce": begun.nonce} | ({"prompt": "login", "max_age": "0"} if again else {})
    return client.authorization_url(
        peer, endpoint, redirect_uri, state=begun.state, verifier=begun.verifier, **more
    )


def _scopes(provider: SignInProvider, metadata: Mapping[str, Any]) -> str:
    """What is asked for; ``groups`` too where the provider has such a scope and groups decide something."""
    wanted = provider.scopes.split()
    decides = provider.admin_groups or provider.employee_groups or provider.guest_groups
    offered = metadata.get("scopes_supported")
    if (decides or provider.required_group) and isinstance(offered, list) and "groups" in offered:
        wanted.append("groups")
    return " ".join(dict.fromkeys(wanted))


def check_sender(published: Published, peer: Peer, provider: SignInProvider, given: str | None) -> None:
    """The answer has to come from the provider that was asked (RFC 9207, section 2.4)."""
    announced = provider.kind == "openid" and (
        published.metadata(peer).get("authorization_response_iss_parameter_supported") is True
    )
    if given is None and not announced:
        return
    if given != peer.issuer:
        raise Refused("wrong_issuer", "iss", str(given))


def check_error(error: str | None, description: str | None) -> None:
    """The provider says that there is no sign-in (RFC 6749, section 4.1.2.1)."""
    if error == "access_denied":
        raise Refused("cancelled", detail=description or "")
    if error is not None:
        raise Refused("provider_refused", error[:60], description or "")


def returned(
    published: Published,
    peer: Peer,
    provider: SignInProvider,
    attempt: SignInAttempt,
    redirect_uri: str,
    code: str,
) -> Proven:
    """What the code brings. Raises Refused for everything that proves nothing."""
    if provider.kind == "oauth2":
        endpoint = plain.address(peer, provider.endpoints, "token")
        tokens = client.exchange(
            peer, endpoint, redirect_uri, code=code, verifier=attempt.code_verifier,
            methods=["client_secret_post"],
        )  # fmt: skip
        told = plain.claims(peer, provider.endpoints, tokens["access_token"])
        return Proven(who(provider, told["sub"], told), told, ["fed"])
    metadata = published.metadata(peer)
    tokens = client.exchange(
        peer,
        metadata["token_endpoint"],
        redirect_uri,
        code=code,
        verifier=attempt.code_verifier,
        methods=metadata.get("token_endpoint_auth_methods_supported"),
    )
    return _openid(published, peer, provider, attempt, tokens)


def _openid(
    published: Published, peer: Peer, provider: SignInProvider, attempt: SignInAttempt, tokens: dict[str, Any]
) -> Proven:
    raw, access = tokens.get("id_token"), tokens["access_token"]
    if raw is None:
        raise invalid("id_token_missing")
    header, claims = checks.opened(raw, lambda kid: published.keys(peer, kid), ID_TOKEN_TYPES)
    checks.check_id_token(
        header,
        claims,
        issuer=peer.issuer,
        client_id=peer.client_id,
        nonce=attempt.nonce,
        started=attempt.created_at,
        access_token=access,
    )
    if attempt.purpose == "reauth":
        checks.check_proved_again(claims, attempt.created_at)
    told = {**_userinfo(published, peer, claims["sub"], access), **claims}
    sid = claims.get("sid")
    return Proven(
        who(provider, claims["sub"], told),
        told,
        _amr(claims.get("amr")),
        sid if checks.is_name(sid) else None,
        raw if len(raw) <= LONGEST_HINT else None,
    )


def _userinfo(published: Published, peer: Peer, subject: str, access: str) -> dict[str, Any]:
    """More about the same person; another one's is an attack (OpenID Connect Core, 5.3.2)."""
    endpoint = published.metadata(peer).get("userinfo_endpoint")
    if not endpoint:
        return {}
    told = fetch.get(peer, endpoint, access)
    if told.get("sub") != subject:
        raise invalid("userinfo_sub", str(told.get("sub")))
    return told


def _amr(given: object) -> list[str]:
    """``fed`` and how the provider says that it was done (RFC 8176)."""
    names = given if isinstance(given, list) else []
    return ["fed", *sorted({name for name in names if isinstance(name, str) and 0 < len(name) <= 20})[:10]]

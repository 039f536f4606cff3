"""What a provider says about itself, looked up now, for whoever sets it up."""

from dataclasses import dataclass, field
from typing import Any

from collab.auth.providers import metadata
from collab.auth.providers.checks import ALGORITHMS
from collab.auth.providers.fetch import Peer
from collab.auth.providers.metadata import Published
from collab.auth.providers.refusals import Refused


@dataclass(frozen=True)
class Probe:
    """``check`` and ``detail`` say what is wrong; the rest is what the provider offers."""

    check: str = ""
    detail: str = ""
    keys: int = 0
    algorithms: list[str] = field(default_factory=list)
    offers: dict[str, bool] = field(default_factory=dict)

    @property
    def works(self) -> bool:
        return not self.check


def probe(peer: Peer) -> Probe:
    """Ask the provider; nothing of what is kept of it is used, and nothing is kept."""
    try:
        told = metadata.discover(peer)
        keys = Published().keys(peer, None)
    except Refused as error:
        return Probe(error.check, error.detail)
    algorithms = [name for name in _list(told, "id_token_signing_alg_values_supported") if name in ALGORITHMS]
    if not keys:
        return Probe("no_keys", str(told.get("jwks_uri")))
    if "id_token_signing_alg_values_supported" in told and not algorithms:
        return Probe("alg", ", ".join(_list(told, "id_token_signing_alg_values_supported"))[:200])
    methods = told.get("code_challenge_methods_supported")
    offers = {
        "pkce": methods is None or "S256" in _list(told, "code_challenge_methods_supported"),
        "groups": "groups" in _list(told, "scopes_supported") + _list(told, "claims_supported"),
        "email_verified": "email_verified" in _list(told, "claims_supported"),
        "logout": bool(told.get("end_session_endpoint")),
        "backchannel": told.get("backchannel_logout_supported") is True,
        "iss": told.get("authorization_response_iss_parameter_supported") is True,
    }
    return Probe(keys=len(keys), algorithms=algorithms, offers=offers)


def _list(told: dict[str, Any], name: str) -> list[str]:
    found = told.get(name)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []

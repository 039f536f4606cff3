"""What Collab says about itself as a provider: only what is true."""

from typing import Any

from collab.auth.issuer.asking import PROMPTS
from collab.auth.issuer.claims import SCOPES
from collab.auth.issuer.grants import METHODS
from collab.auth.issuer.keys import ALGORITHM

_OF_TOKENS = ("iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "amr")


def metadata(base: str) -> dict[str, Any]:
    """OpenID Connect Discovery 1.0, 3; RFC 8414, 2; RFC 9207, 3. ``base`` is the issuer."""
    with_secret = [name for name in METHODS if name != "none"]
    return {
        "issuer": base,
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "userinfo_endpoint": f"{base}/oauth/userinfo",
        "jwks_uri": f"{base}/oauth/jwks",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "introspection_endpoint": f"{base}/oauth/introspect",
        "end_session_endpoint": f"{base}/oauth/logout",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": list(METHODS),
        "revocation_endpoint_auth_methods_supported": list(METHODS),
        "introspection_endpoint_auth_methods_supported": with_secret,
        "scopes_supported": list(SCOPES),
        "claims_supported": [
            *dict.fromkeys([*_OF_TOKENS, *(name for told in SCOPES.values() for name in told)])
        ],
        "claim_types_supported": ["normal"],
        "prompt_values_supported": list(PROMPTS),
        "ui_locales_supported": ["de", "en"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }

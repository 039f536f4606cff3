"""Is this token what it claims? Every check of OpenID Connect Core 3.1.3.7, made here and explicitly.

The algorithms are ours, never what a token or the provider's metadata proposes.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from joserfc import jws
from joserfc.errors import JoseError

from collab import clock
from collab.auth.providers.metadata import Key
from collab.auth.providers.refusals import invalid

#: algorithm -> (type of key, hash for ``at_hash``)
ALGORITHMS = {
    "RS256": ("RSA", hashlib.sha256),
    "PS256": ("RSA", hashlib.sha256),
    "ES256": ("EC", hashlib.sha256),
    "EdDSA": ("OKP", hashlib.sha512),
}
#: How far the clocks of two honest servers may differ.
LEEWAY = timedelta(seconds=60)
LONGEST = 64_000
LONGEST_NAME = 255
EVENT = "http://schemas.openid.net/event/backchannel-logout"
#: A logout token is obeyed when it is made, not later.
LOGOUT_LIFE = timedelta(minutes=10)

Keys = Callable[[str | None], Sequence[Key]]
Claims = dict[str, Any]


def opened(token: object, keys: Keys, types: frozenset[str]) -> tuple[dict[str, Any], Claims]:
    """Header and claims of a signed token. ``types``: what its ``typ`` may be, in lower case."""
    if not isinstance(token, str) or not token or len(token) > LONGEST or token.count(".") != 2:
        raise invalid("token_form")
    header = _object(token.split(".")[0])
    alg, kid = header.get("alg"), header.get("kid")
    if not isinstance(alg, str) or alg not in ALGORITHMS:
        raise invalid("alg", str(alg))
    if "crit" in header or "b64" in header:
        raise invalid("crit")
    if str(header.get("typ", "")).lower() not in types:
        raise invalid("typ", str(header.get("typ")))
    if not (kid is None or isinstance(kid, str)):
        raise invalid("kid")
    fitting = [
        key
        for key in keys(kid)
        if key.key_type == ALGORITHMS[alg][0] and key.as_dict(private=False).get("alg", alg) == alg
    ]
    if not fitting:
        raise invalid("key_unknown", str(kid))
    if not any(_verifies(token, key, alg) for key in fitting):
        raise invalid("signature")
    return header, _object(token.split(".")[1])


def _object(part: str) -> dict[str, Any]:
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        found = json.loads(raw)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise invalid("token_form") from error
    if not isinstance(found, dict):
        raise invalid("token_form")
    return found


def _verifies(token: str, key: Key, alg: str) -> bool:
    # parameters that nobody here knows are ignored (RFC 7515, section 4); "crit" was refused before
    known = jws.JWSRegistry(algorithms=[alg], strict_check_header=False)
    try:
        jws.deserialize_compact(token, key, registry=known)
    except (JoseError, ValueError, TypeError):
        return False
    return True


def check_id_token(
    header: dict[str, Any],
    claims: Claims,
    *,
    issuer: str,
    client_id: str,
    nonce: str,
    started: datetime,
    access_token: str | None,
) -> None:
    """Raise Refused unless the claims are about the sign-in that began with ``nonce`` at ``started``."""
    _check_from(claims, issuer, client_id)
    _check_times(claims, not_before=started)
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise invalid("nonce")
    check_subject(claims.get("sub"))
    if "at_hash" in claims:
        _check_hash(header["alg"], claims["at_hash"], access_token)


def _check_from(claims: Claims, issuer: str, client_id: str) -> None:
    if claims.get("iss") != issuer:
        raise invalid("iss", str(claims.get("iss")))
    given = claims.get("aud")
    audience = [given] if isinstance(given, str) else given
    if not isinstance(audience, list) or client_id not in audience:
        raise invalid("aud", str(given))
    if not all(isinstance(each, str) for each in audience):
        raise invalid("aud", str(given))
    if len(audience) > 1 and "azp" not in claims:
        raise invalid("azp")
    if "azp" in claims and claims["azp"] != client_id:
        raise invalid("azp", str(claims["azp"]))


def _check_times(claims: Claims, *, not_before: datetime) -> None:
    """``exp`` and ``iat`` have to be there; ``iat`` not before what asked for the token."""
    now = clock.now()
    if moment(claims, "exp") <= now - LEEWAY:
        raise invalid("exp")
    issued = moment(claims, "iat")
    if issued > now + LEEWAY or issued < not_before - LEEWAY:
        raise invalid("iat")
    if "nbf" in claims and moment(claims, "nbf") > now + LEEWAY:
        raise invalid("nbf")


def moment(claims: Claims, name: str) -> datetime:
    """A time among the claims (NumericDate, RFC 7519, section 2)."""
    given = claims.get(name)
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise invalid(name)
    try:
        return datetime.fromtimestamp(given, tz=clock.now().tzinfo)
    except (ValueError, OverflowError, OSError) as error:
        raise invalid(name) from error


def is_name(given: object) -> TypeGuard[str]:
    """Something that can be kept and looked up: a text without control characters and half letters."""
    return isinstance(given, str) and 0 < len(given) <= LONGEST_NAME and given.isprintable()


def check_subject(given: object) -> str:
    """1 to 255 ASCII characters (OpenID Connect Core, section 2), none of them a control character."""
    if not is_name(given) or not given.isascii() or not given.strip():
        raise invalid("sub")
    return given


def _check_hash(alg: str, given: object, access_token: str | None) -> None:
    whole = ALGORITHMS[alg][1]((access_token or "").encode()).digest()
    wanted = base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
    if (
        access_token is None
        or not isinstance(given, str)
        or not hmac.compare_digest(given.encode(), wanted.encode())
    ):
        raise invalid("at_hash")


def check_proved_again(claims: Claims, started: datetime) -> None:
    """The person showed who they are for this very journey (``max_age=0``, Core 3.1.2.1)."""
    if not started - LEEWAY <= moment(claims, "auth_time") <= clock.now() + LEEWAY:
        raise invalid("auth_time")


def check_logout(claims: Claims, *, issuer: str, client_id: str) -> None:
    """OpenID Connect Back-Channel Logout 1.0, section 2.6. Use of ``jti`` is for the caller to note."""
    _check_from(claims, issuer, client_id)
    _check_times(claims, not_before=clock.now() - LOGOUT_LIFE)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise invalid("events")
    if "nonce" in claims:
        raise invalid("nonce")
    for name in ("jti", "sub", "sid"):
        if (name in claims or name == "jti") and not is_name(claims.get(name)):
            raise invalid(name)
    if "sub" not in claims and "sid" not in claims:
        raise invalid("sub")

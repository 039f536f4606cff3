"""What providers publish about themselves: addresses and keys, kept for an hour in this process."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from collab import clock
from collab.auth.providers import fetch
from collab.auth.providers.fetch import Peer
from collab.auth.providers.refusals import Refused

LIFE = timedelta(hours=1)
#: An unknown key asks for a new look at the provider's keys, no more often than this.
FLOOR = timedelta(minutes=1)
MOST_KEYS = 100
SMALLEST_RSA = 2048
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

Key = RSAKey | ECKey | OKPKey
#: Where administrators see them too; longer is no address.
WELL_KNOWN = "/.well-known/openid-configuration"


def discovery_address(issuer: str) -> str:
    """OpenID Connect Discovery 1.0, section 4.1."""
    return issuer.rstrip("/") + WELL_KNOWN


def discover(peer: Peer) -> dict[str, Any]:
    """The provider's metadata, fetched now.

    Raises Refused if it cannot be had, speaks for another issuer (compared as an exact string,
    Discovery 4.3) or names addresses that cannot be used.
    """
    if not fetch.usable(peer, peer.issuer):
        raise Refused("provider_misconfigured", "issuer", peer.issuer)
    found = fetch.get(peer, discovery_address(peer.issuer))
    if found.get("issuer") != peer.issuer:
        raise Refused("provider_misconfigured", "metadata_issuer", str(found.get("issuer")))
    wrong = [name for name in NEEDED if not fetch.usable(peer, found.get(name))]
    optional = ("userinfo_endpoint", "end_session_endpoint")
    wrong += [name for name in optional if found.get(name) and not fetch.usable(peer, found[name])]
    if wrong:
        raise Refused("provider_misconfigured", wrong[0], str(found.get(wrong[0])))
    return found


class Published:
    """The metadata and keys of all providers, as this process knows them."""

    def __init__(self) -> None:
        self._metadata: dict[str, tuple[datetime, dict[str, Any]]] = {}
        self._keys: dict[str, tuple[datetime, list[Key]]] = {}
        self._forced: dict[str, datetime] = {}

    def forget(self, issuer: str) -> None:
        """Look again at the next occasion: the settings have changed."""
        for kept in (self._metadata, self._keys, self._forced):
            kept.pop(issuer, None)

    def metadata(self, peer: Peer) -> dict[str, Any]:
        known = self._metadata.get(peer.issuer)
        if known is None or not _fresh(known[0], LIFE):
            known = self._metadata[peer.issuer] = (clock.now(), discover(peer))
        return known[1]

    def keys(self, peer: Peer, kid: str | None) -> Sequence[Key]:
        """The keys that may have made a signature with this ``kid``; none if there is no such key."""
        known = self._keys.get(peer.issuer)
        if known is None or not _fresh(known[0], LIFE):
            return _named(self._fetch(peer), kid)
        found = _named(known[1], kid)
        if found or _fresh(self._forced.get(peer.issuer), FLOOR):
            return found
        self._forced[peer.issuer] = clock.now()
        return _named(self._fetch(peer), kid)

    def _fetch(self, peer: Peer) -> list[Key]:
        found = fetch.get(peer, self.metadata(peer)["jwks_uri"]).get("keys")
        if not isinstance(found, list):
            raise fetch.unavailable("no_keys")
        keys = [key for each in found[:MOST_KEYS] if (key := _key(each)) is not None]
        self._keys[peer.issuer] = (clock.now(), keys)
        return keys


def _fresh(since: datetime | None, life: timedelta) -> bool:
    return since is not None and timedelta() <= clock.now() - since < life


def _named(keys: Sequence[Key], kid: str | None) -> list[Key]:
    return [key for key in keys if kid is None or key.kid == kid]


def _key(given: Any) -> Key | None:
    """A public key for signatures; None for what is none, cannot be read, or is too weak."""
    if not isinstance(given, dict) or given.get("use", "sig") != "sig":
        return None
    try:
        key = JWKRegistry.import_key(given)
    except (JoseError, ValueError, TypeError, KeyError, OverflowError):
        return None
    if isinstance(key, RSAKey):
        return key if key.public_key.key_size >= SMALLEST_RSA else None
    return key if isinstance(key, ECKey | OKPKey) else None

"""Providers that speak plain OAuth 2 and no OpenID, as GitHub does: an address tells who it is.

There is no signed token, so the proof is that the provider gave this very browser's code an access
token (state, PKCE) and answers, over https, whose it is. Addresses and names of fields stand in
``SignInProvider.endpoints``.
"""

from collections.abc import Mapping
from typing import Any

from collab.auth.providers import fetch
from collab.auth.providers.checks import check_subject
from collab.auth.providers.fetch import Peer
from collab.auth.providers.refusals import Refused, invalid

NEEDED = ("authorization", "token", "userinfo")
#: ``emails`` need not be there; it lists addresses with ``verified`` and ``primary``.
ADDRESSES = (*NEEDED, "emails")
#: Where GitHub has what OpenID calls otherwise.
FIELDS = {"subject": "id", "name": "name", "login": "login", "email": "email"}


def address(peer: Peer, endpoints: Mapping[str, Any], name: str) -> str:
    """The provider's address for ``name``. Raises Refused if there is none that can be used."""
    found = endpoints.get(name)
    if not isinstance(found, str) or not fetch.usable(peer, found):
        raise Refused("provider_misconfigured", f"{name}_address", str(found))
    return found


def claims(peer: Peer, endpoints: Mapping[str, Any], access_token: str) -> dict[str, Any]:
    """Who the access token belongs to, in the words of OpenID (``sub``, ``name``, ``email`` …)."""
    found = fetch.get(peer, address(peer, endpoints, "userinfo"), access_token)
    names = {**FIELDS, **(endpoints.get("fields") or {})}
    subject = found.get(names["subject"])
    if isinstance(subject, bool) or not isinstance(subject, int | str):
        raise invalid("sub")
    told: dict[str, Any] = {
        "sub": check_subject(str(subject)),
        "name": found.get(names["name"]) or found.get(names["login"]),
        "preferred_username": found.get(names["login"]),
        "email": found.get(names["email"]),
        "email_verified": found.get("email_verified"),
    }
    for name in ("groups", "roles"):
        if name in found:
            told[name] = found[name]
    if endpoints.get("emails"):
        told |= _main_address(fetch.get_any(peer, address(peer, endpoints, "emails"), access_token))
    return {name: value for name, value in told.items() if value is not None}


def _main_address(listed: Any) -> dict[str, Any]:
    """The address that the person uses first, if it is verified; else none, whatever the profile shows."""
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    for row in rows:
        if row.get("primary") is True and row.get("verified") is True:
            return {"email": row.get("email"), "email_verified": True}
    return {"email": None, "email_verified": False}

"""What a provider says about a person, reduced to what Collab believes in which way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collab import text
from collab.auth.providers.models import SignInProvider
from collab.auth.services import email_key, is_address

MOST_GROUPS = 1000
LONGEST = 200
#: Of everything a provider says, this much is kept with the identity.
KEPT = ("name", "email", "email_verified", "preferred_username", "oid", "tid", "hd")


@dataclass(frozen=True)
class Who:
    """A person as a provider sees them. ``groups`` is None where the provider does not say.

    ``proven``: the provider's word makes the address the person's own, as far as it is trusted.
    ``vouched``: the provider says that it has checked the address, trusted or not.
    """

    issuer: str
    subject: str
    name: str
    email: str
    proven: bool
    vouched: bool
    groups: frozenset[str] | None
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def email_key(self) -> str:
        return email_key(self.email)

    def among(self, wanted: Sequence[str]) -> bool:
        """Is the person, as far as it is known, in one of these groups?"""
        return bool(self.groups and self.groups & set(wanted))


def who(provider: SignInProvider, subject: str, claims: Mapping[str, Any]) -> Who:
    """The person whom ``claims`` describe. Nothing in them can fail: what is no text is not there."""
    email = _line(claims.get("email"))
    if not is_address(email):
        email = ""
    # Google and others send the string "false", which would count as true
    verified = claims.get("email_verified") is True
    inside = bool(email) and email_key(email).rpartition("@")[2] in provider.domains
    by_domain = provider.email_trust == "domains" and inside
    return Who(
        issuer=provider.issuer,
        subject=subject,
        name=_name(claims, email),
        email=email,
        proven=bool(email) and ((provider.email_trust == "claim" and verified) or by_domain),
        vouched=bool(email) and (verified or by_domain),
        groups=groups(claims, provider.groups_claim),
        claims={key: _kept(claims[key]) for key in KEPT if key in claims},
    )


def _line(given: object) -> str:
    return text.clean_line(given)[:LONGEST] if isinstance(given, str) else ""


def _kept(given: object) -> object:
    return given if isinstance(given, bool) else _line(given)


def _name(claims: Mapping[str, Any], email: str) -> str:
    parts = [_line(claims.get("given_name")), _line(claims.get("family_name"))]
    return (
        _line(claims.get("name"))
        or " ".join(filter(None, parts))
        or _line(claims.get("preferred_username"))
        or email.partition("@")[0]
    )


def groups(claims: Mapping[str, Any], path: str) -> frozenset[str] | None:
    """The groups under the claim ``path`` (``groups``, or ``realm_access.roles``); None if it is not there.

    A claim that is missing is no answer, and in no case "no groups": Entra ID leaves it out for
    people in more than 200 groups and names a place to ask instead (``_claim_names``).
    """
    found: Any = claims.get(path)
    if found is None and path not in claims:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        found = [found]
    if not isinstance(found, list):
        return None
    return frozenset(name for each in found[:MOST_GROUPS] if (name := _line(each)))

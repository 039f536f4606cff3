"""Valid input for sign-in providers."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from collab.admin.forms import Domains
from collab.auth.providers import plain
from collab.config import PROVIDER_NAME
from collab.web.forms import Form, Line, Optional, Title


def _name(value: str) -> str:
    if not PROVIDER_NAME.fullmatch(value):
        raise ValueError("not_a_slug")
    return value


def _lines(value: object) -> object:
    """One per line: names of groups may have commas in them."""
    return [part.strip() for part in value.splitlines() if part.strip()] if isinstance(value, str) else value


def _address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[!-~]+", value):
        raise ValueError("not_an_address")
    return value


Lines = Annotated[list[Line], BeforeValidator(_lines), Field(max_length=50)]
Address = Annotated[Line, AfterValidator(_address)]
Secret = Annotated[str, Field(max_length=1000)]
Hours = Annotated[Annotated[int, Field(ge=1, le=8760)] | None, Optional]


class Provider(Form):
    """What can be changed of a provider. An empty secret is the one that there is."""

    label: Annotated[Title, StringConstraints(max_length=60)]
    client_id: Title
    client_secret: Secret = ""
    scopes: Line = "openid profile email"
    audience: Literal["employees", "guests"] = "employees"
    firm: Line = ""
    email_trust: Literal["none", "claim", "domains"] = "none"
    domains: Domains = []  # noqa: RUF012 - pydantic copies defaults
    creates_accounts: bool = False
    listed: bool = False
    required_group: Line = ""
    groups_claim: Line = "groups"
    admin_groups: Lines = []  # noqa: RUF012 - pydantic copies defaults
    employee_groups: Lines = []  # noqa: RUF012 - pydantic copies defaults
    guest_groups: Lines = []  # noqa: RUF012 - pydantic copies defaults
    subject_claim: Line = "sub"
    session_hours: Hours = None
    authorization: Address = ""
    token: Address = ""
    userinfo: Address = ""
    emails: Address = ""

    @property
    def endpoints(self) -> dict[str, Any]:
        """The addresses of a plain OAuth 2 provider."""
        return {name: getattr(self, name) for name in plain.ADDRESSES if getattr(self, name)}


class NewProvider(Provider):
    """What never changes again: people and addresses hang on it."""

    name: Annotated[Title, AfterValidator(_name)]
    kind: Literal["openid", "oauth2"] = "openid"
    issuer: Annotated[Title, AfterValidator(_address)]

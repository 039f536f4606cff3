"""Valid input about tools: addresses one a line, checked each."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from collab.admin.forms import Name
from collab.auth.issuer.addresses import usable
from collab.auth.issuer.clients import Facts
from collab.web.forms import Form, Line


def _lines(value: object) -> object:
    """A text with an address on each line as a list."""
    return value.split() if isinstance(value, str) else value


def _usable(values: list[str]) -> list[str]:
    if not all(map(usable, values)):
        raise ValueError("not_an_address")
    return list(dict.fromkeys(values))


def _usable_or_empty(value: str) -> str:
    if value and not usable(value):
        raise ValueError("not_an_address")
    return value


Addresses = Annotated[list[str], BeforeValidator(_lines), AfterValidator(_usable), Field(max_length=20)]
Address = Annotated[Line, AfterValidator(_usable_or_empty)]


class ToolIn(Form):
    """A tool as an administrator describes it."""

    name: Name
    redirect_uris: Annotated[Addresses, Field(min_length=1)]
    post_logout_redirect_uris: Addresses = []  # noqa: RUF012 - pydantic copies defaults
    backchannel_logout_uri: Address = ""
    home_url: Address = ""
    trusted: bool = False
    allows_guests: bool = False

    def facts(self) -> Facts:
        """What the service takes."""
        return Facts(**self.model_dump(include=set(ToolIn.model_fields)))


class NewTool(ToolIn):
    """A tool to be. ``public``: it cannot keep a secret, and gets none."""

    public: bool = False

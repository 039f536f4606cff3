"""Valid input for one's own account."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints

from collab import clock
from collab.web.forms import Body, Form, Line, Title, Words


def _timezone(value: str) -> str:
    if value and value not in available_timezones():
        raise ValueError("not_a_timezone")
    return value


Short = Annotated[Line, StringConstraints(max_length=120)]


class Profile(Form):
    """What others read about a person. Role, firm and rights are not the person's to change."""

    name: Annotated[Title, StringConstraints(max_length=120)]
    title: Short = ""
    location: Short = ""
    bio: Annotated[Body, StringConstraints(max_length=5000)] = ""
    timezone: Annotated[str, AfterValidator(_timezone)] = ""
    locale: Literal["", "de", "en"] = ""


class NewPassword(Form):
    """The present password proves who asks; empty for who has none yet."""

    current: str = Field("", max_length=1000)
    password: str = Field(max_length=1000)


class NewToken(Form):
    """A token for a program."""

    name: Annotated[Title, StringConstraints(max_length=100)]
    scopes: Words = ["read"]  # noqa: RUF012 - pydantic copies defaults
    days: Literal["30", "90", "365", ""] = "90"

    @property
    def expires_at(self) -> datetime | None:
        """When the token ends; None for one that does not end by itself."""
        return clock.now() + timedelta(days=int(self.days)) if self.days else None

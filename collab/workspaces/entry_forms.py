"""What valid input is for acts on any entry."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field

from collab import clock
from collab.web.forms import Body, Form, Line, MaybeWhen


class Preview(Form):
    """Words to look at. Other fields of the page's form do not matter."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    body: Body = ""


class Words(Preview):
    """Unsaved words, and the version that their editor read."""

    title: Line = ""
    version: int = Field(default=0, ge=0, lt=2**31)


class Language(Form):
    """Which language an entry is in; "" lets its words tell."""

    lang: Literal["", "de", "en"]


class Back(Form):
    """Where to go afterwards: a path of our own."""

    next: Line = ""


class Sharing(Form):
    """Who else may read an entry, and from when; without a time, from now on."""

    audience: Literal["staff", "guests", "public"]
    guests_from: MaybeWhen = None
    public_from: MaybeWhen = None
    below: bool

    def times(
        self, guests: datetime | None, public: datetime | None
    ) -> tuple[datetime | None, datetime | None]:
        """``guests_from`` and ``public_from`` to be set, given the present ones; the past stays as it is."""
        now = clock.now()
        if self.audience == "staff":
            return None, None
        if self.audience == "guests":
            return self.guests_from or min(guests or now, now), None
        then = self.public_from or min(public or now, now)
        return self.guests_from or (guests if guests and guests <= then else then), then


class Readers(Form):
    """The address of the list of an entry's readers."""

    who: Literal["", "guest", "employee"] = ""
    cursor: str | None = None


def for_input(moment: datetime | None, timezone: str) -> str:
    """A time as the value of ``<input type="datetime-local">`` in the person's own zone."""
    return moment.astimezone(ZoneInfo(timezone)).strftime("%Y-%m-%dT%H:%M") if moment else ""

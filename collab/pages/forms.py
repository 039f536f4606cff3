"""What valid input is for pages."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from collab.web.api import Listing
from collab.web.forms import Body, Form, Line, Title

Version = Annotated[int, Field(ge=1, lt=2**31)]


class New(Form):
    """A page to be made; ``parent`` is a path, empty for the top. ``guests``: they may read it, too."""

    title: Title
    body: Body = ""
    parent: Line = ""
    guests: bool = False


class Draft(New):
    """A page not out yet; ``version`` is what its writer read, 0 before there is one."""

    version: Annotated[int, Field(ge=0, lt=2**31)] = 0


class Begun(Draft):
    """The first words of something new: there may be no title yet."""

    title: Line = ""


class Words(Form):
    """Changed words; ``version`` is what their writer read."""

    title: Title
    body: Body = ""
    version: Version
    note: Line = ""


class Place(Form):
    """Where a page shall be, and how it shall be called."""

    title: Title
    slug: Line = ""
    parent: Line = ""
    place: Literal["stay", "first", "last"] = "stay"


class Order(Form):
    """One step among its neighbours."""

    step: Literal["up", "down"]


def _day(value: object) -> object:
    """A day as browsers send it; nothing for an empty field."""
    if not isinstance(value, str) or not value.strip():
        return value or None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError("not_a_day") from None


Day = Annotated[date | None, BeforeValidator(_day)]


class Below(Form):
    """The address of the form: the path of the page whose branch is meant, empty for all."""

    below: Annotated[str, StringConstraints(max_length=1000)] = ""


class Export(Below):
    """Which pages to take along, and as what; ``history``: with what they said before, as Markdown."""

    form: Literal["markdown", "html"]
    history: bool = False


class Validity(Form):
    """Who looks after a page, until when it is valid, and for how many months a yes holds."""

    account: Line = ""
    until: Day = None
    months: Annotated[int, Field(ge=1, le=120)] = 12


class PageIn(Form):
    """A new page; ``parent`` is the id of another page of the workspace."""

    title: Title
    body: Body = ""
    parent: str | None = None


class PageChange(Form):
    """What shall be different. ``parent``: null puts the page to the top; ``valid_until``: null, for ever."""

    title: Title | None = None
    body: Body | None = None
    parent: str | None = None
    note: Line = ""
    valid_until: Day = None


class TreeListing(Listing):
    """A part of the tree in its order."""

    limit: int = 100

"""What valid input is for pages."""

from typing import Annotated, Literal

from pydantic import Field

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


class PageIn(Form):
    """A new page; ``parent`` is the id of another page of the workspace."""

    title: Title
    body: Body = ""
    parent: str | None = None


class PageChange(Form):
    """What shall be different. ``parent``: null puts the page to the top."""

    title: Title | None = None
    body: Body | None = None
    parent: str | None = None
    note: Line = ""


class TreeListing(Listing):
    """A part of the tree in its order."""

    limit: int = 100

"""What valid input is for the words of entries of a kind; kinds with more to say derive from these."""

from typing import Annotated

from pydantic import Field

from collab.web.forms import Body, Form, Line, Title


class In(Form):
    """A new entry."""

    title: Title
    body: Body = ""


class New(In):
    """... from a page. ``guests``: they may read it, too."""

    guests: bool = False


class Change(In):
    """Changed words; ``version`` is what their writer read."""

    version: Annotated[int, Field(ge=1, lt=2**31)]
    note: Line = ""


class Patch(Form):
    """What shall be different, from a program."""

    title: Title | None = None
    body: Body | None = None

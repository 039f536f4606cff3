"""What valid input is for ideas."""

from typing import Annotated, Literal

from pydantic import Field

from collab.ideas.queries import Order
from collab.web.api import Listing
from collab.web.forms import Body, Form, Line
from collab.workspaces.forms import MaybeDay

State = Literal["new", "considered", "trial", "done", "declined"]
Version = Annotated[int, Field(ge=1, lt=2**31)]


class AnswerIn(Form):
    """What becomes of an idea. ``next_on``: the day by which the next answer is owed."""

    state: Literal["considered", "trial", "done", "declined"]
    reason: Body = ""
    before: Body = ""
    after: Body = ""
    next_on: MaybeDay = None


class Answering(AnswerIn):
    """... from a page."""

    version: Version


class Assignment(Form):
    """Who owes the answer (a handle; none for the owners), and until when."""

    answerer: Line = ""
    due_on: MaybeDay = None


class Vote(Form):
    """Whether one is for it."""

    on: bool = False


class Merging(Form):
    """The id of the idea that says the same."""

    into: Line


class MergeIn(Merging):
    """... from a program."""


class Filter(Form):
    """The address of a list of ideas."""

    order: Order = "votes"
    state: State | Literal[""] = ""
    q: Line = ""
    cursor: str | None = None


class IdeaListing(Listing):
    """A part of the ideas."""

    order: Order = "votes"
    state: State | None = None

"""What valid input is for topics."""

from typing import Annotated, Literal

from pydantic import Field

from collab.topics.queries import Which
from collab.web.api import Listing
from collab.web.forms import Body, Form, Line, Title


class TopicIn(Form):
    """A new topic."""

    title: Title
    body: Body = ""


class New(TopicIn):
    """... from a page. ``guests``: they may read it, too."""

    guests: bool = False


class Words(TopicIn):
    """Changed words; ``version`` is what their writer read."""

    version: Annotated[int, Field(ge=1, lt=2**31)]
    note: Line = ""


class TopicChange(Form):
    """What shall be different."""

    title: Title | None = None
    body: Body | None = None


class Decision(Form):
    """What was decided: in words, by the id of a comment, or both."""

    words: Line = ""
    comment: Line = ""


class Filter(Form):
    """The address of a list of topics."""

    which: Which = ""
    cursor: str | None = None


class TopicListing(Listing):
    """A part of the topics."""

    which: Literal["open", "decided", "closed", "unread"] | None = None

"""What valid input is for topics."""

from typing import Literal

from collab.topics.queries import Which
from collab.web.api import Listing
from collab.web.forms import Form, Line


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

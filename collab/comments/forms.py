"""What may be sent about comments."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from collab import text
from collab.comments.passages import LONGEST
from collab.web.api import Listing
from collab.web.forms import Body, Form, Line, MaybeWhen, Title

Passage = Annotated[str, AfterValidator(text.clean_body), StringConstraints(max_length=LONGEST)]


class NewComment(Form):
    """A comment; ``parent`` is the public id of what it answers.

    ``quote``: the words of the entry that it is about; if they are there several times, those behind ``before``.
    """

    body: Body
    parent: str | None = None
    internal: bool = False
    quote: Passage = ""
    before: Passage = ""


class ChangedComment(Form):
    """A comment as it shall be; what is not given stays."""

    body: Body | None = None
    internal: bool | None = None


class EditedComment(Form):
    """The same from a page."""

    body: Body
    internal: bool = False


class Deletion(Form):
    """Why it goes: needed for somebody else's."""

    reason: Line = ""


class CommentListing(Listing):
    """The comments on an entry, the oldest first."""


class Turning(Form):
    """What a comment shall become, and where (a slug)."""

    kind: Line
    title: Title
    workspace: Line


class Read(Form):
    """Up to when somebody has read, None for now."""

    until: MaybeWhen = None

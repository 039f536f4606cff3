"""What may be sent about comments."""

from collab.web.api import Listing
from collab.web.forms import Body, Form, Line


class NewComment(Form):
    """A comment; ``parent`` is the public id of what it answers."""

    body: Body
    parent: str | None = None
    internal: bool = False


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

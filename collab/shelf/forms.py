"""What valid input is for files and folders."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from collab import clock
from collab.errors import Invalid
from collab.web.api import Listing
from collab.web.forms import Body, Form, Line, Optional, Title, Words
from collab.web.request import viewer
from collab.workspaces import terms


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Version = Annotated[int, Field(ge=1, lt=2**31)]
Ids = Annotated[
    list[Annotated[str, Field(max_length=40)]],
    BeforeValidator(_several),
    Field(min_length=1, max_length=1000),
]


class NewFolder(Form):
    """A folder to be made. ``guests``: they may see it, too."""

    title: Title
    body: Body = ""
    guests: bool = False


class Sent(Form):
    """What goes with files from a page. ``unpack`` is for ZIP archives."""

    note: Line = ""
    guests: bool = False


class Details(Form):
    """Another name and description; ``version`` is what its editor read."""

    title: Title
    body: Body = ""
    tags: Words = Field(default_factory=list)
    note: Line = ""
    version: Version


#: A file is kept from others for so many days at most: then somebody has to say it again.
LONGEST_LOCK = 90


class Lock(Form):
    """How long others shall leave it alone: some hours, or through the day ``ends_on``, as who locks it counts days."""

    how: Literal["hours", "day"] = "hours"
    hours: Annotated[int, Field(ge=1, le=24 * 7)] = 8
    ends_on: Annotated[date | None, Optional] = None

    def until(self) -> datetime:
        """Raises Invalid for a day that is over, or too far away."""
        now = clock.now()
        if self.how == "hours":
            return now + timedelta(hours=self.hours)
        if self.ends_on is None:
            raise Invalid({"ends_on": "required"})
        end = terms.after(self.ends_on, viewer().timezone)
        if end <= now:
            raise Invalid({"ends_on": "end_in_past"})
        if end > now + timedelta(days=LONGEST_LOCK + 1):
            raise Invalid({"ends_on": "lock_too_long"}, days=LONGEST_LOCK)
        return end


class Chosen(Form):
    """What to do with which things."""

    item: Ids
    act: Literal["zip", "move", "delete"]


class Move(Form):
    """Which things to put where, or copies of them. ``to`` is the slug of another workspace; empty for this one."""

    item: Ids
    folder: Line = ""
    to: Line = ""
    act: Literal["move", "copy"] = "move"


class Erase(Form):
    """Which deleted things to delete for good; none for everything in the trash."""

    item: Annotated[list[Annotated[str, Field(max_length=40)]], BeforeValidator(_several)] = Field(
        default_factory=list, max_length=1000
    )


class Limit(Form):
    """Megabytes that the files of a workspace may hold; empty for no limit."""

    quota_mb: Annotated[int | None, Optional, Field(ge=0, le=10**9)] = None


class Files(Listing):
    """A folder's public id; without one, what lies beside the folders."""

    folder: str | None = None
    order: Literal["name", "date", "size"] = "name"


class FolderIn(Form):
    """A new folder; ``parent`` is the id of the folder to put it into."""

    title: Title
    body: Body = ""
    parent: str | None = None


class FileChange(Form):
    """What shall be different. ``parent``: null takes it out of all folders."""

    title: Title | None = None
    body: Body | None = None
    parent: str | None = None
    note: Line = ""


class Several(Form):
    """Which things."""

    item: Ids

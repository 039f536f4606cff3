"""What valid input is for files and folders."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from collab.web.api import Listing
from collab.web.forms import Body, Form, Line, Optional, Title, Words


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


class Target(Form):
    """The folder to put things into; empty for none."""

    folder: Line = ""


class Lock(Form):
    """For how many hours others shall leave it alone."""

    hours: Annotated[int, Field(ge=1, le=24 * 7)] = 8


class Chosen(Form):
    """What to do with which things."""

    item: Ids
    act: Literal["zip", "move", "delete"]


class Move(Form):
    """Which things to put where."""

    item: Ids
    folder: Line = ""


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

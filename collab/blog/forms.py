"""What valid input is for posts: the page's and the API's."""

from typing import Annotated

from pydantic import Field, StringConstraints

from collab.web.api import Listing
from collab.web.forms import Body, Form, Line, MaybeWhen, Title, Words
from collab.web.forms import Optional as EmptyIsNone

DraftKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,40}$")]


class PostPage(Form):
    """The editor's form. A draft may have no title yet. Each field stays as it is where it is absent."""

    title: Line = ""
    body: Body = ""
    version: int = Field(default=0, ge=0, lt=2**31)
    draft_key: DraftKey = ""
    tags: Words | None = None
    authors: Words | None = None
    workspace: Line | None = None
    image: Line | None = None
    note: Line = ""
    act: Line = ""
    publish_at: MaybeWhen = None


class Browse(Form):
    """The address of a list of posts."""

    cursor: Annotated[str | None, EmptyIsNone] = None
    workspace: Annotated[str | None, EmptyIsNone] = None


class PublicationPage(Form):
    """The button that publishes, with a time or without."""

    at: MaybeWhen = None


class PostIn(Form):
    """A new post."""

    title: Title
    body: Body = ""
    tags: Words = Field(default_factory=list)
    workspace: Line | None = None
    guests_from: MaybeWhen = None
    public_from: MaybeWhen = None
    authors: Words = Field(default_factory=list)


class PostChange(Form):
    """What is to change about a post; what is absent stays."""

    title: Title | None = None
    body: Body | None = None
    tags: Words | None = None
    workspace: Line | None = None
    guests_from: MaybeWhen = None
    public_from: MaybeWhen = None
    authors: Words | None = None


class PublicationIn(Form):
    """When a post is to come out; now without a time."""

    at: MaybeWhen = None


class PostFilter(Listing):
    """Which posts: of an author (handle), with a tag, in a workspace (slug)."""

    author: Line | None = None
    tag: Line | None = None
    workspace: Line | None = None

"""What may be said about workspaces and members."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints

from collab.web.api import Listing
from collab.web.forms import Form, Line, MaybeWhen, Optional, Title, Words
from collab.web.request import viewer
from collab.workspaces import kinds

Name = Annotated[Title, StringConstraints(max_length=100)]
Purpose = Annotated[Line, StringConstraints(max_length=300)]
Visibility = Literal["open", "closed", "secret"]
Role = Literal["owner", "contributor", "reader"]
Joining = Literal["free", "ask", "invited"]
MaybeJoining = Annotated[Joining | None, Optional]
JoinsAs = Literal["contributor", "reader"]
MaybeDay = Annotated[date | None, Optional]


def _known(sections: list[str]) -> list[str]:
    there = [kind.section for kind in kinds.every() if kind.section]
    if not set(filter(None, sections)) <= set(there):  # the page sends an empty one, so that none is some
        raise ValueError("not_a_choice")
    return [section for section in there if section in sections]


#: Which lists the workspace has, in the order of ``kinds``.
Sections = Annotated[Words, AfterValidator(_known)]


class NewWorkspace(Form):
    """A workspace to be."""

    name: Name
    purpose: Purpose = ""
    visibility: Visibility = "open"
    joining: MaybeJoining = None
    joins_as: JoinsAs = "contributor"
    clean_room: bool = False
    allows_public: bool = False
    sections: Sections = Field(default_factory=lambda: ["pages"])


class Beginning(NewWorkspace):
    """... and the template to begin with, by its key; "" for none. What is left out is as the template says."""

    template: Line = ""


class Offer(Form):
    """A workspace as a template for others; ``starters`` are the ids of the texts that come along."""

    name: Name
    about: Purpose = ""
    starters: Annotated[Words, Field(max_length=20)] = Field(default_factory=list)


class Settings(NewWorkspace):
    """The settings page: all settings, and the version that it showed."""

    version: int


class SomeSettings(Form):
    """Some settings, by the API."""

    name: Name | None = None
    purpose: Purpose | None = None
    visibility: Visibility | None = None
    joining: Joining | None = None
    joins_as: JoinsAs | None = None
    clean_room: bool | None = None
    allows_public: bool | None = None
    sections: Sections | None = None


class Described(Form):
    """What is to be seen on a picture."""

    alt: Line = ""
    photo: Any = None


class Message(Form):
    """What somebody says who asks to join."""

    message: Annotated[Line, StringConstraints(max_length=500)] = ""


class Standing(Form):
    """A member's role, to the end of a day if one is given: for pages."""

    role: Role = "contributor"
    ends_on: MaybeDay = None

    @property
    def ends_at(self) -> datetime | None:
        """The first moment after the last day, by the clock of who says so."""
        if self.ends_on is None:
            return None
        return datetime.combine(self.ends_on + timedelta(days=1), time(), ZoneInfo(viewer().timezone))


def last_moment(ends_at: datetime | None) -> datetime | None:
    """When a membership still holds that ends at ``ends_at``."""
    return ends_at - timedelta(microseconds=1) if ends_at else None


def last_day(ends_at: datetime | None) -> date | None:
    """The last day of a membership, by the viewer's clock."""
    moment = last_moment(ends_at)
    return moment.astimezone(ZoneInfo(viewer().timezone)).date() if moment else None


class GroupRole(Form):
    """A group (its id) to have a role."""

    group: Title
    role: Literal["contributor", "reader"] = "contributor"


class NewMember(Standing):
    """A person to be a member, by handle or name: for pages."""

    account: Title


class MemberIn(Form):
    """A person (handle or id) to be a member: for the API."""

    account: Title
    role: Role = "contributor"
    ends_at: MaybeWhen = None


class MemberChange(Form):
    """Another role or end; what is left out stays."""

    role: Role | None = None
    ends_at: MaybeWhen = None


class Who(Form):
    """A person, by handle or id."""

    account: Title


class Acceptance(Form):
    """As what somebody is let in who asked."""

    role: Role = "contributor"


class Search(Listing):
    """A list of workspaces or people, or those with the words ``q`` in them."""

    q: Line = ""

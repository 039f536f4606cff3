"""What may be said about invitations."""

from datetime import datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, StringConstraints

from collab.guests.addresses import Addressee, read
from collab.guests.invitations import Offer
from collab.web.api import Listing
from collab.web.forms import Body, Form, Line, MaybeWhen, Title
from collab.web.request import viewer
from collab.workspaces.forms import MaybeDay

Message = Annotated[Body, StringConstraints(max_length=2000)]
Firm = Annotated[Line, StringConstraints(max_length=120)]
Role = Literal["contributor", "reader"]
Language = Literal["", "de", "en"]


class NewInvitations(Form):
    """People to be invited, as they are typed or pasted: for pages."""

    emails: Annotated[str, Field(max_length=20_000)] = ""
    role: Role = "contributor"
    firm: Firm = ""
    message: Message = ""
    ends_on: MaybeDay = None
    locale: Language = ""

    @property
    def people(self) -> list[Addressee]:
        return read(self.emails)

    @property
    def offer(self) -> Offer:
        ends_at = None
        if self.ends_on is not None:
            after = self.ends_on + timedelta(days=1)
            ends_at = datetime.combine(after, time(), ZoneInfo(viewer().timezone))
        return Offer(self.role, self.firm, self.message, self.locale, ends_at)


class InvitationsIn(Form):
    """People to be invited (``a@example.com`` or ``Name <a@example.com>``), or to one entry (its id): for the API."""

    emails: Annotated[list[Line], Field(min_length=1, max_length=50)]
    role: Role = "contributor"
    firm: Firm = ""
    message: Message = ""
    locale: Language = ""
    ends_at: MaybeWhen = None
    entry: Line = ""

    @property
    def people(self) -> list[Addressee]:
        return [each for line in self.emails for each in read(line)]

    @property
    def offer(self) -> Offer:
        return Offer(None if self.entry else self.role, self.firm, self.message, self.locale, self.ends_at)


class Waiting(Listing):
    """A list of invitations."""


class Proposal(Form):
    """A firm's lead proposes a colleague for a workspace (its slug)."""

    email: Title
    name: Firm = ""
    workspace: Line = ""
    message: Message = ""

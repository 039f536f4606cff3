"""What may be said about sharing an entry alone."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from collab.web.forms import Body, Form, Line, When
from collab.web.request import viewer
from collab.workspaces import terms

Name = Annotated[Line, StringConstraints(min_length=1, max_length=80)]
Password = Annotated[str, StringConstraints(max_length=1000)]
Ticked = Annotated[bool, BeforeValidator(lambda value: value in (True, "1", "on", "true"))]


class _Until(Form):
    ends_on: date

    @property
    def ends_at(self) -> datetime:
        """The first moment after the last day, by the clock of who says so."""
        return terms.after(self.ends_on, viewer().timezone)


class NewGrant(_Until):
    """A guest (name, address or handle) or a firm (its id) to read the entry: for pages.

    ``of_firm`` is the name of the firm of somebody who has to be invited first. ``below``: what is
    below it is shared, too, as it is now.
    """

    guest: Line = ""
    firm: Line = ""
    of_firm: Line = ""
    may_comment: Ticked = False
    below: Ticked = False


class ChangedGrant(_Until):
    """Until when, and whether to comment."""

    may_comment: Ticked = False


class Until(_Until):
    """Until when, and nothing else: taking back that it was ended."""


class NewLink(_Until):
    """A link to be."""

    name: Name
    password: Password = ""
    may_comment: Ticked = False


class Words(Form):
    """A comment of somebody without an account."""

    name: Name
    body: Annotated[Body, StringConstraints(max_length=5000)]


class GrantIn(Form):
    """A guest (handle, id or address) or a firm (its id) to read the entry: for the API."""

    guest: Line = ""
    firm: Line = ""
    ends_at: When
    may_comment: bool = True


class LinkIn(Form):
    """A link to be: for the API."""

    name: Name
    ends_at: When
    password: Password = ""
    may_comment: bool = False

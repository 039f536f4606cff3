"""What a sponsor may say about a guest."""

from datetime import datetime
from typing import Literal

from collab.web.api import Listing
from collab.web.forms import Form, Line, Title
from collab.web.request import viewer
from collab.workspaces import terms
from collab.workspaces.forms import MaybeDay


class Mine(Listing):
    """Which of one's guests."""

    q: Line = ""
    show: Literal["", "soon", "ended", "invited"] = ""


class Why(Form):
    """Why an administrator acts for somebody else's guest; kept in the audit log."""

    reason: Line = ""


class Until(Why):
    """Another last day; without one, the usual number of days from today."""

    ends_on: MaybeDay = None

    @property
    def ends_at(self) -> datetime | None:
        """The first moment after the last day, by the clock of who says so."""
        return terms.after(self.ends_on, viewer().timezone) if self.ends_on else None


class Other(Why):
    """Who answers for the guest from now on, by handle or name."""

    account: Title

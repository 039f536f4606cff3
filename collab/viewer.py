"""Who is asking, as a value. Nobody in particular is a value too: ``ANONYMOUS``."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["employee", "guest", "anonymous"]


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person for the length of one request or job, read fresh from the database.

    A suspended, ended or locked account never becomes a viewer of its own kind: whoever
    makes viewers (``auth.services.viewer_of``) answers ``ANONYMOUS`` for it.
    """

    account_id: int | None
    kind: Kind
    firm_id: int | None = None
    is_admin: bool = False
    name: str = ""
    handle: str = ""
    locale: str = ""
    timezone: str = "Europe/Berlin"
    photo: str | None = None
    #: The link to one entry by which this person, known or not, has come.
    link_id: int | None = None
    #: The employee who looks, while somebody sees what a guest sees.
    looker: "Viewer | None" = None

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def is_employee(self) -> bool:
        return self.kind == "employee"

    @property
    def me(self) -> int:
        """The account's id for conditions in SQL; 0, which no account has, for nobody."""
        return self.account_id or 0


ANONYMOUS = Viewer(account_id=None, kind="anonymous")

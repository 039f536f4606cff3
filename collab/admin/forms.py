"""Valid input for the administration."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from collab.web.api import Listing
from collab.web.forms import Form, Line, MaybeWhen, Title, Words
from collab.web.request import viewer
from collab.workspaces.forms import MaybeDay

Name = Annotated[Title, StringConstraints(max_length=120)]
Password = Annotated[str, Field(max_length=1000)]
Kind = Literal["employee", "guest"]

_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def _domains(values: list[str]) -> list[str]:
    found = [value.lower().removeprefix("@") for value in values]
    if not all(_DOMAIN.fullmatch(value) for value in found):
        raise ValueError("not_a_domain")
    return list(dict.fromkeys(found))


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


Domains = Annotated[Words, AfterValidator(_domains), Field(max_length=50)]


class Filters(Form):
    """Which people. ``firm``, ``sponsor`` and ``group`` are ids.

    ``seen``: never, or not for 90 days. ``ends14`` and ``ends30`` end within that many days;
    ``orphaned`` guests lost the sponsor who left.
    """

    q: Line = ""
    kind: Literal["", "employee", "guest"] = ""
    status: Literal[
        "", "active", "suspended", "locked", "ended", "ends14", "ends30", "no_sponsor", "orphaned"
    ] = ""
    admin: Literal["", "1"] = ""
    lead: Literal["", "1"] = ""
    firm: Line = ""
    sponsor: Line = ""
    group: Line = ""
    seen: Literal["", "never", "90"] = ""
    ends_before: MaybeWhen = None


class People(Listing, Filters):
    """Which people, and in which order."""

    sort: Literal["name", "newest", "seen", "ends"] = "name"


class Chosen(Filters):
    """Some people: those ticked (ids), or with ``every`` all that fit; and what is to be done."""

    act: Literal["suspend", "activate", "sign_out", "extend", "end", "sponsor"]
    account: Annotated[list[Line], BeforeValidator(_one_or_more), Field(max_length=1000)] = []  # noqa: RUF012
    every: Literal["", "1"] = ""


class BulkAct(Form):
    """What a confirmation page asks for, and how many it spoke of."""

    number: int
    reason: Line = ""
    ends_on: MaybeDay = None
    sponsor: Line = ""


class TableDo(Form):
    """The button under a dry run: which kept table, and why."""

    token: Line
    reason: Line = ""


class HandOver(Form):
    """To whom (a handle or id) everything goes, and why."""

    account: Line
    reason: Title


class GroupName(Form):
    """What a group is called."""

    name: Title


class GroupPerson(Form):
    """Somebody (a handle, id or address) for a group, or out of it."""

    account: Line


class Groups(Listing):
    """Which groups."""

    q: Line = ""


class Invitations(Listing):
    """Which invitations."""

    q: Line = ""
    show: Literal["", "waiting", "accepted", "over"] = ""


class _Until(Form):
    """To the end of a day if one is given: for pages."""

    ends_on: MaybeDay = None

    @property
    def ends_at(self) -> datetime | None:
        """The first moment after the last day, by the clock of who says so."""
        return after(self.ends_on) if self.ends_on else None


def after(day: date) -> datetime:
    """The first moment after ``day`` by the viewer's clock."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(viewer().timezone))


class NewAccount(_Until):
    """An account to be: for the page. Without a password one is made."""

    name: Name
    email: Line
    kind: Kind = "employee"
    firm: Line = ""
    password: Password = ""


class ChangedAccount(_Until):
    """All that the page shows of an account, and the version that it showed."""

    name: Name
    email: Line = ""
    firm: Line = ""
    version: int


class AccountIn(Form):
    """An account to be: for the API. Without a password nobody can sign in yet.

    ``firm`` is a firm's id. A guest without ``ends_at`` ends when guests usually do.
    """

    name: Name
    email: Line
    kind: Kind = "employee"
    firm: Line = ""
    ends_at: MaybeWhen = None
    password: Password = ""
    is_admin: bool = False


class AccountChange(Form):
    """Some of an account; what is left out stays."""

    name: Name | None = None
    email: Line | None = None
    firm: Line | None = None
    ends_at: MaybeWhen = None
    is_admin: bool | None = None


class Suspension(Form):
    """Why somebody may not come in any more; kept in the audit log."""

    reason: Line = ""


class Conversion(_Until):
    """Somebody's other kind of account, and why; for a guest to be, also who answers until when."""

    reason: Line = ""
    account: Line = ""


class Right(Form):
    """Whether somebody is to be administrator."""

    is_admin: bool


class SetPassword(Form):
    """Another password for somebody; without one, one is made."""

    password: Password = ""


class DirectoryToken(Form):
    """A token for the company's directory."""

    name: Name
    lasts: Literal["90", "180", "365", ""] = Field("365", alias="days")

    @property
    def days(self) -> int | None:
        """How long the token works; None for one that does not end by itself."""
        return int(self.lasts) if self.lasts else None


class FirmIn(Form):
    """A firm that guests belong to, with the domains of its addresses.

    ``lead_invites``: who speaks for it may propose colleagues as guests; left out, it stays as it is.
    """

    name: Name
    domains: Domains = []  # noqa: RUF012 - pydantic copies defaults
    lead_invites: bool | None = None


class FirmPage(FirmIn):
    """All that the page shows of a firm."""

    lead_invites: bool = False


class Firms(Listing):
    """Which firms: words in name or domain."""

    q: Line = ""


class Reason(Form):
    """Why; kept in the audit log."""

    reason: Title


class Lead(Form):
    """Whether a guest (an account's id) speaks for the firm."""

    account: Line
    on: bool


class FirmProvider(Form):
    """The sign-in of the firm's own (a provider's id), or none."""

    provider: Line = ""


class LogFilter(Form):
    """Which events. ``q`` is a person's id, handle or address; ``words`` stand in the details.

    ``group`` is one of ``audit.GROUPS``. ``since`` and ``until`` are days by the viewer's clock.
    """

    q: Line = ""
    group: Line = ""
    kind: Line = ""
    words: Line = ""
    since: MaybeDay = None
    until: MaybeDay = None

    @property
    def begins(self) -> datetime | None:
        """The first moment of the first day."""
        return after(self.since - timedelta(days=1)) if self.since and self.since > date.min else None

    @property
    def ends(self) -> datetime | None:
        """The first moment after the last day."""
        return after(self.until) if self.until and self.until < date.max else None


class Log(Listing, LogFilter):
    """A page of the log."""


class Export(LogFilter):
    """The same, for a file: for a spreadsheet, or a JSON object on each line."""

    form: Literal["csv", "jsonl"] = "csv"

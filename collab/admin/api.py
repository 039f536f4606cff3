"""``/api/v1/accounts`` and ``/api/v1/firms``.

Employees find the people whom they may know of. Administrators, with a token of the scope
``admin``, see and manage accounts.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy import Row

from collab.admin import firm_services, forms, queries, services
from collab.auth.models import Account, Firm
from collab.errors import Invalid
from collab.guests import firm_ending as ending
from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import Page
from collab.web.request import context, db, viewer
from collab.web.urls import whole

blueprint = Api("admin")


class FirmOut(Out):
    """A firm that guests belong to. ``domains`` and ``guests`` are for administrators."""

    id: str
    name: str
    domains: list[str] | None = None
    guests: int | None = None
    lead_invites: bool | None = None


class EndedOut(Out):
    """What of a firm's access has ended: how many guests, sign-ins, grants of entries, invitations."""

    guests: int
    sessions: int
    grants: int
    invitations: int


class SponsorOut(Out):
    """The employee who answers for a guest."""

    id: str
    name: str


class AccountOut(Out):
    """A person. What follows ``photo_url`` is for administrators; others get null."""

    id: str
    handle: str
    name: str
    kind: str
    firm: FirmOut | None
    title: str
    location: str
    url: str
    photo_url: str | None
    email: str | None = None
    status: str | None = None
    is_admin: bool | None = None
    ends_at: datetime | None = None
    created_at: datetime | None = None
    seen_at: datetime | None = None
    sponsor: SponsorOut | None = None
    is_lead: bool | None = None


def manages() -> bool:
    """Does an administrator ask, with all that this right gives?"""
    scopes: list[str] | None = g.get("token_scopes")
    return viewer().is_admin and (scopes is None or "admin" in scopes)


def _out(row: Row[Any]) -> AccountOut:
    url = whole(f"/people/{row.handle}")
    shown: dict[str, Any] = {
        name: getattr(row, name) for name in ("handle", "name", "kind", "title", "location")
    }
    if manages():
        shown |= {
            name: getattr(row, name) for name in ("email", "is_admin", "ends_at", "created_at", "seen_at")
        }
        shown["status"] = queries.state(row)
        shown["is_lead"] = row.is_lead
        if row.sponsor_id:
            shown["sponsor"] = SponsorOut(id=row.sponsor_public_id, name=row.sponsor_name)
    return AccountOut(
        id=row.public_id,
        firm=FirmOut(id=row.firm_public_id, name=row.firm_name) if row.firm_id else None,
        url=url,
        photo_url=f"{url}/photo" if row.photo else None,
        **shown,
    )


def _query(wanted: forms.People) -> queries.Rows:
    return queries.people(viewer(), wanted) if manages() else queries.colleagues(viewer(), wanted)


def _answer(public_id: str) -> tuple[AccountOut, dict[str, str]]:
    db().flush()
    row = queries.row(db(), _query(forms.People()), public_id)
    return _out(row), etag(queries.version(row)) if manages() else {}


@blueprint.operation("GET", "/accounts", least="employee", query=forms.People, answer=AccountOut, many=True)
def accounts(query: forms.People) -> Page[AccountOut]:
    """List people. Employees filter by words, kind and firm; the rest is for administrators."""
    theirs = {"q", "kind", "firm", "limit", "cursor"}
    asked = query.model_dump(exclude_defaults=True).keys() - theirs
    if asked and not manages():
        raise Invalid(dict.fromkeys(sorted(asked), "bad_filter"))
    found = queries.listing(db(), _query(query), query)
    return Page([_out(row) for row in found.items], found.next)


@blueprint.operation("POST", "/accounts", least="admin", body=forms.AccountIn, answer=AccountOut, status=201)
def create(body: forms.AccountIn) -> tuple[AccountOut, dict[str, str]]:
    """Make an account."""
    made = services.create(db(), viewer(), context().settings, **body.model_dump())
    answer, headers = _answer(made.public_id)
    return answer, headers | {"Location": whole(f"/api/v1/accounts/{made.public_id}")}


@blueprint.operation("GET", "/accounts/<public_id>", least="employee", answer=AccountOut)
def account(public_id: str) -> tuple[AccountOut, dict[str, str]]:
    """One person."""
    return _answer(public_id)


@blueprint.operation(
    "PATCH", "/accounts/<public_id>", least="admin", body=forms.AccountChange, answer=AccountOut
)
def change(public_id: str, body: forms.AccountChange) -> tuple[AccountOut, dict[str, str]]:
    """Change some of an account."""

    def act(found: Account) -> None:
        expected_version(queries.version(found))
        wanted = body.model_dump(exclude_unset=True)
        is_admin = wanted.pop("is_admin", None)
        services.change(db(), viewer(), context().settings, found, wanted)
        if is_admin is not None:
            services.set_admin(db(), viewer(), found, is_admin)

    return _do(public_id, act)


def _do(public_id: str, act: Callable[[Account], None]) -> tuple[AccountOut, dict[str, str]]:
    act(queries.account(db(), viewer(), public_id))
    return _answer(public_id)


@blueprint.operation(
    "PUT", "/accounts/<public_id>/suspension", least="admin", body=forms.Suspension, answer=AccountOut
)
def suspend(public_id: str, body: forms.Suspension) -> tuple[AccountOut, dict[str, str]]:
    """Take all access away at once."""
    return _do(public_id, lambda found: services.suspend(db(), viewer(), found, body.reason))


@blueprint.operation("DELETE", "/accounts/<public_id>/suspension", least="admin", answer=AccountOut)
def activate(public_id: str) -> tuple[AccountOut, dict[str, str]]:
    """Give access back."""
    return _do(public_id, lambda found: services.activate(db(), viewer(), found))


@blueprint.operation("GET", "/firms", least="admin", query=forms.Firms, answer=FirmOut, many=True)
def firms(query: forms.Firms) -> Page[FirmOut]:
    """List the firms."""
    found = queries.firm_listing(db(), viewer(), query.cursor, query.limit, query.q)
    return Page([_firm(row) for row in found.items], found.next)


def _firm(row: Row[Any]) -> FirmOut:
    return FirmOut(
        id=row.public_id,
        name=row.name,
        domains=row.domains,
        guests=row.guests,
        lead_invites=row.lead_invites,
    )


def _firm_answer(firm: Firm) -> FirmOut:
    db().flush()
    return _firm(db().execute(queries.firms(viewer()).where(Firm.id == firm.id)).one())


@blueprint.operation("GET", "/firms/<public_id>", least="admin", answer=FirmOut)
def firm(public_id: str) -> FirmOut:
    """One firm."""
    return _firm_answer(queries.firm(db(), viewer(), public_id))


@blueprint.operation("PUT", "/firms/<public_id>/end", least="admin", body=forms.Reason, answer=EndedOut)
def end_firm(public_id: str, body: forms.Reason) -> EndedOut:
    """End all access of a firm at once: guests, sign-ins, grants, invitations. Twice is once."""
    ended = ending.end_all(db(), viewer(), queries.firm(db(), viewer(), public_id), body.reason)
    return EndedOut(
        guests=ended.guests, sessions=ended.sessions, grants=ended.grants, invitations=ended.invitations
    )


@blueprint.operation("DELETE", "/firms/<public_id>/end", least="admin", answer=FirmOut)
def give_firm_back(public_id: str) -> FirmOut:
    """Give back what ended, as far as nobody has changed it since."""
    firm = queries.firm(db(), viewer(), public_id)
    ending.give_back(db(), viewer(), firm)
    return _firm_answer(firm)


@blueprint.operation("POST", "/firms", least="admin", body=forms.FirmIn, answer=FirmOut, status=201)
def create_firm(body: forms.FirmIn) -> FirmOut:
    """Make a firm."""
    return _firm_answer(firm_services.create_firm(db(), viewer(), body.name, body.domains))


@blueprint.operation("PUT", "/firms/<public_id>", least="admin", body=forms.FirmIn, answer=FirmOut)
def change_firm(public_id: str, body: forms.FirmIn) -> FirmOut:
    """Change a firm's name and domains."""
    firm = queries.firm(db(), viewer(), public_id)
    firm_services.change_firm(db(), viewer(), firm, body.name, body.domains, body.lead_invites)
    return _firm_answer(firm)

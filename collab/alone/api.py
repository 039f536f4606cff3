"""``/api/v1/entries/{id}/grants`` and ``…/links``: to whom an entry alone is shared."""

from datetime import datetime
from typing import Any

from collab.alone import forms
from collab.alone.share_views import shareable, whom
from collab.auth.models import Firm
from collab.web.api import Api, Out
from collab.web.paging import Page
from collab.web.request import context, db, viewer
from collab.web.urls import whole
from collab.workspaces import alone, links
from collab.workspaces.models import Entry, ShareLink

blueprint = Api("shares")
GRANTS, LINKS = "/entries/<public_id>/grants", "/entries/<public_id>/links"


class GrantOut(Out):
    """An entry alone is shared with a guest (handle), or with all guests of a firm (id)."""

    id: str
    guest: str | None
    firm: str | None
    may_comment: bool
    ends_at: datetime
    created_at: datetime


class LinkOut(Out):
    """A link to one entry. ``url`` is told once, by who makes it; ``works`` whether it does now."""

    id: str
    name: str
    url: str | None
    works: bool
    password: bool
    may_comment: bool
    ends_at: datetime
    revoked_at: datetime | None
    created_at: datetime


def _entry(public_id: str) -> Entry:
    return shareable(db(), viewer(), public_id)


def _grant(row: Any) -> GrantOut:
    given = row.EntryGrant
    firm = db().get_one(Firm, given.firm_id).public_id if given.firm_id else None
    return GrantOut(
        id=given.public_id,
        guest=row.handle,
        firm=firm,
        may_comment=given.may_comment,
        ends_at=given.ends_at,
        created_at=given.created_at,
    )


def _link(link: ShareLink, *, works: bool, token: str = "") -> LinkOut:
    names = ("name", "may_comment", "ends_at", "revoked_at", "created_at")
    return LinkOut(
        id=link.public_id,
        url=whole(f"/s/{token}") if token else None,
        works=works,
        password=link.password_hash is not None,
        **{name: getattr(link, name) for name in names},
    )


@blueprint.operation("GET", GRANTS, least="employee", answer=GrantOut, many=True)
def entry_grants(public_id: str) -> Page[GrantOut]:
    """To whom an entry alone is shared, those that ended lately too; for those who may share it"""
    return Page([_grant(row) for row in alone.grants(db(), _entry(public_id))], None)


@blueprint.operation("POST", GRANTS, least="employee", body=forms.GrantIn, answer=GrantOut, status=201)
def give_entry(public_id: str, body: forms.GrantIn) -> GrantOut:
    """Share an entry alone with a guest or a firm, or change until when"""
    entry = _entry(public_id)
    to = whom(db(), viewer(), body.guest, body.firm)
    settings = context().settings
    given = alone.give(
        db(), viewer(), entry, to, settings, ends_at=body.ends_at, may_comment=body.may_comment
    )
    return _grant(next(row for row in alone.grants(db(), entry) if row.EntryGrant.id == given.id))


@blueprint.operation("DELETE", f"{GRANTS}/<grant_id>", least="employee", status=204)
def end_grant(public_id: str, grant_id: str) -> None:
    """Share it with them no more"""
    entry = _entry(public_id)
    alone.end(db(), viewer(), entry, alone.grant(db(), entry, grant_id))


@blueprint.operation("GET", LINKS, least="employee", answer=LinkOut, many=True)
def entry_links(public_id: str) -> Page[LinkOut]:
    """The links to an entry for people without an account; for those who may share it"""
    rows = links.listed(db(), _entry(public_id))
    return Page([_link(row.ShareLink, works=bool(row.works)) for row in rows], None)


@blueprint.operation(
    "POST", LINKS, least="employee", body=forms.LinkIn, answer=LinkOut, status=201, secret=True
)
def make_entry_link(public_id: str, body: forms.LinkIn) -> LinkOut:
    """Make a link; its address is in this answer, and nowhere else"""
    made, token = links.make(
        db(),
        viewer(),
        _entry(public_id),
        context().settings,
        name=body.name,
        ends_at=body.ends_at,
        password=body.password,
        may_comment=body.may_comment,
    )
    return _link(made, works=True, token=token)


@blueprint.operation("DELETE", f"{LINKS}/<link_id>", least="employee", status=204)
def revoke_entry_link(public_id: str, link_id: str) -> None:
    """Take a link back, at once and for good"""
    entry = _entry(public_id)
    links.revoke(db(), viewer(), entry, links.of_entry(db(), entry, link_id))

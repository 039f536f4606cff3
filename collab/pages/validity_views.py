"""Who looks after a page, until when it is valid, and saying that it still is."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.auth.models import Account
from collab.errors import Invalid
from collab.pages import forms, queries, validity
from collab.pages.models import Page
from collab.pages.views import frame
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.i18n import day
from collab.web.request import db, viewer
from collab.workspaces import access
from collab.workspaces.asking import ask
from collab.workspaces.members import person
from collab.workspaces.models import Workspace

blueprint = Blueprint("page_validity", __name__)


def _page(public_id: str) -> Page:
    page = access.get(db(), viewer(), Page, Page.public_id == public_id)
    access.require(db(), viewer(), "edit", page)
    return page


@blueprint.get("/w/<slug>/outdated")
@door("guest")
def outdated(slug: str) -> str:
    """Pages that may be out of date, and those that will be soon; the oldest first."""
    place = access.workspace(db(), viewer(), slug)
    rows = ask(db(), viewer(), queries.outdated, place=place.id, until=validity.soon(viewer())).all()
    known = access.may_notice(db(), viewer(), list({row.account_id for row in rows}))
    return render_template(
        "pages/outdated.html",
        rows=rows,
        today=validity.today(viewer()),
        keepers={row.id: person(row) for row in rows if row.account_id in known},
        may_write=access.allowed(db(), viewer(), "contribute", place),
        **frame(place),
    )


@blueprint.get("/entries/<public_id>/validity")
@door("guest", own=True)
def form(public_id: str) -> str:
    page = _page(public_id)
    keeper = db().get(Account, page.keeper_id) if page.keeper_id else None
    handle = f"@{keeper.handle}" if keeper and access.may_notice(db(), viewer(), [keeper.id]) else ""
    return _form(page, {"account": handle, "until": page.due_on or "", "months": str(page.review_months)})


def _form(page: Page, values: Mapping[str, Any], errors: dict[str, str] | None = None) -> str:
    place = db().get_one(Workspace, page.workspace_id)
    return render_template(
        "pages/validity.html", page=page, values=values, errors=errors or {}, **frame(place)
    )


@blueprint.post("/entries/<public_id>/validity")
@door("guest")
def save(public_id: str) -> Response | tuple[str, int]:
    page = _page(public_id)
    try:
        wanted = from_page(forms.Validity)
        validity.arrange(db(), viewer(), page, wanted.account, wanted.until, wanted.months)
    except Invalid as error:
        db().rollback()
        return _form(_page(public_id), request.form, explain(error)), 422
    flash(_("Saved."))
    return redirect(page.address, 303)


@blueprint.post("/entries/<public_id>/validity/confirmation")
@door("guest")
def confirm(public_id: str) -> Response:
    """One click: the page is still right."""
    page = _page(public_id)
    until = validity.confirm(db(), viewer(), page)
    flash(_("Thank you. The page is valid until %(day)s.", day=day(until)))
    wanted = request.form.get("next", "")
    return redirect(wanted if wanted == f"/w/{place_of(page)}/outdated" else page.address, 303)


def place_of(page: Page) -> str:
    """The name of its workspace in addresses."""
    return db().get_one(Workspace, page.workspace_id).slug

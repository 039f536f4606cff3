"""Who looks after a page, until when it is valid, and saying that it still is."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.auth.models import Account
from collab.errors import Invalid
from collab.pages import forms, validity
from collab.pages.models import Page
from collab.pages.views import frame
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.i18n import day
from collab.web.request import db, viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

blueprint = Blueprint("page_validity", __name__)


def _page(public_id: str) -> Page:
    page = access.get(db(), viewer(), Page, Page.public_id == public_id)
    access.require(db(), viewer(), "edit", page)
    return page


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
    return redirect(page.address, 303)

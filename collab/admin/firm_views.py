"""Administration of firms: the list, and one firm with its guests."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.admin import forms, queries, services
from collab.auth.models import Firm
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.api import Listing
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import db, viewer

blueprint = Blueprint("firms", __name__, url_prefix="/admin/firms")

Answer = str | Response | tuple[str, int]
PAGE = 50


@blueprint.get("/")
@door("admin")
def index() -> Answer:
    return _index()


def _index(values: Mapping[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    firms = db().execute(queries.by_name(queries.firms(viewer()))).all()
    return render_template("admin/firms.html", firms=firms, values=values or {}, errors=errors or {})


@blueprint.post("/")
@door("admin")
def create() -> Answer:
    try:
        wanted = from_page(forms.FirmIn)
        firm = services.create_firm(db(), viewer(), wanted.name, wanted.domains)
    except Invalid as error:
        db().rollback()
        return _index(request.form, explain(error)), 422
    flash(_("%(name)s is a firm now. Its guests come next.", name=firm.name))
    return redirect(url_for("firms.show", public_id=firm.public_id), 303)


@blueprint.get("/<public_id>")
@door("admin")
def show(public_id: str) -> Answer:
    return _show(queries.firm(db(), viewer(), public_id))


def _show(firm: Firm, values: Mapping[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    given = Listing(cursor=request.args.get("cursor")) if values is not None else from_query(Listing)
    wanted = forms.People(firm=firm.public_id, cursor=given.cursor, limit=PAGE)
    found = queries.listing(db(), queries.people(viewer(), wanted), wanted)
    following = url_for("firms.show", public_id=firm.public_id, cursor=found.next)
    return render_template(
        "admin/firm.html",
        firm=firm,
        values=values or {"name": firm.name, "domains": ", ".join(firm.domains)},
        errors=errors or {},
        people=found.items,
        state_of=queries.state,
        next_url=following if found.next else "",
    )


@blueprint.post("/<public_id>")
@door("admin")
def change(public_id: str) -> Answer:
    firm = queries.firm(db(), viewer(), public_id)
    try:
        wanted = from_page(forms.FirmIn)
        services.change_firm(db(), viewer(), firm, wanted.name, wanted.domains)
    except Invalid as error:
        db().rollback()
        return _show(queries.firm(db(), viewer(), public_id), request.form, explain(error)), 422
    flash(_("The firm is saved."))
    return redirect(url_for("firms.show", public_id=public_id), 303)

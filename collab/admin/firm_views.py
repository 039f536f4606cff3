"""Administration of firms: the list, one firm with its guests, and the end of all its access."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from collab.admin import firm_services as services
from collab.admin import forms, queries
from collab.auth.models import Firm
from collab.errors import Invalid, NotFound
from collab.guests import firm_ending as ending
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
    wanted = forms.Firms() if values is not None else from_query(forms.Firms)
    found = queries.firm_listing(db(), viewer(), wanted.cursor, PAGE, wanted.q)
    following = url_for("firms.index", q=wanted.q or None, cursor=found.next)
    return render_template(
        "admin/firms.html",
        q=wanted.q,
        firms=found.items,
        next_url=following if found.next else "",
        values=values or {},
        errors=errors or {},
    )


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
    return redirect(_of(firm), 303)


def _of(firm: Firm) -> str:
    return url_for("firms.show", public_id=firm.public_id)


@blueprint.get("/<public_id>")
@door("admin")
def show(public_id: str) -> Answer:
    return _show(queries.firm(db(), viewer(), public_id))


def _show(firm: Firm, values: Mapping[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    given = Listing(cursor=request.args.get("cursor")) if values is not None else from_query(Listing)
    wanted = forms.People(firm=firm.public_id, cursor=given.cursor, limit=PAGE)
    found = queries.listing(db(), queries.people(viewer(), wanted), wanted)
    following = url_for("firms.show", public_id=firm.public_id, cursor=found.next)
    present = {
        "name": firm.name,
        "domains": ", ".join(firm.domains),
        "lead_invites": "1" if firm.lead_invites else "",
    }
    return render_template(
        "admin/firm.html",
        firm=firm,
        values=values or present,
        errors=errors or {},
        people=found.items,
        state_of=queries.state,
        access=ending.look(db(), viewer(), firm),
        last_end=ending.last_end(db(), viewer(), firm),
        providers=services.providers(db(), firm),
        next_url=following if found.next else "",
    )


@blueprint.post("/<public_id>")
@door("admin")
def change(public_id: str) -> Answer:
    firm = queries.firm(db(), viewer(), public_id)
    try:
        wanted = from_page(forms.FirmPage)
        services.change_firm(db(), viewer(), firm, wanted.name, wanted.domains, wanted.lead_invites)
    except Invalid as error:
        db().rollback()
        return _show(queries.firm(db(), viewer(), public_id), request.form, explain(error)), 422
    flash(_("The firm is saved."))
    return redirect(_of(firm), 303)


@blueprint.post("/<public_id>/lead")
@door("admin")
def set_lead(public_id: str) -> Answer:
    firm = queries.firm(db(), viewer(), public_id)
    wanted = from_page(forms.Lead)
    guest = services.set_lead(db(), viewer(), firm, wanted.account, wanted.on)
    said = (
        _("%(name)s speaks for %(firm)s now.", name=guest.name, firm=firm.name)
        if wanted.on
        else _("%(name)s no longer speaks for %(firm)s.", name=guest.name, firm=firm.name)
    )
    flash(said)
    return redirect(_of(firm), 303)


@blueprint.post("/<public_id>/provider")
@door("admin", fresh=True)
def provider(public_id: str) -> Answer:
    firm = queries.firm(db(), viewer(), public_id)
    try:
        services.choose_provider(db(), viewer(), firm, from_page(forms.FirmProvider).provider)
    except Invalid as error:
        db().rollback()
        return _show(queries.firm(db(), viewer(), public_id), {}, explain(error)), 422
    flash(_("The firm is saved."))
    return redirect(_of(firm), 303)


# The end ---------------------------------------------------------------------------------------


@blueprint.get("/<public_id>/end")
@door("admin", fresh=True)
def end(public_id: str) -> Answer:
    """What would end, in numbers; a button that does it."""
    return _end(queries.firm(db(), viewer(), public_id))


def _end(firm: Firm, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "admin/firm_end.html",
        firm=firm,
        access=ending.look(db(), viewer(), firm),
        values=request.form,
        errors=errors or {},
    )


@blueprint.post("/<public_id>/end")
@door("admin", fresh=True)
def end_all(public_id: str) -> Answer:
    firm = queries.firm(db(), viewer(), public_id)
    try:
        ended = ending.end_all(db(), viewer(), firm, from_page(forms.Reason).reason)
    except Invalid as error:
        db().rollback()
        return _end(queries.firm(db(), viewer(), public_id), explain(error)), 422
    number = ngettext("%(num)s guest is out.", "%(num)s guests are out.", ended.guests)
    undo: Any = {
        "text": _("All access of %(firm)s has ended.", firm=firm.name) + " " + number,
        "url": url_for("firms.give_back", public_id=public_id),
    }
    flash(undo, "undo")
    return redirect(_of(firm), 303)


@blueprint.post("/<public_id>/give-back")
@door("admin", fresh=True)
def give_back(public_id: str) -> Answer:
    firm = queries.firm(db(), viewer(), public_id)
    try:
        back = ending.give_back(db(), viewer(), firm)
    except NotFound:
        flash(_("There is nothing to give back."), "error")
        return redirect(_of(firm), 303)
    flash(ngettext("%(num)s guest may come in again.", "%(num)s guests may come in again.", back))
    return redirect(_of(firm), 303)

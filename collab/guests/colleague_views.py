"""A firm's lead proposes colleagues."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Invalid
from collab.guests import invitation_forms as forms
from collab.guests import invitation_queries as queries
from collab.guests import proposals
from collab.guests.addresses import Addressee
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, viewer

blueprint = Blueprint("colleagues", __name__, url_prefix="/firm/colleagues")

Answer = str | Response | tuple[str, int]


@blueprint.get("")
@door("guest", own=True)
def index() -> Answer:
    return _index()


def _index(values: Mapping[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    firm = proposals.firm_of_lead(db(), viewer())
    places = proposals.places(db(), viewer())
    return render_template(
        "guests/colleagues.html",
        nav="workspaces",
        firm=firm,
        places=places,
        names={place.id: place.name for place in places},
        names_of_places=[(place.slug, place.name) for place in places],
        proposed=[(each, queries.state(each)) for each in proposals.of_lead(db(), viewer())],
        values=values or {},
        errors=errors or {},
    )


@blueprint.post("")
@door("guest", own=True)
def propose() -> Answer:
    try:
        wanted = from_page(forms.Proposal)
        colleague = Addressee(wanted.email, wanted.name)
        proposals.propose(db(), viewer(), context().settings, wanted.workspace, colleague, wanted.message)
    except Invalid as error:
        db().rollback()
        return _index(request.form, explain(error)), 422
    flash(_("Your contact has been asked. You see here what became of it."))
    return redirect("/firm/colleagues", 303)


@blueprint.post("/<public_id>/withdraw")
@door("guest", own=True)
def withdraw(public_id: str) -> Answer:
    proposals.take_back(db(), viewer(), public_id)
    flash(_("The proposal is taken back."))
    return redirect("/firm/colleagues", 303)

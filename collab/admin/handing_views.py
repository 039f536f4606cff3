"""Handing over what somebody who leaves looked after."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from collab.admin import forms, handing_over, queries
from collab.auth.models import Account
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer

blueprint = Blueprint("handing_over", __name__, url_prefix="/admin/people/<public_id>/hand-over")

Answer = str | Response | tuple[str, int]


@blueprint.get("")
@door("admin", fresh=True)
def ask(public_id: str) -> Answer:
    """How much there is, and to whom it is to go."""
    return _ask(queries.account(db(), viewer(), public_id))


def _ask(account: Account, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "admin/hand_over.html",
        person=account,
        belongings=handing_over.look(db(), viewer(), account),
        values=request.form,
        errors=errors or {},
    )


@blueprint.post("")
@door("admin", fresh=True)
def carry_out(public_id: str) -> Answer:
    account = queries.account(db(), viewer(), public_id)
    try:
        wanted = from_page(forms.HandOver)
        went = handing_over.hand_over(db(), viewer(), account, wanted.account, wanted.reason)
    except Invalid as error:
        db().rollback()
        return _ask(queries.account(db(), viewer(), public_id), explain(error)), 422
    workspaces = ngettext("%(num)s workspace", "%(num)s workspaces", went.workspaces)
    guests = ngettext("%(num)s guest", "%(num)s guests", went.guests)
    flash(_("Handed over: %(workspaces)s, %(guests)s.", workspaces=workspaces, guests=guests))
    return redirect(url_for("admin.person", public_id=public_id), 303)

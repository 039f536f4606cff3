"""A guest who is employed now, an employee who is a guest now: the page that does it, and says what follows."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.admin import forms, queries
from collab.auth.models import Account
from collab.errors import Invalid
from collab.guests import leaving
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, viewer
from collab.workspaces import terms

blueprint = Blueprint("conversion", __name__, url_prefix="/admin/people")

Answer = str | Response | tuple[str, int]


@blueprint.get("/<public_id>/convert")
@door("admin", fresh=True)
def form(public_id: str) -> Answer:
    return _form(queries.account(db(), viewer(), public_id))


def _form(
    account: Account, values: Mapping[str, Any] | None = None, errors: dict[str, str] | None = None
) -> str:
    zone = viewer().timezone
    return render_template(
        "admin/convert.html",
        person=account,
        owned=leaving.owned_by(db(), viewer(), account) if account.kind == "employee" else [],
        usual=terms.last_day(terms.usual_end(context().settings, zone), zone),
        values=values or {},
        errors=errors or {},
    )


@blueprint.post("/<public_id>/convert")
@door("admin", fresh=True)
def convert(public_id: str) -> Answer:
    account = queries.account(db(), viewer(), public_id)
    try:
        wanted = from_page(forms.Conversion)
        if account.kind == "guest":
            leaving.make_employee(db(), viewer(), account, wanted.reason)
            told = _("%(name)s is an employee now, and signs in anew.", name=account.name)
        else:
            settings, end = context().settings, wanted.ends_at
            leaving.make_guest(db(), viewer(), settings, account, wanted.account, end, wanted.reason)
            told = _("%(name)s is a guest now, and signs in anew.", name=account.name)
    except Invalid as error:
        db().rollback()
        account = queries.account(db(), viewer(), public_id)
        return _form(account, request.form, explain(error)), 422
    flash(told)
    return redirect(url_for("admin.person", public_id=public_id), 303)

"""Administration of the company's directory (SCIM): its address, its tokens, its state."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.admin import directory, forms
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, viewer

blueprint = Blueprint("directory", __name__, url_prefix="/admin/directory")

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@door("admin")
def index() -> Answer:
    return _index()


def _index(
    values: Mapping[str, Any] | None = None, errors: dict[str, str] | None = None, token: str = ""
) -> str:
    tokens = directory.tokens(db(), viewer())
    return render_template(
        "admin/directory.html",
        address=f"{context().settings.url}/scim/v2",
        tokens=tokens,
        state=directory.state(db(), tokens),
        new_token=token,
        values=values or {},
        errors=errors or {},
    )


@blueprint.post("/tokens")
@door("admin", fresh=True, secret=True)
def create_token() -> Answer:
    """The answer holds the token, this once: no idempotency key, which would keep the answer."""
    try:
        wanted = from_page(forms.DirectoryToken)
        token = directory.create_token(db(), viewer(), wanted.name, wanted.days)
    except Invalid as error:
        db().rollback()
        return _index(request.form, explain(error)), 422
    return _index(token=token)


@blueprint.post("/tokens/<public_id>/revoke")
@door("admin")
def revoke_token(public_id: str) -> Answer:
    directory.revoke_token(db(), viewer(), public_id)
    flash(_("The token no longer works."))
    return redirect(url_for("directory.index"), 303)

"""The passkeys of one's own account."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.account.views import Answer
from collab.auth.arrival import browser
from collab.auth.devices import device
from collab.auth.methods import passkeys, ways
from collab.auth.methods.site import site, this_browser
from collab.errors import Invalid, NotFound, Refused
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import context, db, reading, viewer
from collab.web.urls import safe_next

blueprint = Blueprint("own_passkeys", __name__, url_prefix="/account/passkeys")


def _site() -> passkeys.Site:
    """Raises NotFound where no passkey could be used."""
    if not site().usable or not ways.may_use_own(reading(), viewer().me):
        raise NotFound
    return site()


@blueprint.get("/new")
@door("guest", fresh=True, own=True)
def new() -> Answer:
    return _new()


def _new(errors: dict[str, str] | None = None) -> str:
    _site()
    suggested = request.form.get("name") or device(request.headers.get("User-Agent", ""))[1][:100]
    return render_template(
        "account/new_passkey.html",
        name=suggested,
        errors=errors or {},
        next=safe_next(request.form.get("next", url_for("methods.index"))),
    )


@blueprint.post("/options")
@door("guest", fresh=True, own=True)
def options() -> Response:
    here = _site()
    return jsonify(passkeys.options_to_add(db(), viewer(), here, this_browser()))


@blueprint.post("/new")
@door("guest", fresh=True, own=True)
def add() -> Answer:
    here, answer = _site(), request.form.get("credential", "")[:50_000]
    name = request.form.get("name", "").strip() or device(request.headers.get("User-Agent", ""))[1]
    with context().write.begin() as using:  # used up also by an answer that is refused
        taken = passkeys.take_challenge(using, passkeys.ADD, answer, this_browser())
    try:
        if taken is None:
            raise Refused(400, "passkey_not_valid")
        passkeys.add(db(), viewer(), here, taken, name, browser())
    except Invalid as error:
        db().rollback()
        return _new(explain(error)), 422
    except Refused as error:
        db().rollback()
        return _new({"": sentence(error.code)}), error.status
    flash(_("The passkey is added. You can sign in with it from now on."))
    return redirect(safe_next(request.form.get("next", url_for("methods.index"))), 303)


@blueprint.get("/<public_id>")
@door("guest", own=True)
def edit(public_id: str) -> Answer:
    return _edit(public_id)


def _edit(public_id: str, errors: dict[str, str] | None = None) -> str:
    kept = passkeys.own(db(), viewer(), public_id)
    return render_template("account/passkey.html", passkey=kept, errors=errors or {})


@blueprint.post("/<public_id>")
@door("guest", own=True)
def rename(public_id: str) -> Answer:
    try:
        passkeys.rename(db(), viewer(), public_id, request.form.get("name", ""))
    except Invalid as error:
        return _edit(public_id, explain(error)), 422
    flash(_("The new name is saved."))
    return redirect(url_for("methods.index"), 303)


@blueprint.post("/<public_id>/remove")
@door("guest", fresh=True, own=True)
def remove(public_id: str) -> Answer:
    passkeys.remove(db(), viewer(), public_id, browser())
    flash(_("The passkey is removed. Please delete it on the device, too."))
    return redirect(url_for("methods.index"), 303)

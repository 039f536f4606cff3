"""The authenticator app and the recovery codes of one's own account."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from collab.account import services
from collab.account.views import Answer
from collab.auth import tries
from collab.auth.arrival import browser
from collab.auth.methods import recovery, totp, ways
from collab.errors import Conflict, Invalid, NotFound
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.request import context, db, reading, viewer

blueprint = Blueprint("own_codes", __name__, url_prefix="/account/codes")


@blueprint.post("/begin")
@door("guest", fresh=True, own=True)
def begin() -> Answer:
    if not ways.has_password(db(), viewer().me):
        raise Conflict
    totp.begin(db(), viewer(), context().settings.key)
    return redirect(url_for("own_codes.app"), 303)


@blueprint.get("/app")
@door("guest", fresh=True, own=True)
def app() -> Answer:
    return _app()


def _app(errors: dict[str, str] | None = None) -> str:
    settings = context().settings
    secret = totp.waiting(reading(), viewer(), settings.key)
    if not secret:
        raise NotFound
    account = services.own(reading(), viewer())
    address = totp.address(secret, account.email or account.handle, settings.site_name)
    return render_template(
        "account/app.html",
        picture=totp.picture(address),
        address=address,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        errors=errors or {},
    )


@blueprint.post("/app")
@door("guest", fresh=True, secret=True, own=True)
def confirm() -> Answer:
    """The answer holds the recovery codes, this once."""
    counted = tries.keys_of(viewer().me, "code")
    tries.check(counted)
    code = request.form.get("code", "")[:100]
    try:
        codes = totp.confirm(db(), viewer(), context().settings.key, code, browser())
    except Invalid as error:
        db().rollback()
        tries.count(counted)
        return _app(explain(error)), 422
    return _codes(codes)


def _codes(codes: list[str]) -> str:
    person = services.own(db(), viewer())
    return render_template("account/recovery_codes.html", codes=codes, person=person)


@blueprint.post("/recovery")
@door("guest", fresh=True, secret=True, own=True)
def renew() -> Answer:
    """The answer holds the recovery codes, this once."""
    if not ways.asks_for_code(db(), viewer().me):
        raise NotFound
    return _codes(recovery.renew(db(), viewer(), browser()))


@blueprint.post("/remove")
@door("guest", fresh=True, own=True)
def remove() -> Answer:
    totp.remove(db(), viewer(), viewer().me, browser())
    flash(_("The authenticator app is removed. Your password alone signs you in."))
    return redirect(url_for("methods.index"), 303)

"""How one signs in: password, address, and the list of all ways."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from collab.account import forms, services
from collab.account.views import Answer
from collab.auth import tries
from collab.auth.arrival import browser
from collab.auth.login import session_id
from collab.auth.methods import mailed, passkeys, ways
from collab.auth.providers import services as providers
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door, require_fresh
from collab.web.forms import from_page
from collab.web.request import db, reading, viewer
from collab.web.urls import safe_next

blueprint = Blueprint("methods", __name__, url_prefix="/account")


@blueprint.get("/methods")
@door("guest", own=True)
def index() -> Answer:
    own_ways, with_code, codes_left = ways.at_a_glance(db(), viewer().me)
    return render_template(
        "account/methods.html",
        person=services.own(db(), viewer()),
        own_ways=own_ways,
        password=services.password_of(db(), viewer()),
        passkeys=passkeys.of(db(), viewer()),
        with_code=with_code,
        codes_left=codes_left,
        identities=providers.identities_of(db(), viewer()),
        linkable=providers.linkable(db(), viewer()),
    )


# Password ------------------------------------------------------------------------------------


@blueprint.get("/password")
@door("guest", own=True)
def password() -> Answer:
    return _password()


def _password(errors: dict[str, str] | None = None) -> str:
    has_one = ways.has_password(reading(), viewer().me)
    if not has_one:
        require_fresh()
    person = services.own(reading(), viewer())
    return render_template(
        "account/password.html",
        errors=errors or {},
        has_one=has_one,
        person=person,
        next=safe_next(request.form.get("next", url_for("methods.index"))),
    )


@blueprint.post("/password")
@door("guest", own=True)
def save_password() -> Answer:
    """The present password proves who asks; whoever has none has just shown it otherwise."""
    counted = tries.keys_of(viewer().me, "password")
    tries.check(counted)
    if not ways.may_use_own(reading(), viewer().me):
        return _password({"": _("You sign in through your company only.")}), 422
    try:
        form = from_page(forms.NewPassword)
        if ways.has_password(reading(), viewer().me):
            services.check_present(reading(), viewer(), form.current)
        else:
            require_fresh()
    except Invalid as error:
        tries.count(counted)
        return _password(explain(error)), 422
    try:
        services.change_password(db(), viewer(), form.password, session_id(), browser())
    except Invalid as error:
        db().rollback()
        return _password(explain(error)), 422
    flash(_("Your new password is saved. You are signed out everywhere else."))
    return redirect(safe_next(request.form.get("next", url_for("methods.index"))), 303)


# Address -------------------------------------------------------------------------------------


@blueprint.get("/email")
@door("guest", fresh=True, own=True)
def email() -> Answer:
    return _email("")


def _email(value: str, errors: dict[str, str] | None = None) -> str:
    person = services.own(reading(), viewer())
    return render_template("account/email.html", person=person, value=value, errors=errors or {})


@blueprint.post("/email")
@door("guest", fresh=True, own=True)
def ask_for_email() -> Answer:
    wanted = request.form.get("email", "")[:300]
    counted = tries.keys_for_mail(wanted)
    tries.check(counted)
    tries.count(counted)
    try:
        mailed.ask_to_prove(db(), viewer(), wanted, browser())
    except Invalid as error:
        db().rollback()
        return _email(wanted, explain(error)), 422
    flash(_("A mail is on its way to %(email)s. The link in it makes the change.", email=wanted))
    return redirect(url_for("methods.index"), 303)

"""Links by mail: asking for one, and the pages that they lead to.

Looking at such a page changes nothing, so that a scanner which opens every link uses none up; its
button does what the link is for.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.auth import tries
from collab.auth.arrival import browser
from collab.auth.methods import mailed, second
from collab.auth.services import is_address
from collab.auth.views import Answer
from collab.errors import Invalid, Refused
from collab.text import clean_line
from collab.web.answers import answer, explain
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import db, reading
from collab.web.urls import safe_next

blueprint = Blueprint("mailed", __name__, url_prefix="/login")


# Asking --------------------------------------------------------------------------------------


@blueprint.get("/forgot")
@door("anyone", own=True)
def forgot() -> Answer:
    return _forgot(request.args.get("email", "")[:300])


def _forgot(email: str = "", errors: dict[str, str] | None = None) -> str:
    return render_template("auth/forgot.html", nav="login", email=email, errors=errors or {})


@blueprint.post("/forgot")
@door("anyone", own=True)
def ask() -> Answer:
    """The same answer after the same work for every address, somebody's or nobody's."""
    email = clean_line(request.form.get("email", "")[:300])
    if not is_address(email):
        return _forgot(email, {"email": sentence("not_an_email")}), 422
    counted = tries.keys_for_mail(email)
    tries.check(counted)
    tries.count(counted)
    wanted = mailed.SIGN_IN if request.form.get("wanted") == "link" else mailed.RESET
    mailed.ask(db(), email, wanted, browser())
    return render_template("auth/sent.html", nav="login", email=email), 202


# A new password ------------------------------------------------------------------------------


@blueprint.get("/reset/<token>")
@door("anyone", own=True)
def reset_form(token: str) -> Answer:
    return _reset(token)


def _reset(token: str, errors: dict[str, str] | None = None) -> str:
    link = mailed.look(reading(), mailed.RESET, token)
    return render_template("auth/reset.html", nav="login", person=link.account, errors=errors or {})


@blueprint.post("/reset/<token>")
@door("anyone", own=True)
def reset(token: str) -> Answer:
    try:
        mailed.reset(db(), token, request.form.get("password", ""), browser())
    except Invalid as error:
        db().rollback()
        return _reset(token, explain(error)), 422
    flash(_("Your new password is set. Please sign in with it."))
    return redirect(url_for("auth.login"), 303)


# Signing in ----------------------------------------------------------------------------------


@blueprint.get("/link/<token>")
@door("anyone", own=True)
def link_form(token: str) -> Answer:
    link = mailed.look(reading(), mailed.SIGN_IN, token)
    return render_template("auth/link.html", nav="login", person=link.account)


@blueprint.post("/link/<token>")
@door("anyone", own=True)
def sign_in(token: str) -> Answer:
    account = mailed.sign_in(db(), token)
    return second.go_on(account.id, ["link"], safe_next(request.form.get("next")))


# Addresses -----------------------------------------------------------------------------------


@blueprint.get("/email/<token>")
@door("anyone", own=True)
def prove_form(token: str) -> Answer:
    link = mailed.look(reading(), mailed.PROVE, token)
    return render_template("auth/email.html", nav="login", person=link.account, email=link.email)


@blueprint.post("/email/<token>")
@door("anyone", own=True)
def prove(token: str) -> Response:
    account = mailed.prove_address(db(), token, browser())
    flash(_("%(email)s is your address now.", email=account.email))
    return redirect(url_for("auth.login", next="/account/methods"), 303)


@blueprint.get("/email-back/<token>")
@door("anyone", own=True)
def back_form(token: str) -> Answer:
    link = mailed.look(reading(), mailed.BACK, token)
    return render_template("auth/email_back.html", nav="login", person=link.account, email=link.email)


@blueprint.post("/email-back/<token>")
@door("anyone", own=True)
def take_back(token: str) -> Response:
    mailed.take_back(db(), token, browser())
    flash(_("Your old address is back, and everybody is signed out. A mail with a link is on its way to it."))
    return redirect(url_for("auth.login"), 303)


@blueprint.errorhandler(Refused)
def gone(error: Refused) -> Response | tuple[str, int]:
    """A link that does not work leads on to a new one."""
    if error.code != "link_not_valid":
        return answer(error.status, error.code, detail=sentence(error.code))
    return render_template("auth/gone.html", nav="login", code=error.code), error.status

"""The page that asks for the code of an authenticator app, after the password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from collab.auth import tries
from collab.auth.methods import second
from collab.auth.views import Answer
from collab.errors import TooMany
from collab.web.answers import is_api, problem, reference
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import reading

blueprint = Blueprint("second_step", __name__, url_prefix="/login")


@blueprint.get("/code")
@door("anyone", own=True)
def form() -> Answer:
    return _form() if second.begun() is not None else _too_late()


def _form(error: str = "", code: str = "") -> str:
    about = reference(code) if code else {}
    return render_template("auth/code.html", nav="login", error=error, **about)


def _too_late() -> Answer:
    flash(_("Please begin again: that took too long."), "warning")
    return redirect(url_for("auth.login"), 303)


def _refused(status: int, code: str, wait: int = 0) -> Answer:
    text = sentence(code) if status != 429 else _("That was too often. Please try again in a few minutes.")
    if is_api():
        return problem(status, code, text)
    return _form(text, code), status, {"Retry-After": str(wait)} if wait else {}


@blueprint.post("/code")
@door("anyone", own=True)
def check() -> Answer:
    row, code = second.begun(), request.form.get("code", "")[:100]
    if row is None or row.account_id is None:
        return _too_late()
    account_id = row.account_id
    counted = tries.keys_of(account_id, "code")
    try:
        tries.check(counted)
    except TooMany as error:
        return _refused(429, "too_many_attempts", error.retry_after)
    answer = second.finish(account_id, code) if second.right(reading(), account_id, code) else None
    if answer is None:
        tries.failed(counted)
        return _refused(401, "sign_in_failed")
    return answer

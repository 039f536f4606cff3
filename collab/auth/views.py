"""Signing in and out, and the choice of language by people who are not signed in."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.auth import services, tries
from collab.auth.arrival import leave, prove_again
from collab.auth.login import cookie_name, session_id
from collab.auth.methods import passkeys, second, ways
from collab.auth.methods.site import site
from collab.auth.providers import logout as provider_logout
from collab.auth.providers import logout_views as provider_logout_views
from collab.auth.providers import pages
from collab.auth.providers.refusals import Refused
from collab.errors import TooMany
from collab.web import cookies, i18n
from collab.web.answers import is_api, problem, reference
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import db, reading, viewer
from collab.web.urls import safe_next

blueprint = Blueprint("auth", __name__, template_folder="templates")
Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


#: Whichever way somebody has shown who they are: if they still may not come in, they read why.
blueprint.app_errorhandler(Refused)(pages.turned_away)


@blueprint.app_context_processor
def on_pages() -> dict[str, Any]:
    """For the pages about signing in: may this browser use passkeys under this address?"""
    return {"passkeys_work": lambda: site().usable}


@blueprint.get("/login")
@door("anyone", own=True)
def login() -> Answer:
    if viewer().signed_in:
        return redirect(safe_next(request.args.get("next")), 303)
    return form(email=request.args.get("login_hint", "")[:300])


def form(error: str = "", email: str = "", code: str = "") -> str:
    """The sign-in page; with an error, also its stable code."""
    following = safe_next(request.values.get("next"))
    return render_template(
        "auth/login.html",
        nav="login",
        error=error,
        code=code,
        email=email,
        next=following,
        reference=reference(code) if code else None,
    )


def refused(status: int, code: str, email: str = "", wait: int = 0) -> Answer:
    """The sign-in page again, or problem details for a program: one answer for every reason."""
    text = sentence(code) if status != 429 else _("That was too often. Please try again in a few minutes.")
    headers = {"Retry-After": str(wait)} if wait else {}
    if is_api():
        answer = problem(status, code, text)
        answer.headers.update(headers)
        return answer
    return form(text, email, code), status, headers


@blueprint.post("/login")
@door("anyone", own=True)
def sign_in() -> Answer:
    email, password = request.form.get("email", "")[:300], request.form.get("password", "")
    counted = tries.keys(email)
    try:
        tries.check(counted)
    except TooMany as error:
        return refused(429, "too_many_attempts", email, error.retry_after)
    account_id = services.check_password(reading(), email, password)
    if account_id is None:
        tries.failed(counted)
        return refused(401, "sign_in_failed", email)
    return second.go_on(account_id, ["pwd"], request.form.get("next"))


# Step-up -------------------------------------------------------------------------------------


@blueprint.get("/login/again")
@door("guest", own=True)
def again() -> str:
    return again_form(request.args.get("next"))


def again_form(following: str | None, error: str = "") -> str:
    me, own = viewer().me, ways.may_use_own(reading(), viewer().me)
    return render_template(
        "auth/again.html",
        nav="login",
        error=error,
        next=safe_next(following),
        with_password=own and ways.has_password(reading(), me),
        with_code=ways.asks_for_code(reading(), me),
        with_passkey=own and site().usable and bool(passkeys.of(reading(), viewer())),
    )


@blueprint.post("/login/again")
@door("guest", own=True)
def prove() -> Answer:
    """Step-up by password, and by a code where the account asks for one."""
    this, following = session_id(), request.form.get("next")
    counted = tries.keys_of(viewer().me, "again")
    tries.check(counted)
    fits = services.has_password(reading(), viewer(), request.form.get("password", ""))
    asked = ways.asks_for_code(reading(), viewer().me)
    code = request.form.get("code", "")[:100]
    allowed = ways.may_use_own(reading(), viewer().me)
    if asked and not second.right(reading(), viewer().me, code):
        fits = False
    if this is None or not fits or not allowed or (asked and not second.use(viewer().me, code)):
        db().rollback()
        tries.failed(counted)
        return again_form(following, sentence("sign_in_failed")), 401
    return prove_again(this, ["pwd", "otp", "mfa"] if asked else ["pwd"], following)


@blueprint.post("/logout")
@door("anyone", looking=True)
def logout() -> Response:
    this, told = session_id(), None
    if this is not None:
        told = provider_logout.farewell(reading(), this)
        leave(db())
        db().commit()  # it is over here, whatever the provider does
    session.clear()
    flash(_("You are signed out."))
    following = safe_next(request.form.get("next"))
    here = url_for("auth.login", next=following if following != "/" else None)
    onward = provider_logout_views.onward(told) if told else None
    response = onward or redirect(here, 303)
    cookies.drop(response, cookie_name())
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@blueprint.post("/language")
@door("anyone")
def language() -> Response:
    """Choose the language; kept in the profile of whoever is signed in."""
    chosen = request.form.get("locale", "")
    response = redirect(safe_next(request.form.get("next")), 303)
    if chosen in ("de", "en"):
        if viewer().signed_in:
            services.set_locale(db(), viewer(), chosen)
        cookies.put(response, i18n.COOKIE, chosen, cookies.YEAR)
    return response

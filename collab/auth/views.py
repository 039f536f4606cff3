"""Signing in and out, and the choice of language by people who are not signed in."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import activity
from collab.auth import login as cookies
from collab.auth import services, sessions, throttle
from collab.auth.arrival import arrive, prove_again
from collab.auth.providers import logout as provider_logout
from collab.auth.providers import logout_views as provider_logout_views
from collab.auth.sessions import Proof
from collab.errors import TooMany
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import context, db, reading, viewer
from collab.web.urls import safe_next

blueprint = Blueprint("auth", __name__, template_folder="templates")

TRIES_PER_ACCOUNT, TRIES_PER_NETWORK = 10, 100


@blueprint.get("/login")
@door("anyone")
def login() -> str | Response:
    if viewer().signed_in:
        return redirect(safe_next(request.args.get("next")), 303)
    return _form()


def _form(error: str = "", email: str = "") -> str:
    following = safe_next(request.values.get("next"))
    return render_template("auth/login.html", nav="login", error=error, email=email, next=following)


@blueprint.post("/login")
@door("anyone")
def sign_in() -> str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]:
    email, password = request.form.get("email", "")[:300], request.form.get("password", "")
    keys = {
        f"login:account:{services.digest(services.email_key(email))}": TRIES_PER_ACCOUNT,
        f"login:network:{throttle.network(request.remote_addr or '')}": TRIES_PER_NETWORK,
    }
    try:
        for key, most in keys.items():
            throttle.check(reading(), key, most)
    except TooMany as error:
        text = _("That was too often. Please try again in a few minutes.")
        return _form(text, email), 429, {"Retry-After": str(error.retry_after)}
    account_id = services.check_password(reading(), email, password)
    if account_id is None:
        with context().write.begin() as counting:  # kept although the request is refused
            for key in keys:
                throttle.count(counting, key)
            activity.record(counting, "session.refused", viewer(), ip=request.remote_addr)
        return _form(sentence("sign_in_failed"), email), 401
    return arrive(account_id, Proof(amr=["pwd"]), request.form.get("next"))


@blueprint.get("/login/again")
@door("guest")
def again() -> str:
    return _again_form(request.args.get("next"))


def _again_form(following: str | None, error: str = "") -> str:
    return render_template("auth/again.html", nav="login", error=error, next=safe_next(following))


@blueprint.post("/login/again")
@door("guest")
def prove() -> Response | tuple[str, int]:
    """Step-up: the signed-in person shows again who they are."""
    this, following = cookies.session_id(), request.form.get("next")
    key = f"again:{viewer().me}"
    throttle.check(reading(), key, TRIES_PER_ACCOUNT)
    if this is None or not services.has_password(reading(), viewer(), request.form.get("password", "")):
        with context().write.begin() as counting:
            throttle.count(counting, key)
        return _again_form(following, sentence("wrong_password")), 401
    return prove_again(this, ["pwd"], following)


@blueprint.post("/logout")
@door("anyone")
def logout() -> Response:
    from_session, told = cookies.session_id(), None
    if viewer().signed_in and from_session is not None:
        told = provider_logout.farewell(reading(), from_session)
        sessions.end(db(), viewer().me, session_id=from_session, reason="signed_out")
        activity.record(db(), "session.ended", viewer(), subject_id=viewer().me)
        db().commit()  # it is over here, whatever the provider does
    session.clear()
    flash(_("You are signed out."))
    onward = provider_logout_views.onward(told) if told else None
    response = onward or redirect(url_for("auth.login"), 303)
    cookies.clear_cookie(response)
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
        response.set_cookie(
            "lang",
            chosen,
            max_age=365 * 86400,
            secure=context().settings.secure,
            httponly=True,
            samesite="Lax",
        )
    return response

"""Signing in and out, and the choice of language by people who are not signed in."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import activity
from collab.auth import login as cookies
from collab.auth import services, throttle
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
    return _start(account_id)


def _start(account_id: int) -> Response:
    settings = context().settings
    token = services.start_session(
        db(),
        account_id,
        days=settings.session_days,
        ip=request.remote_addr or "",
        user_agent=request.headers.get("User-Agent", ""),
    )
    person = services.viewer_of(db(), account_id)
    activity.record(db(), "session.started", person, subject_id=account_id, ip=request.remote_addr)
    old = request.cookies.get(cookies.cookie_name())
    if old:
        known = services.by_session(db(), old, timedelta(days=7), timedelta(days=7))
        if known is not None:
            services.end_session(db(), known.id, session_id=known.session_id)
    session.clear()  # a new CSRF secret for a new person
    response = redirect(safe_next(request.form.get("next")), 303)
    cookies.set_cookie(response, token)
    return response


@blueprint.post("/logout")
@door("anyone")
def logout() -> Response:
    from_session = cookies.session_id()
    if viewer().signed_in and from_session is not None:
        services.end_session(db(), viewer().me, session_id=from_session)
        activity.record(db(), "session.ended", viewer(), subject_id=viewer().me)
    session.clear()
    flash(_("You are signed out."))
    response = redirect(url_for("auth.login"), 303)
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

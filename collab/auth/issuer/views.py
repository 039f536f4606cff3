"""What people see on their way to a tool: the questions, the refusals, and back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from collab import clock
from collab.auth.arrival import leave
from collab.auth.issuer import services
from collab.auth.issuer.asking import Refused, Unanswerable, Wish, read
from collab.auth.login import cookie_name, session_id
from collab.auth.models import Account
from collab.errors import NotFound
from collab.viewer import ANONYMOUS
from collab.web import cookies, i18n
from collab.web.answers import answer
from collab.web.doors import door
from collab.web.headers import POLICY
from collab.web.request import context, db, reading, viewer
from collab.web.urls import safe_next, with_query

blueprint = Blueprint("tools", __name__)
Answer = str | AnyResponse | tuple[str, int]
#: Sign-ins that may be under way in one browser, as when it opens again with all its windows.
ORIGINS = 10


@blueprint.get("/oauth/authorize")
@door("anyone", own=True)
def authorize() -> Answer:
    """OpenID Connect Core, 3.1.2. Answers with a redirect to the tool, or with a question on the way."""
    return _answered(_given(), _settle)


@blueprint.post("/oauth/authorize")
@door("anyone", programs=True, own=True)
def authorize_by_form() -> Answer:
    """The same by POST: another site's form brings no cookies of ours, so ask the browser to come again."""
    return _answered(request.form, lambda wish: redirect(_here(wish.params), 303))


def _given() -> MultiDict[str, str]:
    """The request's parameters, or those that were kept for its ticket."""
    ticket = request.args.get("ticket")
    if ticket is None or "client_id" in request.args:
        return request.args
    params, _account = services.parked(reading(), ticket)
    return MultiDict(params)


def _here(params: dict[str, str]) -> str:
    """Our address for the request, short enough to come back to after the sign-in."""
    path = services.address(params)
    if safe_next(path) == path:
        return path
    with context().write.begin() as own:
        return f"/oauth/authorize?ticket={services.park(own, viewer(), params)}"


def _answered(params: MultiDict[str, str], go_on: Callable[[Wish], Answer]) -> Answer:
    """What ``go_on`` makes of the request; to one that cannot be followed, who asked is told why."""
    try:
        wish = read(reading(), params)
    except Unanswerable:
        return _unanswerable()
    except Refused as refused:
        return _back(refused.wish, error=refused.error, error_description=refused.description)
    return go_on(wish)


def _settle(wish: Wish) -> Answer:
    this = session_id()
    if not viewer().signed_in or this is None:
        return _sign_in(wish, "auth.login")
    if _too_old(wish, g.authenticated_at):
        return _sign_in(wish, "auth.again")
    if not services.is_welcome(viewer(), wish):
        return _not_for_guests(wish)
    if services.needs_consent(reading(), viewer(), wish):
        return _ask(wish)
    with context().write.begin() as own:
        code = services.issue_code(own, viewer(), this, wish)
    return _back(wish, code=code)


def _too_old(wish: Wish, proved: datetime) -> bool:
    """Has the person to show again who they are? (``prompt=login``, ``max_age``)"""
    age = (clock.now() - proved).total_seconds()
    aged = wish.max_age is not None and age > wish.max_age
    return "login" in wish.prompts or aged or proved.timestamp() < wish.proved_since


def _sign_in(wish: Wish, endpoint: str) -> Answer:
    if wish.silent:
        return _back(wish, error="login_required")
    answered = ("select_account",) if endpoint == "auth.login" else ()
    origins = [origin for origin in session.get("tools", []) if origin != wish.home]
    session["tools"] = [*origins, wish.home][-ORIGINS:]
    hint = wish.params.get("login_hint", "")[:300] or None
    response = redirect(url_for(endpoint, next=_here(wish.later(*answered)), login_hint=hint), 303)
    for locale in wish.params.get("ui_locales", "").split():
        if i18n.COOKIE not in request.cookies and locale.partition("-")[0] in ("de", "en"):
            cookies.put(response, i18n.COOKIE, locale.partition("-")[0])
            break
    return response


@blueprint.after_app_request
def let_forms_lead_to_tools(response: Response) -> Response:
    """Browsers hold the redirects after a form to the page's policy: the sign-in's end is at the tool."""
    if request.path.startswith("/login") and response.mimetype == "text/html" and session.get("tools"):
        response.headers["Content-Security-Policy"] = policy_for(*session["tools"])
    return response


def policy_for(*origins: str) -> str:
    """The page's policy, with forms that may lead to these origins too."""
    return POLICY.replace("form-action 'self'", " ".join(["form-action 'self'", *origins]))


def _unanswerable() -> Response:
    detail = _(
        "The tool that sent you here is not known to us, or named an address that is not its own. "
        "We do not lead you back there. Please tell whoever looks after the tool."
    )
    return answer(400, "invalid_client_or_redirect_uri", detail=detail)


def _back(wish: Wish, **params: str) -> AnyResponse:
    """To the tool, with who answers (RFC 9207)."""
    return redirect(_way_back(wish, **params), 303)


def _way_back(wish: Wish, **params: str) -> str:
    return with_query(wish.redirect_uri, params | {"state": wish.state, "iss": context().settings.url})


def _not_for_guests(wish: Wish) -> Answer:
    back = _way_back(wish, error="access_denied", error_description="The tool is not for guests.")
    if wish.silent:
        return redirect(back, 303)
    page = render_template(
        "auth/not_for_guests.html", nav="login", viewer=ANONYMOUS, tool=wish.client, back=back, person=_me()
    )
    return page, 403


def _ask(wish: Wish) -> Answer:
    if wish.silent:
        return _back(wish, error="consent_required")
    with context().write.begin() as own:
        ticket = services.park(own, viewer(), wish.params)
    return redirect(url_for("tools.question", ticket=ticket), 303)


def _kept(ticket: str) -> tuple[Wish, bool]:
    """A request that waits for its answer, and whether it is this person's."""
    params, account = services.parked(reading(), ticket)
    try:
        return read(reading(), MultiDict(params)), account == viewer().account_id
    except (Unanswerable, Refused):  # the tool was changed meanwhile
        raise NotFound from None


@blueprint.get("/oauth/tools/<ticket>")
@door("guest", own=True)
def question(ticket: str) -> Answer:
    """May the tool know this about you?"""
    wish, mine = _kept(ticket)
    if not mine:
        return _ask(wish)
    page = render_template(
        "auth/consent.html",
        nav="login",
        viewer=ANONYMOUS,
        tool=wish.client,
        host=urlsplit(wish.redirect_uri).netloc,
        scopes=wish.scopes,
        person=_me(),
        ticket=ticket,
    )
    response = Response(page)
    response.headers["Content-Security-Policy"] = policy_for(wish.home)
    return response


def _me() -> Any:
    return reading().get_one(Account, viewer().me)


@blueprint.post("/oauth/tools/<ticket>")
@door("guest", own=True)
def decide(ticket: str) -> Answer:
    """The person's answer. It counts for the account that the question showed."""
    wish, mine = _kept(ticket)
    this = session_id()
    if not mine or this is None:
        return redirect(_here(wish.params), 303)
    if "allow" not in request.form:
        return _back(wish, error="access_denied", error_description="The person said no.")
    if not services.is_welcome(viewer(), wish):
        return _not_for_guests(wish)
    if _too_old(wish, g.authenticated_at):
        return redirect(_here(wish.params), 303)
    services.allow(db(), viewer(), wish)
    return _back(wish, code=services.issue_code(db(), viewer(), this, wish))


@blueprint.post("/oauth/tools/<ticket>/switch")
@door("guest", own=True)
def switch(ticket: str) -> Answer:
    """Not you? Sign out here and sign in as somebody else, on the way to the same tool."""
    wish, _mine = _kept(ticket)
    following = _here(wish.params)
    leave(db())
    session.clear()
    session["tools"] = [wish.home]
    flash(_("You are signed out. Sign in with the account that you want to use."))
    response = redirect(url_for("auth.login", next=following), 303)
    cookies.drop(response, cookie_name())
    return response

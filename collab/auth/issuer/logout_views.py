"""Signing out on a tool's request (OpenID Connect RP-Initiated Logout 1.0)."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from collab.auth.arrival import leave
from collab.auth.issuer import keys
from collab.auth.issuer.asking import LONGEST, find_client
from collab.auth.issuer.models import OAuthClient
from collab.auth.issuer.queries import session_of
from collab.auth.issuer.views import policy_for
from collab.auth.login import cookie_name, session_id
from collab.viewer import ANONYMOUS
from collab.web import cookies
from collab.web.doors import door
from collab.web.request import context, db, reading, viewer
from collab.web.urls import with_query

blueprint = Blueprint("tools_logout", __name__)
Answer = str | AnyResponse | tuple[str, int]


@dataclass(frozen=True)
class Farewell:
    """A request to sign out: the tool that is believed to ask, for which session, and where to go then."""

    tool: OAuthClient | None
    session_id: int | None
    proven: bool
    back: str


@blueprint.get("/oauth/logout")
@door("anyone", own=True)
def logout() -> Answer:
    """At once if the tool shows this very browser's sign-in; else the person is asked."""
    wanted = _read(request.args)
    this = session_id()
    if viewer().signed_in and wanted.session_id != this:
        return _question(wanted)
    if viewer().signed_in:
        with context().write.begin() as own:
            leave(own)
    elif not wanted.proven:
        return _gone(Farewell(wanted.tool, None, False, ""))
    return _gone(wanted)


@blueprint.post("/oauth/logout")
@door("anyone", programs=True, own=True)
def logout_by_form() -> AnyResponse:
    """The same by POST. Another site's form brings no cookies of ours: ask the browser to come again."""
    named = {name: value for name, value in request.form.items() if name in PARAMETERS}
    target = with_query(url_for("tools_logout.logout"), named)
    return redirect(target if len(target) < LONGEST else url_for("tools_logout.logout"), 303)


PARAMETERS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint", "ui_locales")


def _question(wanted: Farewell) -> Answer:
    page = render_template(
        "auth/sign_out.html",
        nav="login",
        viewer=ANONYMOUS,
        person=viewer(),
        tool=wanted.tool,
        given={name: request.args[name] for name in PARAMETERS if name in request.args},
    )
    response = Response(page)
    if wanted.back:
        response.headers["Content-Security-Policy"] = policy_for(wanted.back.partition("?")[0])
    return response


@blueprint.post("/oauth/logout/confirm")
@door("anyone", own=True)
def confirm() -> Answer:
    """The person said yes."""
    wanted = _read(request.form)
    leave(db())
    return _gone(wanted)


def _gone(wanted: Farewell) -> AnyResponse:
    session.clear()
    if not wanted.back:
        flash(_("You are signed out."))
    response = redirect(wanted.back or url_for("auth.login"), 303)
    cookies.drop(response, cookie_name())
    return response


def _read(given: MultiDict[str, str]) -> Farewell:
    """What of the request can be believed. A hint must be ours; that it has run out does not matter."""
    told = _hint(given.get("id_token_hint", ""))
    named = str(told["aud"]) if told else given.get("client_id")
    tool = find_client(reading(), named)
    if tool is None or (told and given.get("client_id", tool.client_id) != tool.client_id):
        return Farewell(None, None, False, "")
    uri = given.get("post_logout_redirect_uri", "")
    back = with_query(uri, {"state": given.get("state", "")}) if uri in tool.post_logout_redirect_uris else ""
    if told is None or (uri and not back):
        return Farewell(tool, None, False, back)
    return Farewell(tool, session_of(reading(), str(told.get("sid", "")), tool), True, back)


def _hint(token: str) -> dict[str, Any] | None:
    if not token or len(token) > LONGEST:
        return None
    ring = KeySet([key.pair for key in keys.published(context())])
    try:
        found = jwt.decode(token, ring, [keys.ALGORITHM])
    except (JoseError, ValueError):
        return None
    right = found.header.get("typ") == "JWT" and found.claims.get("iss") == context().settings.url
    return dict(found.claims) if right and isinstance(found.claims.get("aud"), str) else None

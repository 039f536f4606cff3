"""Nobody else's page may make a browser change things here.

Flask-WTF's token is asked for on every change that comes with a cookie; besides, browsers say
which site a request comes from. A request with a bearer token carries nothing a foreign page
could make a browser send, so it needs neither.
"""

from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from collab.web.doors import for_programs, takes
from collab.web.request import SAFE, context

csrf = CSRFProtect()


class Cookies(SecureCookieSessionInterface):
    """The page's cookie, which holds the secret behind its tokens. What signs it is made once."""

    def __init__(self, app: Flask) -> None:
        self._signer = super().get_signing_serializer(app)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return self._signer


def token() -> str:
    """The token for the forms of this page, made once for all of them."""
    if not hasattr(g, "form_token"):
        g.form_token = generate_csrf()
    found: str = g.form_token
    return found


ACCEPTED = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def protect() -> None:
    """Refuse a change that does not come from our own pages. For ``before_request``."""
    if request.method in SAFE:
        return
    if g.get("token_scopes") is not None or request.path.startswith(("/api/", "/scim/")):
        return  # programs' addresses take no cookies for changes
    if for_programs(current_app, request.endpoint):
        return
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise BadRequest
    if origin is not None and urlsplit(origin).hostname not in (
        urlsplit(request.host_url).hostname,
        urlsplit(context().settings.url).hostname,
    ):
        raise BadRequest
    if request.content_length and request.mimetype not in ACCEPTED | {takes(current_app, request.endpoint)}:
        raise UnsupportedMediaType
    csrf.protect()


def init_app(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # a page may lie open for a day; the session bounds it
    app.config["WTF_CSRF_SSL_STRICT"] = False  # the origin is checked above, also without https
    csrf.init_app(app)
    app.session_interface = Cookies(app)
    app.jinja_env.globals["csrf_token"] = token

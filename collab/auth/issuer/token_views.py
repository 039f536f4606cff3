"""What programs ask: the metadata, the keys, tokens, and who somebody is."""

from typing import Any, cast

from flask import Blueprint, Response, jsonify, request
from werkzeug.datastructures import MultiDict

from collab.auth import throttle
from collab.auth.issuer import claims, keys
from collab.auth.issuer.metadata import metadata
from collab.auth.issuer.rows import find_token
from collab.auth.issuer.server import TRIES, FormRequest, Server, throttle_key
from collab.errors import TooMany
from collab.web.doors import door
from collab.web.request import context, db, reading

blueprint = Blueprint("tools_api", __name__)
server = Server()


@blueprint.after_request
def for_any_origin(response: Response) -> Response:
    """Tools that live in a browser come from their own origin. Cookies count for nothing here."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


@blueprint.get("/.well-known/openid-configuration")
@blueprint.get("/.well-known/oauth-authorization-server")
@door("anyone", programs=True)
def configuration() -> Response:
    """OpenID Connect Discovery 1.0, RFC 8414."""
    return _public(metadata(context().settings.url))


@blueprint.get("/oauth/jwks")
@door("anyone", programs=True)
def jwks() -> Response:
    """The public keys (RFC 7517)."""
    return _public({"keys": [key.public() for key in keys.published(context())]})


def _public(body: dict[str, Any]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.post("/oauth/token")
@door("anyone", programs=True)
def token() -> Response:
    """RFC 6749, 3.2."""
    return _answer("token")


@blueprint.post("/oauth/revoke")
@door("anyone", programs=True)
def revoke() -> Response:
    """RFC 7009."""
    return _answer("revocation")


@blueprint.post("/oauth/introspect")
@door("anyone", programs=True)
def introspect() -> Response:
    """RFC 7662."""
    return _answer("introspection")


def _answer(endpoint: str) -> Response:
    asked = FormRequest(request)
    if _ambiguous(request.form, "Authorization" in request.headers):
        return _refuse(400, "invalid_request")
    try:
        throttle.check(reading(), throttle_key(asked), TRIES)
    except TooMany as error:
        return _refuse(429, "temporarily_unavailable", {"Retry-After": str(error.retry_after)})
    if endpoint != "token":
        return cast("Response", server.create_endpoint_response(endpoint, asked))
    asked.keys = keys.published(context())
    return cast("Response", server.create_token_response(asked))


def _ambiguous(form: MultiDict[str, str], has_header: bool) -> bool:
    """A field twice, or two ways to say who asks (RFC 6749, 3.2 and 2.3)."""
    return any(len(form.getlist(name)) > 1 for name in form) or (has_header and "client_secret" in form)


@blueprint.route("/oauth/userinfo", methods=["GET", "POST"])
@door("anyone", programs=True)
def userinfo() -> Response:
    """OpenID Connect Core, 5.3. The token comes in the header only (RFC 6750, 2.1)."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given.strip():
        return _refuse(401, "", {"WWW-Authenticate": "Bearer"})
    found = find_token(db(), given.strip(), "access")
    if found is None or found.is_revoked() or found.is_expired():
        return _refuse(401, "invalid_token", {"WWW-Authenticate": 'Bearer error="invalid_token"'})
    zone = context().settings.default_timezone
    return jsonify(claims.about(db(), found.account, found.row.scopes, zone))


def _refuse(status: int, error: str, headers: dict[str, str] | None = None) -> Response:
    response = jsonify({"error": error} if error else {})
    response.status_code = status
    response.headers.update(headers or {})
    return response

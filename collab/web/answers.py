"""Errors as answers: a page for people, problem details (RFC 9457) for programs."""

import gzip
import logging
import secrets
from collections.abc import Callable

from flask import Flask, Response, g, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from collab.errors import (
    Conflict,
    Forbidden,
    Invalid,
    NotFound,
    ReauthenticationRequired,
    Refused,
    TooMany,
    Unauthorized,
)
from collab.storage import DiskFull, TooLarge
from collab.web.messages import sentence
from collab.web.request import SAFE
from collab.web.urls import again_url, sign_in_url

log = logging.getLogger(__name__)

#: Beginning of a path -> how errors are told there, for protocols that say how (status, code, detail).
PROTOCOLS: dict[str, Callable[[int, str, str], Response]] = {}


#: Asked before somebody who is not let in is sent on: who knows why answers instead.
WHY_NOT: list[Callable[[], AnyResponse | None]] = []


def _why_not() -> AnyResponse | None:
    return next((found for why in WHY_NOT if (found := why()) is not None), None)


def _protocol() -> Callable[[int, str, str], Response] | None:
    return next((tell for path, tell in PROTOCOLS.items() if request.path.startswith(path)), None)


def is_api() -> bool:
    """Does a program ask, or a script of our own pages?"""
    if _protocol() is not None:
        return True
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def problem(status: int, code: str, detail: str, **more: object) -> Response:
    """Problem details; ``code`` is stable, ``detail`` is for people."""
    response = jsonify({"type": "about:blank", "title": code, "status": status, "detail": detail, **more})
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def reference(code: str) -> dict[str, str]:
    """What a page about a failure carries for whoever is asked for help: its code and the request's id."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(6)
    return {"code": code, "request_id": g.request_id}


def explain(error: Invalid) -> dict[str, str]:
    """A sentence for each field of ``error``."""
    return {field: sentence(code, error.params) for field, code in error.errors.items()}


def _texts(status: int) -> tuple[str, str]:
    return {
        400: (
            _("That did not work"),
            _("The request could not be understood. Please go back and try again."),
        ),
        401: (_("Please sign in"), _("This needs a sign-in, or a token that is valid here.")),
        403: (
            _("You may not do this"),
            _("You can see this, but changing it is for others. Please ask its owner."),
        ),
        404: (
            _("There is nothing here"),
            _(
                "The page does not exist, or it is not for you. If somebody sent you the address, please ask them."
            ),
        ),
        405: (_("That did not work"), _("This address cannot be used like that.")),
        410: (_("This is over"), _("What was here is no longer.")),
        409: (_("Somebody was faster"), _("This was changed meanwhile. Please load it again.")),
        413: (_("That is too large"), _("What you sent is larger than allowed.")),
        429: (_("Please wait a moment"), _("That was too often in a short time. Please try again later.")),
        503: (
            _("Back in a moment"),
            _("Collab is busy or under maintenance. Nothing that was saved is lost."),
        ),
    }.get(
        status,
        (_("Something went wrong"), _("This is our fault, not yours. Nothing that was saved is lost.")),
    )


def answer(status: int, code: str, headers: dict[str, str] | None = None, detail: str = "") -> Response:
    """The answer for an error of ``status``."""
    title, text = _texts(status)
    tell = _protocol()
    if tell is not None:
        response = tell(status, code, detail or text)
    elif is_api():
        response = problem(status, code, detail or text)
    else:
        body = render_template(
            "error.html",
            status=status,
            code=code,
            title=title,
            text=detail or text,
            request_id=g.get("request_id", ""),
        )
        response = _packed(Response(body, status))
    response.headers.update(headers or {})
    return response


def _packed(page: Response) -> Response:
    """Compressed if the browser takes it: Flask-Compress leaves answers other than 2xx as they are."""
    page.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        page.set_data(gzip.compress(page.get_data(), 3))
        page.content_encoding = "gzip"
    return page


def _unauthorized(_error: Unauthorized) -> AnyResponse:
    if is_api():
        return answer(401, "unauthorized", {"WWW-Authenticate": "Bearer"})
    if request.headers.get("HX-Request"):
        return answer(401, "unauthorized")
    known = _why_not()
    if known is not None:
        return known
    return redirect(sign_in_url(), 303) if request.method in SAFE else answer(401, "unauthorized")


def _stale(_error: ReauthenticationRequired) -> AnyResponse:
    if is_api() or request.headers.get("HX-Request"):
        return answer(401, "reauthentication_required")
    return redirect(again_url(), 303)


def _invalid(error: Invalid) -> Response:
    if _protocol() is not None:
        return answer(400, "invalid", detail=" ".join(explain(error).values()))
    if is_api():
        fields = explain(error)
        items = [
            {"field": field, "code": error.errors[field], "detail": text} for field, text in fields.items()
        ]
        status = 400 if "" in fields else 422
        return problem(status, "invalid", " ".join(fields.values()), errors=items)
    return answer(422, "invalid", detail=" ".join(explain(error).values()))


def _http(error: HTTPException) -> AnyResponse:
    status = error.code or 500
    if status in (301, 302, 303, 307, 308):
        return error.get_response()
    methods: list[str] = getattr(error, "valid_methods", None) or []
    headers = {"Allow": ", ".join(sorted(methods))} if methods else {}
    return answer(status, (error.name or "error").lower().replace(" ", "_"), headers)


def _busy(error: OperationalError) -> Response:
    log.error("database: %s", error.orig)
    return answer(503, "unavailable", {"Retry-After": "5"})


def _fault(error: Exception) -> Response:
    g.request_id = secrets.token_hex(6)
    log.error("request %s failed: %s %s", g.request_id, request.method, request.path, exc_info=error)
    return answer(500, "internal_error")


def init_app(app: Flask) -> None:
    register = app.register_error_handler
    register(Unauthorized, _unauthorized)
    register(ReauthenticationRequired, _stale)
    register(NotFound, lambda _error: _why_not() or answer(404, "not_found"))
    register(Forbidden, lambda _error: answer(403, "forbidden"))
    register(Conflict, lambda _error: answer(412 if request.headers.get("If-Match") else 409, "conflict"))
    register(TooMany, lambda error: answer(429, "too_many_attempts", {"Retry-After": str(error.retry_after)}))
    register(Invalid, _invalid)
    register(Refused, lambda error: answer(error.status, error.code, detail=sentence(error.code)))
    register(TooLarge, lambda _error: answer(413, "too_large"))
    register(DiskFull, lambda _error: answer(503, "disk_full"))
    register(OperationalError, _busy)
    register(HTTPException, _http)
    register(Exception, _fault)

"""What every page can use, and the order in which a request passes the checks."""

import secrets
from typing import Any

from flask import Flask, Response, current_app, request
from flask_compress import Compress

from collab import clock
from collab.web import answers, csrf, doors, fragments, headers, i18n, idempotency
from collab.web import request as requests
from collab.web.assets import asset
from collab.web.request import context, viewer

COMPRESSION = {
    "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],
    "COMPRESS_BR_LEVEL": 2,  # the next levels take twice the time for a twentieth less
    "COMPRESS_LEVEL": 3,
    "COMPRESS_MIN_SIZE": 600,
    "COMPRESS_MIMETYPES": [
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/json",
        "application/scim+json",
        "application/atom+xml",
        "application/manifest+json",
        "image/svg+xml",
    ],
}


def _guard() -> Response | None:
    doors.guard(current_app)
    csrf.protect()
    return idempotency.replay()


def _on_every_page() -> dict[str, Any]:
    return {
        "viewer": viewer(),
        "locale": i18n.language(),
        "site_name": context().settings.site_name,
        "theme": request.cookies.get("theme", "system"),
    }


def before(app: Flask) -> None:
    """What runs before features are known: sessions, headers, languages, errors."""
    app.config.update(COMPRESSION)
    Compress(app)  # a foreign page cannot make a browser send our cookies, so compressing them in is safe
    idempotency_first = [idempotency.init_app, requests.init_app, headers.init_app]
    for init in reversed(idempotency_first):  # after_request runs in reverse order of registration
        init(app)
    i18n.init_app(app)
    fragments.init_app(app)
    answers.init_app(app)
    csrf.init_app(app)
    app.context_processor(_on_every_page)
    app.jinja_env.globals.update(asset=asset, now=clock.now, new_key=lambda: secrets.token_urlsafe(12))


def after(app: Flask) -> None:
    """What runs once it is known who asks."""
    app.before_request(_guard)

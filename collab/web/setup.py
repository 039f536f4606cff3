"""What every page can use, and the order in which a request passes the checks."""

import secrets
from typing import Any

from flask import Flask, Response, current_app, request
from flask_babel import get_locale

from collab import clock
from collab.web import answers, csrf, doors, headers, i18n, idempotency
from collab.web import request as requests
from collab.web.assets import asset
from collab.web.request import context, viewer


def _guard() -> Response | None:
    doors.guard(current_app)
    csrf.protect()
    return idempotency.replay()


def _on_every_page() -> dict[str, Any]:
    return {
        "viewer": viewer(),
        "locale": str(get_locale() or "en"),
        "site_name": context().settings.site_name,
        "theme": request.cookies.get("theme", "system"),
    }


def before(app: Flask) -> None:
    """What runs before features are known: sessions, headers, languages, errors."""
    idempotency_first = [idempotency.init_app, requests.init_app, headers.init_app]
    for init in reversed(idempotency_first):  # after_request runs in reverse order of registration
        init(app)
    i18n.init_app(app)
    answers.init_app(app)
    csrf.init_app(app)
    app.context_processor(_on_every_page)
    app.jinja_env.globals.update(asset=asset, now=clock.now, new_key=lambda: secrets.token_urlsafe(12))


def after(app: Flask) -> None:
    """What runs once it is known who asks."""
    app.before_request(_guard)

"""For machines that watch: is the process alive, can it work, how much is there to do?"""

import hmac
import ipaddress
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from collab.activity import outbox
from collab.errors import NotFound
from collab.web.doors import door
from collab.web.request import context, reading

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@door("anyone")
def healthz() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


def _may_watch() -> bool:
    token = context().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return hmac.compare_digest(token.encode(), given.encode())
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


@blueprint.get("/metrics")
@door("anyone")
def metrics() -> Response:
    """Counts in the text format of Prometheus."""
    if not _may_watch():
        raise NotFound
    lines = [f"collab_outbox_{name} {value}" for name, value in outbox.backlog(reading()).items()]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def readiness(findings: Callable[[], list[tuple[str, bool]]]) -> Callable[[], Response]:
    """The view behind ``/readyz``: 200 if all is well, else 503; names only, no details."""

    @door("anyone")
    def readyz() -> Response:
        found = dict(findings())
        response = jsonify(found)
        response.status_code = 200 if all(found.values()) else 503
        return response

    return readyz

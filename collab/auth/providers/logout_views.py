"""Signing out: on to the provider after it is done here, and done here because the provider says so."""

import logging
import secrets

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from collab import activity
from collab.auth import sealed, throttle
from collab.auth.arrival import browser
from collab.auth.providers import logout, pages, services
from collab.auth.providers.logout import Farewell
from collab.auth.providers.models import SignInProvider
from collab.auth.providers.refusals import Refused
from collab.auth.providers.views import published
from collab.viewer import ANONYMOUS
from collab.web.doors import door
from collab.web.request import context, db, reading
from collab.web.urls import whole

log = logging.getLogger(__name__)
blueprint = Blueprint("auth_provider_logout", __name__)


def onward(told: Farewell) -> AnyResponse | None:
    """The answer that ends the session at the provider too; None if that is not possible now.

    Called when the session here is over for good: a provider that fails must not stop that.
    """
    settings = context().settings
    try:
        address = logout.end_session_url(
            published(),
            services.peer(settings, told.provider),
            sealed.unseal(settings.key, told.id_token or ""),
            whole("/login"),
            secrets.token_urlsafe(16),
        )
    except Refused as error:
        log.warning("%s could not be told of a sign-out: %s", told.provider.name, error.check)
        return None
    return pages.out(address, told.provider.label) if address else None


@blueprint.post("/login/oidc/<name>/backchannel-logout")
@door("anyone", programs=True)
def backchannel(name: str) -> Response:
    """A provider ends sessions. Whom it names need not be signed in (Back-Channel Logout 1.0, 2.8)."""
    provider = services.by_name(reading(), name, enabled=False)
    peer = services.peer(context().settings, provider)
    try:
        claims = logout.verified(published(), peer, request.form.get("logout_token"))
        logout.obey(db(), provider, claims)
    except Refused as error:
        return _refuse(provider, error)
    response = Response(status=200)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refuse(provider: SignInProvider, error: Refused) -> Response:
    if "writing" in g:
        db().rollback()
    with context().write.begin() as noting:
        if throttle.worth_noting(noting, f"logout:{browser().network}", pages.NOTED):
            activity.record(
                noting,
                "logout.refused",
                ANONYMOUS,
                provider=provider.name,
                check=error.check,
                detail=error.detail,
                ip=request.remote_addr,
            )
    response = jsonify({"error": "invalid_request"})
    response.status_code = 400
    response.headers["Cache-Control"] = "no-store"
    return response

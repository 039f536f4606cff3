"""Signing in through a provider: there, back, one more way in, and who one is shown again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Blueprint, current_app, flash, g, redirect, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from collab import clock
from collab.auth import sealed, throttle
from collab.auth.arrival import arrive, browser, prove_again
from collab.auth.login import session_id
from collab.auth.providers import attempts, journey, linking, pages, services
from collab.auth.providers.journey import Proven
from collab.auth.providers.metadata import Published
from collab.auth.providers.models import Identity, SignInAttempt, SignInProvider
from collab.auth.providers.refusals import Refused, invalid
from collab.auth.sessions import Proof
from collab.web import cookies
from collab.web.doors import FRESH, door
from collab.web.request import context, db, reading, viewer, write_here
from collab.web.urls import safe_next, whole

blueprint = Blueprint("auth_providers", __name__)
REMEMBERED = "provider"
#: Journeys that one network may begin in a quarter of an hour: a large company on a Monday morning.
JOURNEYS = 5000
View = Callable[..., AnyResponse]


def published() -> Published:
    """What this process knows of the providers' metadata and keys."""
    return cast("Published", current_app.extensions["collab-providers"])


def explained(view: View) -> View:
    """Answer a refusal with its page; a HEAD, which must change nothing, with none."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> AnyResponse:
        if request.method == "HEAD":
            raise MethodNotAllowed(["GET"])
        try:
            return view(*args, **kwargs)
        except Refused as error:
            return pages.turned_away(error)

    return run


def browser_cookie() -> str:
    """The cookie that holds what ties a journey to the browser that began it."""
    return cookies.own("pre")


def callback_url(provider: SignInProvider) -> str:
    """Each provider has its own, so that none can pass off another's answer as its own."""
    return whole(f"/login/oidc/{provider.name}/callback")


# There ----------------------------------------------------------------------------------------


@blueprint.get("/login/oidc/<name>")
@door("anyone", own=True)
@explained
def start(name: str) -> AnyResponse:
    return _leave(services.by_name(reading(), name), "sign_in")


@blueprint.get("/login/oidc/<name>/again")
@door("guest", own=True)
@explained
def again(name: str) -> AnyResponse:
    """Step-up: the signed-in person shows again who they are, at the provider."""
    return _leave(services.by_name(reading(), name), "reauth")


@blueprint.post("/login/oidc/<name>/link")
@door("guest", fresh=True, own=True)
@explained
def link(name: str) -> AnyResponse:
    """Add the provider to the ways in which the signed-in person comes in."""
    return _leave(services.by_name(reading(), name), "link")


def _leave(provider: SignInProvider, purpose: str) -> AnyResponse:
    following = safe_next(request.values.get("next"))
    pages.about(provider, following)
    if "writing" in g:
        db().rollback()  # the provider may take its time, and nobody else is to wait for it
    key = f"leaving:{browser().network}"
    throttle.check(reading(), key, JOURNEYS)
    begun = attempts.fresh(request.cookies.get(browser_cookie()))
    peer = services.peer(context().settings, provider)
    address = journey.departure(
        published(), peer, provider, begun, callback_url(provider), again=purpose == "reauth"
    )
    account_id = viewer().account_id if purpose != "sign_in" else None
    with context().write.begin() as noting:
        throttle.count(noting, key)
        attempts.note(noting, begun, provider.id, purpose=purpose, next_path=following, account_id=account_id)
    response = redirect(address, 303) if request.method == "GET" else pages.out(address, provider.label)
    cookies.put(response, browser_cookie(), begun.browser, attempts.LIFE)
    return response


# Back -----------------------------------------------------------------------------------------


def _said(name: str) -> str | None:
    """A parameter of the way back. None may come twice (RFC 6749, 3.1): two answers are an empty one."""
    given = request.args.getlist(name)
    return given[0] if len(given) == 1 else "" if given else None


@blueprint.get("/login/oidc/<name>/callback")
@door("anyone", own=True)
@explained
def callback(name: str) -> AnyResponse:
    """The only GET that changes something: state, cookie and row make it good for once."""
    provider = services.by_name(reading(), name)
    pages.about(provider)
    attempt = attempts.take(
        context().write, provider.id, _said("state"), request.cookies.get(browser_cookie())
    )
    pages.about(provider, attempt.next_path)
    peer = services.peer(context().settings, provider)
    journey.check_sender(published(), peer, provider, _said("iss"))
    journey.check_error(_said("error"), _said("error_description"))
    code = _said("code")
    if not code or len(code) > 4000:
        raise invalid("code")
    proven = journey.returned(published(), peer, provider, attempt, callback_url(provider), code)
    write_here()
    try:
        return _arrived(provider.id, attempt, proven)
    except IntegrityError:
        db().rollback()  # another window, or a colleague, was faster: look at what is there now
    try:
        return _arrived(provider.id, attempt, proven)
    except IntegrityError as error:
        raise Refused("sign_in_not_started_here", "crowded") from error


def _arrived(provider_id: int, attempt: SignInAttempt, proven: Proven) -> AnyResponse:
    return _ARRIVALS[attempt.purpose](db().get_one(SignInProvider, provider_id), attempt, proven)


def _sign_in(provider: SignInProvider, attempt: SignInAttempt, proven: Proven) -> AnyResponse:
    identity = linking.arrived(db(), provider, proven.person, proven.claims)
    proof = Proof(
        amr=proven.amr,
        identity_id=identity.id,
        op_sid=proven.sid,
        id_token=sealed.seal(context().settings.key, proven.id_token or ""),
        hours=provider.session_hours,
    )
    response = arrive(identity.account_id, proof, attempt.next_path)
    cookies.put(response, REMEMBERED, provider.name, cookies.YEAR)
    cookies.drop(response, browser_cookie())
    return response


def _check_same_person(attempt: SignInAttempt) -> None:
    if not viewer().signed_in or viewer().me != attempt.account_id:
        raise Refused("sign_in_not_started_here", "other_person", about=attempt.account_id)


def _link(provider: SignInProvider, attempt: SignInAttempt, proven: Proven) -> AnyResponse:
    _check_same_person(attempt)
    if g.authenticated_at is None or g.authenticated_at < clock.now() - 2 * FRESH:
        raise Refused("sign_in_not_started_here", "stale", about=attempt.account_id)
    linking.attach(db(), viewer(), provider, proven.person)
    flash(_("You can now sign in through %(name)s, too.", name=provider.label))
    return redirect(safe_next(attempt.next_path), 303)


def _reauth(provider: SignInProvider, attempt: SignInAttempt, proven: Proven) -> AnyResponse:
    _check_same_person(attempt)
    this = session_id()
    mine = select(Identity.id).where(
        Identity.issuer == proven.person.issuer,
        Identity.subject == proven.person.subject,
        Identity.account_id == viewer().me,
    )
    if this is None or provider.kind != "openid" or db().scalar(mine) is None:
        raise Refused("other_identity", about=viewer().me)
    return prove_again(this, proven.amr, attempt.next_path)


_ARRIVALS = {"sign_in": _sign_in, "link": _link, "reauth": _reauth}


# One's own ------------------------------------------------------------------------------------


@blueprint.post("/login/identities/<public_id>/unlink")
@door("guest", fresh=True, own=True)
@explained
def unlink(public_id: str) -> AnyResponse:
    services.unlink(db(), viewer(), public_id)
    flash(_("You no longer sign in this way."))
    return redirect(safe_next(request.form.get("next") or "/account/methods"), 303)


@blueprint.app_context_processor
def on_pages() -> dict[str, Any]:
    """For the pages about signing in; asked for only there."""
    return {
        "offered_providers": lambda: services.offered(reading(), request.cookies.get(REMEMBERED)),
        "provable_providers": lambda: services.provable(reading(), viewer()),
    }

"""What people read when a provider does not let them in: why, and one next step."""

import secrets
from datetime import datetime

from flask import Response, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from collab import activity
from collab.auth import ended, throttle
from collab.auth.arrival import browser
from collab.auth.providers.models import SignInProvider
from collab.auth.providers.reasons import REASONS
from collab.auth.providers.refusals import Refused
from collab.web.answers import is_api, problem
from collab.web.request import context, db, viewer
from collab.web.urls import safe_next

#: These come with the sign-in page, so that other ways in stay at hand.
WITH_OTHER_WAYS = {"cancelled", "provider_refused", "provider_unavailable", "provider_misconfigured"}


#: Refusals that the log keeps of one network in a quarter of an hour; the answers stay the same.
NOTED = 200


def about(provider: SignInProvider, following: str = "/") -> None:
    """Remember whose sign-in this request is about, in case it is refused."""
    g.provider = provider
    g.following = following


def turned_away(error: Refused) -> AnyResponse:
    """The answer for ``error``, after noting it: nothing else of the request is kept."""
    if "writing" in g:
        db().rollback()
    g.request_id = secrets.token_hex(6)
    provider: SignInProvider | None = g.get("provider")
    _note(error, provider.name if provider else "")
    if is_api():
        return problem(error.status, error.code, words(error)[1])
    if error.code == "cancelled" and viewer().signed_in:
        flash(words(error)[1])
        return redirect(safe_next(g.get("following")), 303)
    return make_response(_page(error), error.status)


def _note(error: Refused, provider: str) -> None:
    with context().write.begin() as log:
        if throttle.worth_noting(log, f"refused:{browser().network}", NOTED):
            activity.record(
                log,
                "session.refused",
                viewer(),
                subject_id=error.about,
                ip=request.remote_addr,
                provider=provider,
                code=error.code,
                check=error.check,
                detail=error.detail,
                request=g.request_id,
            )
        if error.code == "provider_misconfigured" and throttle.worth_noting(
            log, f"misconfigured:{provider}", 1
        ):
            # an event of its own, that administrators are told of; not at each try
            activity.record(log, "provider.misconfigured", viewer(), provider=provider, check=error.check)


def _page(error: Refused) -> str:
    title, text = words(error)
    reference = {"code": error.code, "request_id": g.request_id}
    if error.code == ended.CODE and error.about is not None:
        return ended.page(error.about)
    if error.code in WITH_OTHER_WAYS and not viewer().signed_in:
        following = safe_next(g.get("following"))
        here = url_for("auth.login", next=following)  # not the way back: it holds the provider's words
        return render_template(
            "auth/login.html",
            nav="login",
            error=text,
            email="",
            next=following,
            here=here,
            reference=reference,
        )
    url, act = _next_step(error)
    return render_template(
        "auth/refused.html", nav="login", title=title, text=text, url=url, act=act, here=url, **reference
    )


def words(error: Refused) -> tuple[str, str]:
    """Title and reason, in the reader's language. Never the provider's words."""
    provider: SignInProvider | None = g.get("provider")
    params = {"name": provider.label if provider else _("the other side"), "day": _day(error)}
    title, reason = REASONS[error.code]
    return _filled(title, params), _filled(reason, params)


def _filled(text: object, params: dict[str, str]) -> str:
    return str(text) % params if "%(" in str(text) else str(text)


def _day(error: Refused) -> str:
    ended = error.shown.get("ended")
    return format_date(datetime.fromisoformat(ended), "long") if ended else ""


def _next_step(error: Refused) -> tuple[str, str]:
    if not viewer().signed_in:
        if error.code == "sign_in_not_started_here":
            return "/login", _("Start again")
        return "/login", _("To the sign-in page")
    if error.code in ("identity_in_use", "last_sign_in_method"):
        return "/account/methods", _("Back to my account")
    return safe_next(g.get("following")), _("Go back")


def out(address: str, label: str) -> AnyResponse:
    """Send a browser that has posted a form on to a provider.

    Browsers hold the redirect of a form to the page's ``form-action`` (CSP 3), which names only
    ourselves. So they get a page that goes on by itself; whoever is no browser is redirected.
    """
    if "Sec-Fetch-Mode" not in request.headers:
        return redirect(address, 303)
    answer: Response = make_response(
        render_template("auth/leaving.html", nav="login", address=address, label=label)
    )
    return answer

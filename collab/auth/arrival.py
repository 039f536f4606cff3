"""The one way into a session, whichever way somebody proved who they are, and the way out of it."""

from datetime import timedelta

from flask import redirect, request, session
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from collab import activity
from collab.auth import services, sessions
from collab.auth.login import cookie_name, session_id
from collab.auth.models import Account
from collab.auth.providers import linking
from collab.auth.sessions import Browser, Proof
from collab.errors import Forbidden
from collab.web import cookies
from collab.web.request import context, db, viewer
from collab.web.urls import safe_next

_ANY_AGE = timedelta(days=3650)


def arrive(account_id: int, proof: Proof, following: str | None) -> Response:
    """Sign the person in and lead them on to ``following``, an address of ours.

    Whoever was signed in here before is not any more: a session belongs to one person, and no
    token from before the sign-in is worth anything after it. Raises Refused, which says why, for an
    account that may do nothing.
    """
    person = services.viewer_of(db(), account_id)
    if not person.signed_in:
        linking.check_standing(db().get_one(Account, account_id))
        raise Forbidden
    here = browser()
    token, number = sessions.start(db(), account_id, proof, here, days=context().settings.session_days)
    activity.record(
        db(),
        "session.started",
        person,
        subject_id=account_id,
        amr=proof.amr,
        session=number,
        **here.told,
    )
    old = request.cookies.get(cookie_name())
    known = sessions.by_cookie(db(), old, _ANY_AGE, _ANY_AGE) if old else None
    if known is not None:
        sessions.end(db(), known.id, session_id=known.session_id, reason="replaced")
    session.clear()  # a new CSRF secret for a new person
    return _lead_on(following, token)


def prove_again(session_id: int, amr: list[str], following: str | None) -> Response:
    """The signed-in person has shown again who they are: step-up, under a new token."""
    token = sessions.renew(db(), session_id, amr)
    return _lead_on(following, token)


def _lead_on(following: str | None, token: str) -> Response:
    response = redirect(safe_next(following), 303)
    cookies.put(response, cookie_name(), token, timedelta(days=context().settings.session_days))
    return response


def leave(own: Session) -> None:
    """End the session that this request belongs to, if there is one, in the transaction of ``own``."""
    this, person = session_id(), viewer().looker or viewer()
    if this is not None:
        sessions.end(own, person.me, session_id=this, reason="signed_out")
        activity.record(own, "session.ended", person, subject_id=person.me, **browser().told)


def browser() -> Browser:
    """Where this request comes from."""
    return Browser(request.remote_addr or "", request.headers.get("User-Agent", ""))

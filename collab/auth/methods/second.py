"""The second step after a password or a mailed link, where the account asks for a code.

What was proved first waits in a one-time token whose only copy is a cookie: no other browser can
finish what this one began.
"""

from datetime import timedelta

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from collab.auth import once
from collab.auth.arrival import arrive, browser
from collab.auth.methods import recovery, totp, ways
from collab.auth.models import OneTimeToken
from collab.auth.services import viewer_of
from collab.auth.sessions import Proof
from collab.errors import Forbidden
from collab.web import cookies
from collab.web.request import context, db, reading
from collab.web.urls import safe_next

LIFE = timedelta(minutes=10)
PURPOSE = "second_step"
COOKIE = "step"


def go_on(account_id: int, amr: list[str], following: str | None) -> Response:
    """The first step is done: the session begins, or the code is asked for first."""
    if not ways.asks_for_code(db(), account_id):
        return arrive(account_id, Proof(amr=amr), following)
    if not ways.may_prove_own(db(), account_id):
        raise Forbidden
    token = once.issue(db(), PURPOSE, account_id, LIFE, {"amr": amr, "next": safe_next(following)})
    response = redirect(url_for("second_step.form"), 303)
    cookies.put(response, cookies.own(COOKIE), token, LIFE)
    return response


def begun() -> OneTimeToken | None:
    """What this browser has proved already; None if nothing, or too long ago."""
    token = request.cookies.get(cookies.own(COOKIE), "")
    row = once.look(reading(), PURPOSE, token) if token else None
    return row if row is not None and row.account_id is not None else None


def right(session: Session, account_id: int, code: str) -> bool:
    """Would the code open? Changes nothing, so that a wrong one can be counted."""
    if recovery.looks_like(code):
        return recovery.fits(session, account_id, code)
    return totp.step_of(session, account_id, context().settings.key, code) is not None


def use(account_id: int, code: str) -> bool:
    """Use a code up in the request's own transaction; False if it does not work (any more)."""
    if recovery.looks_like(code):
        return recovery.use(db(), viewer_of(db(), account_id), code, browser())
    step = totp.step_of(db(), account_id, context().settings.key, code)
    return step is not None and totp.use(db(), account_id, step)


def finish(account_id: int, code: str) -> Response | None:
    """The session begins, if the code is right and the first step is not used up."""
    row = once.use(db(), PURPOSE, request.cookies.get(cookies.own(COOKIE), ""))
    if row is None or row.account_id != account_id or not use(account_id, code):
        db().rollback()
        return None
    amr = sorted({*row.data["amr"], "otp", "mfa"})
    response = arrive(account_id, Proof(amr=amr), row.data["next"])
    cookies.drop(response, cookies.own(COOKIE))
    return response

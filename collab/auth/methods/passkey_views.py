"""Signing in, and showing again who one is, by a passkey."""

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from collab.auth import throttle, tries
from collab.auth.arrival import arrive, browser, prove_again
from collab.auth.login import session_id
from collab.auth.methods import passkeys
from collab.auth.methods.site import site, this_browser
from collab.auth.sessions import Proof
from collab.auth.views import Answer, again_form, refused
from collab.errors import NotFound, TooMany
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import context, db, viewer

blueprint = Blueprint("passkeys", __name__, url_prefix="/login")
#: Each look at the sign-in page asks for a challenge, so many may look from one office.
CHALLENGES = 600


def _count_challenge() -> None:
    """Challenges are rows; nobody makes millions of them."""
    key = f"challenge:{browser().network}"
    throttle.check(db(), key, CHALLENGES)
    throttle.count(db(), key)


@blueprint.post("/passkey/options")
@door("anyone", own=True)
def options() -> Response:
    _count_challenge()
    return jsonify(passkeys.options_to_prove(db(), passkeys.COME_IN, _site(), this_browser()))


def _site() -> passkeys.Site:
    here = site()
    if not here.usable:
        raise NotFound
    return here


def _proved(purpose: str) -> tuple[int, list[str]] | None:
    """Whose passkey answered. The challenge is used up also by an answer that is refused."""
    answer = request.form.get("credential", "")[:20_000]
    with context().write.begin() as using:
        taken = passkeys.take_challenge(using, purpose, answer, this_browser())
    return passkeys.prove(db(), _site(), taken) if taken is not None else None


@blueprint.post("/passkey")
@door("anyone", own=True)
def sign_in() -> Answer:
    counted = tries.keys_of_nobody()
    try:
        tries.check(counted)
    except TooMany as error:
        return refused(429, "too_many_attempts", wait=error.retry_after)
    proved = _proved(passkeys.COME_IN)
    if proved is None:
        db().rollback()
        tries.failed(counted)
        return refused(401, "passkey_not_valid")
    account_id, amr = proved
    return arrive(account_id, Proof(amr=amr), request.form.get("next"))


@blueprint.post("/again/passkey/options")
@door("guest", own=True)
def options_again() -> Response:
    _count_challenge()
    return jsonify(passkeys.options_to_prove(db(), passkeys.AGAIN, _site(), this_browser(), viewer().me))


@blueprint.post("/again/passkey")
@door("guest", own=True)
def prove() -> Answer:
    this, following = session_id(), request.form.get("next")
    counted = tries.keys_of(viewer().me, "again")
    tries.check(counted)
    proved = _proved(passkeys.AGAIN)
    if this is None or proved is None or proved[0] != viewer().me:
        db().rollback()
        tries.failed(counted)
        return again_form(following, sentence("passkey_not_valid")), 401
    return prove_again(this, proved[1], following)

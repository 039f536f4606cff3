"""Where one is signed in, and ending that."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from collab.account import services
from collab.account.views import Answer
from collab.auth.devices import device
from collab.auth.login import session_id
from collab.auth.throttle import network
from collab.web.doors import door
from collab.web.request import db, viewer

blueprint = Blueprint("own_sessions", __name__, url_prefix="/account/sessions")


@blueprint.get("")
@door("guest", own=True)
def index() -> Answer:
    return render_template(
        "account/sessions.html",
        device=device,
        network=network,
        sessions=services.open_sessions(db(), viewer()),
        this_session=session_id(),
    )


@blueprint.post("/<public_id>/end")
@door("guest", own=True)
def end(public_id: str) -> Answer:
    services.end_session(db(), viewer(), public_id)
    flash(_("That browser is signed out."))
    return redirect(url_for("own_sessions.index"), 303)


@blueprint.post("/end-others")
@door("guest", own=True)
def end_others() -> Answer:
    services.end_other_sessions(db(), viewer(), session_id())
    flash(_("You are signed out everywhere else."))
    return redirect(url_for("own_sessions.index"), 303)

"""Seeing what a guest sees: beginning, and ending it again."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.auth import sessions
from collab.auth.login import session_id
from collab.guests import looking, sponsoring
from collab.web.doors import door
from collab.web.request import db, viewer

blueprint = Blueprint("looking", __name__)


@blueprint.post("/my-guests/<public_id>/look")
@door("employee")
def start(public_id: str) -> Response:
    looking.start(db(), viewer(), session_id(), sponsoring.get(db(), viewer(), public_id))
    return redirect("/", 303)


@blueprint.post("/looking/stop")
@door("guest", looking=True)
def stop() -> Response:
    this, looker = session_id(), viewer().looker
    if this is not None and looker is not None:
        sessions.look_as(db(), this, None)
        flash(_("You see your own pages again."))
    return redirect("/my-guests/" if looker or viewer().is_employee else "/", 303)

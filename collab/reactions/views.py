"""Reactions in pages."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from collab.reactions import services
from collab.viewer import Viewer
from collab.web.doors import door
from collab.web.request import db, viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry

blueprint = Blueprint("reactions", __name__)


def reaction_items(db: Session, viewer: Viewer, entry: Entry) -> list[dict[str, Any]]:
    """What ``comment.reactions`` shows; nothing for those who may not react. One statement."""
    if not services.may_react(db, viewer, entry):
        return []
    shown = {
        "like": ("thumbs-up", _("Like")),
        "thanks": ("hand-heart", _("Thanks")),
        "read": ("check", _("Read")),
    }
    return [
        {
            "key": tally.kind,
            "icon": shown[tally.kind][0],
            "text": shown[tally.kind][1],
            "count": tally.count,
            "mine": tally.mine,
            "url": f"/entries/{entry.public_id}/reactions",
        }
        for tally in services.tallies(db, viewer, entry)
    ]


@blueprint.post("/entries/<public_id>/reactions")
@door("guest")
def toggle(public_id: str) -> str | Response:
    entry = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    services.toggle(db(), viewer(), entry, request.form.get("kind", ""))
    if request.headers.get("HX-Request") != "true":
        return redirect(f"{whereabouts.address_of(db(), viewer(), entry)}#reactions", 303)
    return render_template("comments/reactions.html", reactions=reaction_items(db(), viewer(), entry))

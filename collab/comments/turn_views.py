"""Pages about turning a comment into something, and the note of how far somebody has read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from collab import clock
from collab.comments import queries, reading, turning
from collab.comments.forms import Read, Turning
from collab.comments.models import Comment
from collab.errors import Forbidden, Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, circles, whereabouts
from collab.workspaces.models import Entry

blueprint = Blueprint("turning", __name__)

Answer = str | Response | tuple[str, int]


def _comment(public_id: str) -> tuple[Comment, Entry]:
    comment = queries.get(db(), viewer(), public_id)
    return comment, access.get(db(), viewer(), Entry, Entry.id == comment.entry_id)


def _form(public_id: str, values: Mapping[str, Any], errors: dict[str, str] | None = None) -> str:
    comment, entry = _comment(public_id)
    places = circles.places(db(), viewer(), entry.workspace_id)
    if comment.deleted_at is not None or not places:
        raise Forbidden
    return render_template(
        "comments/turn.html",
        comment=comment,
        words=Markup(comment.html),  # noqa: S704 - made by collab.text
        entry=entry,
        back=f"{whereabouts.address_of(db(), viewer(), entry)}#comment-{public_id}",
        kinds=turning.offered(),
        places=places,
        values={"title": turning.title_for(comment), "kind": "", "workspace": places[0].slug} | dict(values),
        errors=errors or {},
    )


@blueprint.get("/comments/<public_id>/turn")
@door("guest", own=True)
def form(public_id: str) -> str:
    """What shall the comment become, and where?"""
    return _form(public_id, {})


@blueprint.post("/comments/<public_id>/turn")
@door("guest", own=True)
def turn(public_id: str) -> Answer:
    """Make something from the comment."""
    comment, _entry = _comment(public_id)
    try:
        sent = from_page(Turning)
        place = access.workspace(db(), viewer(), sent.workspace)
        access.require(db(), viewer(), "contribute", place)
        made = turning.turn(db(), viewer(), comment, place, sent.kind, sent.title)
    except Invalid as error:
        return _form(public_id, request.form, explain(error)), 422
    flash(_("Made from the comment. Each leads to the other."))
    return redirect(made.address, 303)


@blueprint.post("/entries/<public_id>/read")
@door("guest", own=True)
def read(public_id: str) -> Response:
    """The viewer has read what is said about the entry, up to the moment that the page knows."""
    entry = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    until: datetime = from_page(Read).until or clock.now()
    reading.note(db(), viewer(), entry, until)
    if request.headers.get("HX-Request") == "true":
        return Response(status=204)
    return redirect(whereabouts.address_of(db(), viewer(), entry), 303)

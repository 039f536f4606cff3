"""Reading topics, deciding, closing."""

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.comments import queries as comments
from collab.desk import one
from collab.errors import Invalid
from collab.history.queries import changer
from collab.topics import forms, present, queries, services
from collab.topics.models import Topic
from collab.web import undo
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import db, viewer
from collab.workspaces import access, heads

blueprint = Blueprint("topics", __name__)

SECTION = "topics"
Answer = str | Response | tuple[str, int]


@blueprint.get("/w/<slug>/topics/")
@door("guest")
def index(slug: str) -> str:
    """The topics of a workspace, those first in which something was said last."""
    place, wanted = access.workspace(db(), viewer(), slug), from_query(forms.Filter)
    shown = queries.listed(db(), viewer(), place, which=wanted.which, cursor=wanted.cursor)
    said = queries.speakers(db(), viewer(), [row.last_id for row in shown.items if row.last_id])
    last = {number: changer(row) for number, row in said.items()}
    rows = [
        (row, changer(row), last.get(row.last_id), heads.flag(viewer(), row, place)) for row in shown.items
    ]
    return render_template(
        "topics/index.html",
        rows=rows,
        wanted=wanted,
        next=shown.next,
        **heads.frame(db(), viewer(), place, SECTION),
    )


@blueprint.get("/w/<slug>/topics/<public_id>")
@door("guest")
def topic(slug: str, public_id: str) -> str:
    """One topic: its words, what was decided, and what was said."""
    return _page(slug, public_id)


def _page(slug: str, public_id: str, errors: dict[str, str] | None = None) -> str:
    found = queries.at(db(), viewer(), slug, public_id)
    return render_template(
        "topics/topic.html",
        errors=errors or {},
        own=present.own(db(), viewer(), found.Topic, found),
        **one.page(db(), viewer(), found, SECTION),
    )


def _topic(slug: str, public_id: str) -> Topic:
    found: Topic = queries.at(db(), viewer(), slug, public_id).Topic
    return found


@blueprint.post("/w/<slug>/topics/<public_id>/decision")
@door("guest")
def decide(slug: str, public_id: str) -> Answer:
    """Say what was decided."""
    found = _topic(slug, public_id)
    try:
        form = from_page(forms.Decision)
        comment = comments.get(db(), viewer(), form.comment) if form.comment else None
        services.decide(db(), viewer(), found, form.words, comment)
    except Invalid as error:
        return _page(slug, public_id, explain(error)), 422
    undo.offer(_("The decision stands at the top now."), f"{found.address}/decision/delete")
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/topics/<public_id>/decision/delete")
@door("guest")
def undecide(slug: str, public_id: str) -> Response:
    """Nothing was decided after all."""
    found = _topic(slug, public_id)
    services.undecide(db(), viewer(), found)
    flash(_("The decision is taken back."))
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/topics/<public_id>/close")
@door("guest")
def close(slug: str, public_id: str) -> Response:
    """Nobody writes in it any more."""
    found = _topic(slug, public_id)
    services.close(db(), viewer(), found)
    undo.offer(_("The topic is closed."), f"{found.address}/reopen")
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/topics/<public_id>/reopen")
@door("guest")
def reopen(slug: str, public_id: str) -> Response:
    """Undo it."""
    found = _topic(slug, public_id)
    services.reopen(db(), viewer(), found)
    flash(_("The topic is open again."))
    return redirect(found.address, 303)

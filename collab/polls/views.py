"""Reading polls, and voting."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Row
from werkzeug.wrappers import Response

from collab.alone import page as alone
from collab.desk import one
from collab.errors import Invalid
from collab.history.queries import changer
from collab.polls import forms, present, queries, services
from collab.polls.models import Poll
from collab.web import undo
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, viewer
from collab.workspaces import access, heads, whereabouts

blueprint = Blueprint("polls", __name__)

SECTION = "polls"
Answer = str | Response | tuple[str, int]


@blueprint.get("/w/<slug>/polls/")
@door("guest")
def index(slug: str) -> str:
    """The polls of a workspace, the newest first."""
    place = access.workspace(db(), viewer(), slug)
    shown = queries.listed(db(), viewer(), place, request.args.get("cursor"))
    rows = [(row, changer(row), heads.flag(viewer(), row, place)) for row in shown.items]
    return render_template(
        "polls/index.html", rows=rows, next=shown.next, **heads.frame(db(), viewer(), place, SECTION)
    )


@blueprint.get("/w/<slug>/polls/<public_id>")
@door("guest")
def poll(slug: str, public_id: str) -> str:
    """One poll: the question, the form to vote, what has come out."""
    found = queries.at(db(), viewer(), slug, public_id)
    return page(found)


def page(row: Row[Any], errors: dict[str, str] | None = None) -> str:
    """The page of a row of ``queries.at``."""
    found: Poll = row.Poll
    return render_template(
        "polls/poll.html",
        may_close=not found.is_closed and services.may_close(db(), viewer(), found),
        may_reopen=services.may_reopen(db(), viewer(), found),
        errors=errors or {},
        own=present.own(db(), viewer(), found),
        **one.page(db(), viewer(), row, SECTION),
    )


@blueprint.post("/entries/<public_id>/choice")
@door("guest")
def vote(public_id: str) -> Answer:
    """The viewer's choice; nothing ticked takes the vote back. Also for whom the poll alone is shared with."""
    found = access.get(db(), viewer(), Poll, Poll.public_id == public_id)
    try:
        chosen = from_page(forms.Choice).options
        services.vote(db(), viewer(), found, chosen, context().settings.key)
    except Invalid as error:
        return _refused(found, explain(error)), 422
    flash(
        _("Your vote is counted. You can change it until the poll is closed.")
        if chosen
        else _("Your vote is taken back.")
    )
    return redirect(whereabouts.address_of(db(), viewer(), found), 303)


def _refused(found: Poll, errors: dict[str, str]) -> str:
    slug = whereabouts.slug_of(db(), viewer(), found)
    if slug is None:
        return alone.shown(db(), viewer(), found, errors=errors)
    return page(queries.at(db(), viewer(), slug, found.public_id), errors)


@blueprint.post("/w/<slug>/polls/<public_id>/close")
@door("guest")
def close(slug: str, public_id: str) -> Response:
    """Nobody votes from now on."""
    found = queries.at(db(), viewer(), slug, public_id).Poll
    services.close(db(), viewer(), found)
    if services.may_reopen(db(), viewer(), found):
        undo.offer(_("The poll is closed."), f"{found.address}/reopen")
    else:
        flash(_("The poll is closed."))
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/polls/<public_id>/reopen")
@door("guest")
def reopen(slug: str, public_id: str) -> Response:
    """Undo the closing."""
    found = queries.at(db(), viewer(), slug, public_id).Poll
    services.reopen(db(), viewer(), found)
    flash(_("The poll is open again."))
    return redirect(found.address, 303)

"""Asking something new, and changing what was asked."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Conflict, Forbidden, Invalid
from collab.files.along import received, with_files
from collab.polls import forms, queries, services
from collab.polls.models import Poll
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, heads
from collab.workspaces.entry_forms import for_input
from collab.workspaces.models import Workspace

blueprint = Blueprint("poll_editing", __name__)

SECTION = "polls"
Answer = str | Response | tuple[str, int]


def _writable(slug: str) -> Workspace:
    place = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "contribute", place)
    return place


def _new(place: Workspace, values: Mapping[str, Any], errors: dict[str, str] | None = None) -> str:
    return render_template(
        "polls/new.html",
        values=values,
        errors=errors or {},
        **heads.reach(db(), viewer(), place),
        **heads.frame(db(), viewer(), place, SECTION),
    )


@blueprint.get("/w/<slug>/polls/new")
@door("guest", own=True)
def new(slug: str) -> str:
    return _new(_writable(slug), {"title": request.args.get("title", "")[:300]})


@blueprint.post("/w/<slug>/polls/new")
@door("guest", own=True)
def create(slug: str) -> Answer:
    try:
        form, uploads = from_page(forms.New), received()
        place = _writable(slug)
        given = form.model_dump(include={*forms.Rules.model_fields, "guests"})
        poll = services.create(db(), viewer(), place, form.title, form.body, form.options, **given)
    except Invalid as error:
        return _new(_writable(slug), request.form, explain(error)), 422
    complete = with_files(poll, form.body, uploads)
    if complete != form.body:
        services.edit_words(db(), viewer(), poll, poll.title, complete, base_version=poll.version, note="")
    return redirect(poll.address, 303)


def _editable(slug: str, public_id: str) -> tuple[Poll, Workspace]:
    found = queries.at(db(), viewer(), slug, public_id)
    if not services.may_edit(db(), viewer(), found.Poll):
        raise Forbidden
    return found.Poll, found.Workspace


def _form(poll: Poll, place: Workspace, values: Mapping[str, Any], version: Any, **more: Any) -> str:
    return render_template(
        "polls/edit.html",
        poll=poll,
        values=values,
        version=version,
        fixed=poll.is_closed or services.has_votes(db(), poll),
        **({"errors": {}, "theirs": None} | more),
        **heads.of_entry(db(), viewer(), poll, place, SECTION),
    )


@blueprint.get("/w/<slug>/polls/<public_id>/edit")
@door("guest", own=True)
def edit(slug: str, public_id: str) -> str:
    poll, place = _editable(slug, public_id)
    values = {
        "title": poll.title,
        "body": poll.body,
        "options": "\n".join(row.text for row in queries.options(db(), viewer(), poll)),
        "closes_at": for_input(poll.closes_at, viewer().timezone),
    }
    return _form(poll, place, values, poll.version)


@blueprint.post("/w/<slug>/polls/<public_id>/edit")
@door("guest", own=True)
def save(slug: str, public_id: str) -> Answer:
    try:
        form, uploads = from_page(forms.Change), received()
        poll, place = _editable(slug, public_id)
        closes_at = poll.closes_at if poll.is_closed else form.closes_at
        services.edit(
            db(),
            viewer(),
            poll,
            form.title,
            with_files(poll, form.body, uploads),
            base_version=form.version,
            options=form.options,
            closes_at=closes_at,
            note=form.note,
        )
    except Invalid as error:
        db().rollback()
        poll, place = _editable(slug, public_id)
        return _form(poll, place, request.form, request.form.get("version", "1"), errors=explain(error)), 422
    except Conflict:
        db().rollback()
        poll, place = _editable(slug, public_id)
        errors = explain(Invalid({"": "changed_meanwhile"}))
        return _form(poll, place, request.form, poll.version, errors=errors, theirs=poll), 409
    flash(_("Saved."))
    return redirect(poll.address, 303)

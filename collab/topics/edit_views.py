"""Beginning a topic, and changing its words."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Conflict, Forbidden, Invalid
from collab.files.along import received, with_files
from collab.topics import forms, queries, services
from collab.topics.models import Topic
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, heads
from collab.workspaces.models import Workspace

blueprint = Blueprint("topic_editing", __name__)

SECTION = "topics"
Answer = str | Response | tuple[str, int]


def _writable(slug: str) -> Workspace:
    place = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "contribute", place)
    return place


def _new(place: Workspace, values: Mapping[str, Any], errors: dict[str, str] | None = None) -> str:
    return render_template(
        "topics/new.html",
        values=values,
        errors=errors or {},
        **heads.reach(db(), viewer(), place),
        **heads.frame(db(), viewer(), place, SECTION),
    )


@blueprint.get("/w/<slug>/topics/new")
@door("guest", own=True)
def new(slug: str) -> str:
    return _new(_writable(slug), {"title": request.args.get("title", "")[:300]})


@blueprint.post("/w/<slug>/topics/new")
@door("guest", own=True)
def create(slug: str) -> Answer:
    try:
        form, uploads = from_page(forms.New), received()
        topic = services.create(db(), viewer(), _writable(slug), form.title, form.body, guests=form.guests)
    except Invalid as error:
        return _new(_writable(slug), request.form, explain(error)), 422
    complete = with_files(topic, form.body, uploads)
    if complete != form.body:
        services.edit(db(), viewer(), topic, topic.title, complete, base_version=topic.version)
    return redirect(topic.address, 303)


def _editable(slug: str, public_id: str) -> tuple[Topic, Workspace]:
    found = queries.at(db(), viewer(), slug, public_id)
    if not access.allowed(db(), viewer(), "edit", found.Topic):
        raise Forbidden
    return found.Topic, found.Workspace


def _form(topic: Topic, place: Workspace, values: Mapping[str, Any], version: Any, **more: Any) -> str:
    return render_template(
        "topics/edit.html",
        topic=topic,
        values=values,
        version=version,
        **({"errors": {}, "theirs": None} | more),
        **heads.of_entry(db(), viewer(), topic, place, SECTION),
    )


@blueprint.get("/w/<slug>/topics/<public_id>/edit")
@door("guest", own=True)
def edit(slug: str, public_id: str) -> str:
    topic, place = _editable(slug, public_id)
    return _form(topic, place, {"title": topic.title, "body": topic.body}, topic.version)


@blueprint.post("/w/<slug>/topics/<public_id>/edit")
@door("guest", own=True)
def save(slug: str, public_id: str) -> Answer:
    try:
        form, uploads = from_page(forms.Words), received()
        topic, _place = _editable(slug, public_id)
        body = with_files(topic, form.body, uploads)
        services.edit(db(), viewer(), topic, form.title, body, base_version=form.version, note=form.note)
    except Invalid as error:
        db().rollback()
        topic, place = _editable(slug, public_id)
        return _form(topic, place, request.form, request.form.get("version", "1"), errors=explain(error)), 422
    except Conflict:
        db().rollback()
        topic, place = _editable(slug, public_id)
        errors = explain(Invalid({"": "changed_meanwhile"}))
        return _form(topic, place, request.form, topic.version, errors=errors, theirs=topic), 409
    flash(_("Saved."))
    return redirect(topic.address, 303)

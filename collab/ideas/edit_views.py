"""Proposing something, and changing the proposal."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Conflict, Forbidden, Invalid
from collab.files.along import received, with_files
from collab.ideas import forms, queries, services
from collab.ideas.models import Idea
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, heads
from collab.workspaces.models import Workspace

blueprint = Blueprint("idea_editing", __name__)

SECTION = "ideas"
Answer = str | Response | tuple[str, int]


def _writable(slug: str) -> Workspace:
    place = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "contribute", place)
    return place


def _new(place: Workspace, values: Mapping[str, Any], errors: dict[str, str] | None = None) -> str:
    return render_template(
        "ideas/new.html",
        values=values,
        errors=errors or {},
        **heads.reach(db(), viewer(), place),
        **heads.frame(db(), viewer(), place, SECTION),
    )


@blueprint.get("/w/<slug>/ideas/new")
@door("guest", own=True)
def new(slug: str) -> str:
    return _new(_writable(slug), {"title": request.args.get("title", "")[:300]})


@blueprint.post("/w/<slug>/ideas/new")
@door("guest", own=True)
def create(slug: str) -> Answer:
    try:
        form, uploads = from_page(forms.New), received()
        idea = services.create(db(), viewer(), _writable(slug), form.title, form.body, guests=form.guests)
    except Invalid as error:
        return _new(_writable(slug), request.form, explain(error)), 422
    complete = with_files(idea, form.body, uploads)
    if complete != form.body:
        services.edit(db(), viewer(), idea, idea.title, complete, base_version=idea.version)
    return redirect(idea.address, 303)


def _editable(slug: str, public_id: str) -> tuple[Idea, Workspace]:
    found = queries.at(db(), viewer(), slug, public_id)
    if not access.allowed(db(), viewer(), "edit", found.Idea):
        raise Forbidden
    return found.Idea, found.Workspace


def _form(idea: Idea, place: Workspace, values: Mapping[str, Any], version: Any, **more: Any) -> str:
    return render_template(
        "ideas/edit.html",
        idea=idea,
        values=values,
        version=version,
        **({"errors": {}, "theirs": None} | more),
        **heads.of_entry(db(), viewer(), idea, place, SECTION),
    )


@blueprint.get("/w/<slug>/ideas/<public_id>/edit")
@door("guest", own=True)
def edit(slug: str, public_id: str) -> str:
    idea, place = _editable(slug, public_id)
    return _form(idea, place, {"title": idea.title, "body": idea.body}, idea.version)


@blueprint.post("/w/<slug>/ideas/<public_id>/edit")
@door("guest", own=True)
def save(slug: str, public_id: str) -> Answer:
    try:
        form, uploads = from_page(forms.Words), received()
        idea, _place = _editable(slug, public_id)
        body = with_files(idea, form.body, uploads)
        services.edit(db(), viewer(), idea, form.title, body, base_version=form.version, note=form.note)
    except Invalid as error:
        db().rollback()
        idea, place = _editable(slug, public_id)
        return _form(idea, place, request.form, request.form.get("version", "1"), errors=explain(error)), 422
    except Conflict:
        db().rollback()
        idea, place = _editable(slug, public_id)
        errors = explain(Invalid({"": "changed_meanwhile"}))
        return _form(idea, place, request.form, idea.version, errors=errors, theirs=idea), 409
    flash(_("Saved."))
    return redirect(idea.address, 303)

"""The forms "new" and "edit" of a kind: with files, what was not saved, and two people at one entry.

A kind says a ``Desk`` and has a template ``<section>/form.html`` that extends ``desk/form.html``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.desk import one, writing
from collab.desk.forms import Change, New
from collab.errors import Conflict, Forbidden, Invalid
from collab.files.along import received, with_files
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, entries, heads
from collab.workspaces.models import Entry, Workspace

Answer = str | Response | tuple[str, int]


def _nothing(_entry: Any) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True)
class Desk:
    """Where entries of a kind are begun and changed.

    ``create(db, viewer, workspace, title, body, **)`` and ``edit(db, viewer, entry, title, body, *,
    base_version, **)`` get the other fields of ``new`` and ``change`` that were sent, by name.
    ``fields`` are the values of the kind's own fields for the form of an entry; ``more`` is what its
    template needs beside them.
    """

    model: type[Entry]
    section: str
    create: Callable[..., Entry]
    edit: Callable[..., object] = writing.edit
    new: type[New] = New
    change: type[Change] = Change
    fields: Callable[[Any], Mapping[str, Any]] = _nothing
    more: Callable[[Any], Mapping[str, Any]] = _nothing


def forms(desk: Desk) -> Blueprint:
    """The blueprint ``<kind>_editing`` with the addresses of both forms."""
    blueprint = Blueprint(f"{desk.model.__mapper__.polymorphic_identity}_editing", __name__)
    begun, changed = f"/w/<slug>/{desk.section}/new", f"/w/<slug>/{desk.section}/<public_id>/edit"

    @blueprint.get(begun)
    @door("guest", own=True)
    def new(slug: str) -> str:
        return _new(desk, _writable(slug), {"title": request.args.get("title", "")[:300]})

    @blueprint.post(begun)
    @door("guest", own=True)
    def create(slug: str) -> Answer:
        return _create(desk, slug)

    @blueprint.get(changed)
    @door("guest", own=True)
    def edit(slug: str, public_id: str) -> str:
        return _edit(desk, slug, public_id)

    @blueprint.post(changed)
    @door("guest", own=True)
    def save(slug: str, public_id: str) -> Answer:
        return _save(desk, slug, public_id)

    return blueprint


# Beginning ---------------------------------------------------------------------------------------


def _writable(slug: str) -> Workspace:
    place = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "contribute", place)
    return place


def _new(desk: Desk, place: Workspace, values: Mapping[str, Any], errors: Any = None) -> str:
    return render_template(
        f"{desk.section}/form.html",
        entry=None,
        values=values,
        errors=errors or {},
        **heads.reach(db(), viewer(), place),
        **heads.frame(db(), viewer(), place, desk.section),
    )


def _create(desk: Desk, slug: str) -> Answer:
    """A new entry. The key in the form makes a second sending of it the same entry, not another."""
    try:
        form, uploads = from_page(desk.new), received()
        place, given = _writable(slug), form.model_dump(exclude={"title", "body"})
        entry = desk.create(db(), viewer(), place, form.title, form.body, **given)
    except Invalid as error:
        db().rollback()
        return _new(desk, _writable(slug), request.form, explain(error)), 422
    complete = with_files(entry, form.body, uploads)
    if complete != form.body:
        desk.edit(db(), viewer(), entry, entry.title, complete, base_version=entry.version)
    return redirect(entry.address, 303)


# Changing ----------------------------------------------------------------------------------------


def _editable(desk: Desk, slug: str, public_id: str) -> tuple[Any, Workspace]:
    found = one.at(db(), viewer(), desk.model, slug, public_id)
    if not access.allowed(db(), viewer(), "edit", found[0]):
        raise Forbidden
    return found[0], found.Workspace


def _form(
    desk: Desk, entry: Entry, place: Workspace, values: Mapping[str, Any], version: Any, **more: Any
) -> str:
    return render_template(
        f"{desk.section}/form.html",
        values=values,
        version=version,
        **({"errors": {}, "theirs": None, "unsaved_at": None} | more),
        **desk.more(entry),
        **heads.of_entry(db(), viewer(), entry, place, desk.section),
    )


def _edit(desk: Desk, slug: str, public_id: str) -> str:
    """The form, with the words that were typed and not saved, if there are any."""
    entry, place = _editable(desk, slug, public_id)
    unsaved = entries.autosaved(db(), viewer(), entry)
    words: Any = unsaved or entry
    values = {"title": words.title, "body": words.body, "note": "", **desk.fields(entry)}
    version = unsaved.base_version if unsaved else entry.version
    return _form(desk, entry, place, values, version, unsaved_at=unsaved.saved_at if unsaved else None)


def _save(desk: Desk, slug: str, public_id: str) -> Answer:
    """Save, or show both if somebody else has changed it meanwhile: nothing typed is lost."""
    try:
        form, uploads = from_page(desk.change), received()
        entry, place = _editable(desk, slug, public_id)
        given = form.model_dump(exclude={"title", "body", "version"}, exclude_unset=True)
        body = with_files(entry, form.body, uploads)
        desk.edit(db(), viewer(), entry, form.title, body, base_version=form.version, **given)
    except Invalid as error:
        db().rollback()
        entry, place = _editable(desk, slug, public_id)
        version = request.form.get("version", "1")
        return _form(desk, entry, place, request.form, version, errors=explain(error)), 422
    except Conflict:
        db().rollback()
        entry, place = _editable(desk, slug, public_id)
        errors = explain(Invalid({"": "changed_meanwhile"}))
        return _form(desk, entry, place, request.form, entry.version, errors=errors, theirs=entry), 409
    flash(_("Saved."))
    return redirect(entry.address, 303)

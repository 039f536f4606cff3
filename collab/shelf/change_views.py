"""Changing files and folders: new folders, names, descriptions, locks, old versions."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import clock
from collab.errors import Conflict, Forbidden, Invalid
from collab.shelf import forms, locks, queries, services, space
from collab.shelf.models import Document, Folder, Item
from collab.shelf.views import frame, upload_context
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, glass, terms
from collab.workspaces.models import Workspace

blueprint = Blueprint("shelf_changes", __name__)

Answer = str | Response | tuple[str, int]


def _writable(slug: str) -> Workspace:
    place = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "contribute", place)
    return place


def _editable(slug: str, public_id: str, kind: type[Item] = Item) -> tuple[Any, Workspace]:
    found = queries.get(db(), viewer(), slug, public_id, kind)
    if not access.allowed(db(), viewer(), "edit", found):
        raise Forbidden
    return found, db().get_one(Workspace, found.workspace_id)


# Folders ------------------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/files/new")
@door("guest", own=True)
def new(slug: str) -> str:
    place = _writable(slug)
    parent = queries.folder(db(), viewer(), place.id, request.args.get("in"))
    return _new(place, parent, {"title": "", "body": ""})


def _new(place: Workspace, parent: Folder | None, values: Mapping[str, Any], **more: Any) -> str:
    here = upload_context(place, parent)
    here["values"] = here["values"] | dict(values)
    return render_template("shelf/new.html", folder=parent, **here | more, **frame(place))


@blueprint.post("/w/<slug>/files/new")
@door("guest", own=True)
def create(slug: str) -> Answer:
    """A new folder, in the folder that the address names."""
    try:
        place = _writable(slug)
        parent = queries.folder(db(), viewer(), place.id, request.args.get("in"))
        form = from_page(forms.NewFolder)
        folder = services.make_folder(
            db(), viewer(), place, form.title, form.body, parent=parent, guests=form.guests
        )
    except Invalid as error:
        db().rollback()
        place = _writable(slug)
        return _new(place, None, request.form, errors=explain(error)), 422
    return redirect(folder.address, 303)


# Names ---------------------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/files/<public_id>/edit")
@door("guest", own=True)
def edit(slug: str, public_id: str) -> str:
    found, place = _editable(slug, public_id)
    tags = ", ".join(row.name for row in queries.tags(db(), viewer(), found))
    values = {"title": found.title, "body": found.body, "tags": tags, "note": ""}
    return _form(found, place, values, found.version)


def _form(found: Item, place: Workspace, values: Mapping[str, Any], version: Any, **more: Any) -> str:
    return render_template(
        "shelf/edit.html",
        item=found,
        values=values,
        version=version,
        crumbs=queries.crumbs(db(), viewer(), found),
        wall=glass.wall(db(), viewer(), found),
        **({"errors": {}, "present": None} | more),
        **frame(place),
    )


@blueprint.post("/w/<slug>/files/<public_id>/edit")
@door("guest", own=True)
def save(slug: str, public_id: str) -> Answer:
    """Other words. Where somebody else changed them meanwhile, both are shown and nothing is lost."""
    found, place = _editable(slug, public_id)
    try:
        form = from_page(forms.Details)
        services.edit(db(), viewer(), found, form.title, form.body, base_version=form.version, note=form.note)
        services.tag(db(), viewer(), found, form.tags)
    except Invalid as error:
        db().rollback()
        found, place = _editable(slug, public_id)
        version = request.form.get("version", "1")
        return _form(found, place, request.form, version, errors=explain(error)), 422
    except Conflict:
        db().rollback()
        found, place = _editable(slug, public_id)
        return _form(found, place, request.form, found.version, present=found), 409
    flash(_("Saved."))
    return redirect(found.address, 303)


# Locks and versions -------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/files/<public_id>/lock")
@door("guest", own=True)
def ask_lock(slug: str, public_id: str) -> str:
    found, place = _editable(slug, public_id, Document)
    zone = viewer().timezone
    day = terms.last_day(found.locked_until or clock.now() + timedelta(days=7), zone)
    return _lock(found, place, {"how": "day" if found.locked_until else "hours", "ends_on": day.isoformat()})


def _lock(found: Document, place: Workspace, values: Mapping[str, Any], **more: Any) -> str:
    today = terms.last_day(clock.now(), viewer().timezone)
    return render_template(
        "shelf/lock.html",
        document=found,
        values=values,
        earliest=today.isoformat(),
        latest=(today + timedelta(days=forms.LONGEST_LOCK)).isoformat(),
        **({"errors": {}} | more),
        **frame(place),
    )


@blueprint.post("/w/<slug>/files/<public_id>/lock")
@door("guest", own=True)
def lock(slug: str, public_id: str) -> Answer:
    found, place = _editable(slug, public_id, Document)
    try:
        locks.lock(db(), viewer(), found, from_page(forms.Lock).until())
    except Invalid as error:
        return _lock(found, place, request.form, errors=explain(error)), 422
    flash(_("Nobody else can change this file now. Unlock it as soon as you are done."))
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/files/<public_id>/unlock")
@door("guest", own=True)
def unlock(slug: str, public_id: str) -> Response:
    found = queries.get(db(), viewer(), slug, public_id, Document)
    locks.unlock(db(), viewer(), found)
    flash(_("Everybody who contributes here can change this file again."))
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/files/<public_id>/versions/<int:number>/restore")
@door("guest", own=True)
def restore_version(slug: str, public_id: str, number: int) -> Response:
    """Make an old version the latest again; those in between stay."""
    found, _place = _editable(slug, public_id, Document)
    note = _("As in version %(number)s", number=number)
    if services.restore_version(db(), viewer(), found, min(number, 2**31 - 1), note):
        flash(_("This is version %(number)s now.", number=found.number))
    else:
        flash(_("This is what the file is already. Nothing was changed."), "warning")
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/files/limit")
@door("admin")
def limit(slug: str) -> Response:
    """How much the files of the workspace may hold."""
    place = access.workspace(db(), viewer(), slug)
    space.limit(db(), viewer(), place, from_page(forms.Limit).quota_mb)
    flash(_("Saved."))
    return redirect(f"/w/{slug}/files/", 303)

"""Putting files and folders, or copies of them, into another folder or another workspace."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import ngettext
from werkzeug.wrappers import Response

from collab.errors import Forbidden, Invalid
from collab.shelf import copying, forms, moving, present, queries
from collab.shelf.bulk_views import chosen_of
from collab.shelf.models import Folder, Item
from collab.shelf.views import frame
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import check, from_page
from collab.web.request import db, viewer
from collab.workspaces import access, circles
from collab.workspaces.models import Workspace

blueprint = Blueprint("shelf_places", __name__)

Answer = str | Response | tuple[str, int]


def _targets(place: Workspace) -> Sequence[Workspace]:
    """Where the viewer may put files: here, and in every other workspace that has a list of them."""
    there = circles.places(db(), viewer(), place.id)
    return [each for each in there if each.id == place.id or "files" in each.sections]


def _target(place: Workspace, slug: str) -> Workspace:
    """Raises Forbidden without a right to put anything there."""
    found = next((each for each in _targets(place) if each.slug == (slug or place.slug)), None)
    if found is None:
        raise Forbidden
    return found


@blueprint.get("/w/<slug>/files/move")
@door("guest", own=True)
def ask(slug: str) -> str:
    """Where to put some files and folders."""
    place = access.workspace(db(), viewer(), slug)
    items = chosen_of(place, check(forms.Several, {"item": request.args.getlist("item")}).item)
    there = _targets(place)
    if not there:
        raise Forbidden
    wanted = next((each for each in there if each.slug == request.args.get("to", slug)), there[0])
    return _page(place, items, wanted, there)


def _page(
    place: Workspace,
    items: Sequence[Item],
    to: Workspace,
    there: Sequence[Workspace],
    errors: Mapping[str, str] | None = None,
) -> str:
    rows, here = queries.folders(db(), viewer(), to.id), items[0].parent_id
    leave_out = [item.id for item in items] if to.id == place.id else ()
    action = "edit" if to.id == place.id else "delete"
    movable = all(access.allowed(db(), viewer(), action, item) for item in items)
    return render_template(
        "shelf/move.html",
        items=items,
        icons=present.icon,
        places=[(each.slug, each.name) for each in there],
        to=to,
        folders=present.options(rows, leave_out),
        values={"folder": next((row.public_id for row in rows if row.id == here), "")},
        errors=errors or {},
        may_move=movable,
        back=items[0].address if len(items) == 1 else f"/w/{place.slug}/files/",
        **frame(place),
    )


@blueprint.post("/w/<slug>/files/move")
@door("guest", own=True)
def put(slug: str) -> Answer:
    place = access.workspace(db(), viewer(), slug)
    form = from_page(forms.Move)
    items, to = chosen_of(place, form.item), _target(place, form.to)
    try:
        parent = queries.folder(db(), viewer(), to.id, form.folder)
        done = [_put(item, to, parent, form.act) for item in items]
    except Invalid as error:
        db().rollback()
        place = access.workspace(db(), viewer(), slug)
        to = _target(place, form.to)
        return _page(place, chosen_of(place, form.item), to, _targets(place), explain(error)), 422
    if form.act == "copy":
        flash(ngettext("%(num)s copy is here.", "%(num)s copies are here.", len(done)))
    else:
        flash(ngettext("%(num)s thing is moved.", "%(num)s things are moved.", len(done)))
    if len(done) == 1:
        return redirect(done[0].address, 303)
    return redirect(parent.address if parent else f"/w/{to.slug}/files/", 303)


def _put(item: Any, to: Workspace, parent: Folder | None, act: str) -> Item:
    if act == "copy":
        return copying.copy(db(), viewer(), item, to, parent)
    if item.workspace_id == to.id:
        moving.move(db(), viewer(), item, parent)
    else:
        moving.move_to(db(), viewer(), item, to, parent)
    found: Item = item
    return found

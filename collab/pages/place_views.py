"""Where pages stand: moving, renaming, order, deleting and its undo."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Invalid
from collab.pages import forms, queries, services, templates
from collab.pages.edit_views import editable, indented, parent_at
from collab.pages.models import Page
from collab.pages.views import frame, whole_tree
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

blueprint = Blueprint("page_places", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/w/<slug>/pages/<path:path>/move")
@door("guest")
def move(slug: str, path: str) -> str:
    page, place = editable(slug, path)
    values = {"title": page.title, "slug": page.slug, "parent": "", "place": "stay"}
    return _form(page, place, values)


def _form(page: Page, place: Workspace, values: dict[str, str], errors: dict[str, str] | None = None) -> str:
    pages = whole_tree(db(), viewer(), place)
    above = pages.above(page.path)
    outside = [
        (node.path, indented(node.title, depth))
        for depth, node in pages.in_order()
        if node.path != page.path and not node.path.startswith(f"{page.path}/")
    ]
    if not errors:
        values["parent"] = above[-1].path if above else ""
    return render_template(
        "pages/move.html",
        page=page,
        above=above,
        values=values,
        errors=errors or {},
        parents=[("", _("At the top")), *outside],
        below=sum(1 for other in pages.nodes if other.startswith(f"{page.path}/")),
        may_delete=access.allowed(db(), viewer(), "delete", page),
        **frame(place),
    )


@blueprint.post("/w/<slug>/pages/<path:path>/move")
@door("guest")
def put(slug: str, path: str) -> Answer:
    page, place = editable(slug, path)
    try:
        form = from_page(forms.Place)
        _put(page, place, form)
    except Invalid as error:
        db().rollback()
        page, place = editable(slug, path)
        return _form(page, place, request.form.to_dict(), explain(error)), 422
    flash(_("Saved. Old links to the page go on working."))
    return redirect(page.address, 303)


def _put(page: Page, place: Workspace, form: forms.Place) -> None:
    parent = parent_at(place, form.parent)
    above = whole_tree(db(), viewer(), place).above(page.path)
    if form.parent != (above[-1].path if above else "") or form.place != "stay":
        services.move(db(), viewer(), page, parent, 0 if form.place == "first" else None)
    slug = form.slug if form.slug and form.slug != page.slug else None
    if slug or form.title != page.title:
        services.rename(db(), viewer(), page, form.title, slug or page.slug)


@blueprint.post("/w/<slug>/pages/<path:path>/order")
@door("guest")
def order(slug: str, path: str) -> Response:
    """One step up or down among its neighbours, as the viewer sees them."""
    page, place = editable(slug, path)
    beside = [node.path for node in whole_tree(db(), viewer(), place).beside(page.path)]
    at = beside.index(page.path) + (-1 if from_page(forms.Order).step == "up" else 1)
    if 0 <= at < len(beside):
        services.reorder(db(), viewer(), page, at)
    return redirect(page.address, 303)


@blueprint.post("/w/<slug>/pages/<path:path>/delete")
@door("guest")
def delete(slug: str, path: str) -> Response:
    page = queries.get(db(), viewer(), slug, path)
    services.delete(db(), viewer(), page)
    undo = {
        "text": _("The page “%(title)s” is deleted.", title=page.title[:80]),
        "url": url_for(".restore", slug=slug, public_id=page.public_id),
    }
    flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    return redirect(f"/w/{slug}/pages/", 303)


@blueprint.post("/w/<slug>/pages/restore/<public_id>")
@door("guest")
def restore(slug: str, public_id: str) -> Response:
    """Undo a deletion, by whoever deleted and still may."""
    page = queries.deleted(db(), viewer(), public_id)
    services.restore(db(), viewer(), page)
    flash(_("The page “%(title)s” is back.", title=page.title[:80]))
    return redirect(page.address, 303)


@blueprint.post("/entries/<public_id>/template")
@door("guest")
def make_template(public_id: str) -> Response:
    """New pages of the workspace can begin with this one."""
    return _mark(public_id, is_template=True)


@blueprint.post("/entries/<public_id>/template/delete")
@door("guest")
def end_template(public_id: str) -> Response:
    return _mark(public_id, is_template=False)


def _mark(public_id: str, *, is_template: bool) -> Response:
    page = access.get(db(), viewer(), Page, Page.public_id == public_id)
    templates.mark(db(), viewer(), page, is_template=is_template)
    flash(_("New pages can begin with this one now.") if is_template else _("Saved."))
    return redirect(page.address, 303)

"""New pages. The first words make a draft, so that nothing is lost and pictures have a place."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import clock
from collab.errors import Conflict, Invalid
from collab.files.along import received, with_files
from collab.files.services import Received
from collab.pages import forms, queries, services, templates, tree
from collab.pages.edit_views import indented, parent_at
from collab.pages.models import Page
from collab.pages.views import frame
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, glass
from collab.workspaces.models import Workspace

blueprint = Blueprint("new_pages", __name__)

Answer = str | Response | tuple[str, int]


def _writable(slug: str) -> Workspace:
    place = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "contribute", place)
    return place


def _draft(place: Workspace, public_id: str) -> Page:
    return queries.by_public_id(db(), viewer(), place.id, public_id)


def _form(place: Workspace, values: Mapping[str, str], page: Page | None = None, **more: Any) -> str:
    pages = tree.build(place.slug, queries.tree(db(), viewer(), place.id, Page.guests_from))
    options = [(node.path, indented(node.title, depth)) for depth, node in pages.in_order()]
    parent = pages.rows.get(values.get("parent", ""))
    shared = parent is not None and parent.guests_from is not None and parent.guests_from <= clock.now()
    audience = glass.audience_of(db(), viewer(), place.id, guests=True)
    return render_template(
        "pages/new.html",
        page=page,
        values={"guests": shared} | dict(values) if not request.form else values,
        above=parent.title if parent is not None and shared else "",
        audience=audience,
        offers_guests=shared or bool(audience and audience.guests),
        version=page.version if page else 0,
        parents=[("", _("At the top")), *options],
        **({"errors": {}, "templates": ()} | more),
        **frame(place),
    )


@blueprint.get("/w/<slug>/pages/new")
@door("guest", own=True)
def new(slug: str) -> str:
    title, parent = request.args.get("title", "")[:300], request.args.get("parent", "")[:1000]
    place = _writable(slug)
    begun = templates.words(db(), viewer(), place, request.args.get("template", ""))
    offered = templates.offered(db(), viewer(), place)
    values = {"title": title or begun.title, "parent": parent, "body": begun.body}
    return _form(place, values, templates=offered, begun=begun.key, wanted={"title": title, "parent": parent})


@blueprint.post("/w/<slug>/pages/new")
@door("guest", own=True)
def create(slug: str) -> Answer:
    """A new page. The key in the form makes a second sending of it the same page, not another."""
    try:
        form, uploads = from_page(forms.Draft), received()
        place = _writable(slug)
        parent = parent_at(place, form.parent)
        page = services.create(
            db(), viewer(), place, form.title, form.body, parent=parent, guests=form.guests
        )
    except Invalid as error:
        return _form(_writable(slug), request.form, errors=explain(error)), 422
    return _finish(page, form.body, uploads)


def _finish(page: Page, body: str, uploads: Sequence[Received]) -> Response:
    """Put the files of a page without JavaScript below the words, and go and see."""
    complete = with_files(page, body, uploads)
    if complete != body:
        services.edit(db(), viewer(), page, page.title, complete, base_version=page.version)
    return redirect(page.address, 303)


# Drafts ------------------------------------------------------------------------------------------


@blueprint.post("/w/<slug>/pages/drafts")
@door("guest", own=True)
def begin(slug: str) -> tuple[Response, int]:
    """The first words of something new make a draft; its addresses go back to the form."""
    form = from_page(forms.Begun)
    page = services.draft(db(), viewer(), _writable(slug), form.title, form.body)
    db().flush()
    here = f"/entries/{page.public_id}"
    return jsonify(
        action=page.address,
        url=page.address,
        autosave_url=f"{here}/autosave",
        upload_url=f"{here}/files",
        draft_key=f"{viewer().handle}:{page.public_id}",
        version=page.version,
        saved_at=page.updated_at.isoformat(),
    ), 201


@blueprint.get("/w/<slug>/pages/drafts/<public_id>")
@door("guest", own=True)
def draft(slug: str, public_id: str) -> Answer:
    """The form again, with the draft in it; once it is out, the page."""
    place = access.workspace(db(), viewer(), slug)
    page = _draft(place, public_id)
    if page.published_at is not None:
        return redirect(page.address, 303)
    parent = request.args.get("parent", "")[:1000]
    return _form(place, {"title": page.title, "parent": parent, "body": page.body}, page)


@blueprint.post("/w/<slug>/pages/drafts/<public_id>")
@door("guest", own=True)
def publish(slug: str, public_id: str) -> Answer:
    """Put the draft into the tree."""
    place = _writable(slug)
    page = _draft(place, public_id)
    try:
        form, uploads = from_page(forms.Draft), received()
        if page.published_at is not None:
            raise Conflict
        parent, body = parent_at(place, form.parent), with_files(page, form.body, uploads)
        services.publish(
            db(),
            viewer(),
            page,
            form.title,
            body,
            parent,
            base_version=form.version,
            guests=form.guests,
        )
    except (Invalid, Conflict) as error:
        db().rollback()
        place = _writable(slug)
        refused = error if isinstance(error, Invalid) else Invalid({"": "changed_meanwhile"})
        status = 422 if refused is error else 409
        return _form(place, request.form, _draft(place, public_id), errors=explain(refused)), status
    return redirect(page.address, 303)

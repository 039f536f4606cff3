"""What owners choose for the first page of their workspace: what is pinned there, and its picture."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answered

from collab.errors import Invalid, NotFound
from collab.files.photos import keep_photo
from collab.home import pins, place_queries
from collab.people.views import picture as small
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import context, db, viewer
from collab.workspaces import access, forms, services
from collab.workspaces.models import BLOG, Entry, Workspace
from collab.workspaces.views import managed

blueprint = Blueprint("pins", __name__)

Answer = str | Answered | tuple[str, int]


@blueprint.get("/w/<slug>/pins")
@door("employee")
def index(slug: str) -> Answer:
    workspace = managed(slug)
    q = from_query(forms.Search).q
    return render_template(
        "home/pins.html",
        nav="workspaces",
        workspace=workspace,
        standing=access.Standing.OWNER,
        q=q,
        pins=db().execute(place_queries.pins(viewer(), workspace.id)).all(),
        found=db().execute(place_queries.pinnable(viewer(), workspace.id, q)).all(),
        most=place_queries.PINS,
    )


@blueprint.post("/w/<slug>/pins")
@door("employee")
def pin(slug: str) -> Answer:
    workspace = managed(slug)
    try:
        pins.pin(db(), viewer(), workspace, request.form.get("entry", ""))
    except Invalid as error:
        db().rollback()
        flash(" ".join(explain(error).values()), "error")
    return redirect(f"/w/{slug}/pins", 303)


@blueprint.post("/w/<slug>/pins/remove")
@door("employee")
def unpin(slug: str) -> Answer:
    pins.unpin(db(), viewer(), managed(slug), request.form.get("entry", ""))
    return redirect(f"/w/{slug}/pins", 303)


@blueprint.post("/w/<slug>/pins/move")
@door("employee")
def move(slug: str) -> Answer:
    step = -1 if request.form.get("step") == "up" else 1
    pins.move(db(), viewer(), managed(slug), request.form.get("entry", ""), step)
    return redirect(f"/w/{slug}/pins", 303)


@blueprint.app_template_global()
def may_pin(entry: Entry) -> bool:
    """Does the menu of an entry offer its owners to pin it? Asks nothing that the page has not asked."""
    here = db().get_one(Workspace, entry.workspace_id)
    return (
        here.slug != BLOG
        and here.archived_at is None
        and access.standing(db(), viewer(), here, entry) >= access.Standing.OWNER
        and viewer().looker is None
    )


@blueprint.post("/entries/<public_id>/pin")
@door("employee")
def pin_entry(public_id: str) -> Answer:
    """The same from the menu of the entry itself, to which it leads back."""
    entry = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    try:
        pins.pin(db(), viewer(), db().get_one(Workspace, entry.workspace_id), public_id)
    except Invalid as error:
        db().rollback()
        flash(" ".join(explain(error).values()), "error")
    else:
        said = _("This is pinned on the first page of the workspace.")
        undo: Any = {"text": said, "url": f"/entries/{public_id}/pin/delete"}
        flash(undo, "undo")
    return redirect(entry.address, 303)


@blueprint.post("/entries/<public_id>/pin/delete")
@door("employee")
def unpin_entry(public_id: str) -> Answer:
    entry = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    pins.unpin(db(), viewer(), db().get_one(Workspace, entry.workspace_id), public_id)
    flash(_("This is no longer pinned on the first page."))
    return redirect(entry.address, 303)


# The picture ---------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/picture")
@door("guest")
def picture(slug: str) -> Response:
    sha256 = access.known_workspace(db(), viewer(), slug).picture
    if sha256 is None:
        raise NotFound
    return small(sha256)


@blueprint.get("/w/<slug>/look")
@door("employee")
def look(slug: str) -> Answer:
    return _look(managed(slug))


def _look(workspace: Workspace, errors: dict[str, str] | None = None, alt: str | None = None) -> str:
    return render_template(
        "home/look.html",
        nav="workspaces",
        workspace=workspace,
        standing=access.Standing.OWNER,
        alt=workspace.picture_alt if alt is None else alt,
        errors=errors or {},
    )


@blueprint.post("/w/<slug>/picture")
@door("employee")
def save_picture(slug: str) -> Answer:
    upload, wanted = request.files.get("photo"), from_page(forms.Described)
    workspace = managed(slug)
    try:
        if upload is not None and upload.filename:
            services.change_picture(
                db(), viewer(), workspace, keep_photo(context().storage, upload.stream), wanted.alt
            )
        elif workspace.picture is not None:
            services.change_picture(db(), viewer(), workspace, workspace.picture, wanted.alt)
        else:
            raise Invalid({"photo": "no_file"})
    except Invalid as error:
        db().rollback()
        return _look(workspace, explain(error), wanted.alt), 422
    flash(_("The picture is saved."))
    return redirect(f"/w/{slug}/", 303)


@blueprint.post("/w/<slug>/picture/delete")
@door("employee")
def delete_picture(slug: str) -> Answer:
    services.change_picture(db(), viewer(), managed(slug), None, "")
    flash(_("The picture is removed."))
    return redirect(f"/w/{slug}/", 303)

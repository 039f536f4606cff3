"""The trash of a workspace's files."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from collab.files.present import size_text
from collab.shelf import copying, forms, present, queries, trash
from collab.shelf.views import frame
from collab.web.doors import door
from collab.web.forms import check, from_page
from collab.web.request import db, viewer
from collab.workspaces import access

blueprint = Blueprint("shelf_trash", __name__)


@blueprint.get("/w/<slug>/files/trash")
@door("guest")
def index(slug: str) -> str:
    """What was deleted, for those who may bring it back."""
    place = access.workspace(db(), viewer(), slug)
    found = trash.listed(db(), viewer(), place, request.args.get("cursor"))
    rows = [
        {
            "public_id": row.public_id,
            "title": row.title,
            "icon": present.icon(row.kind, row.media_type),
            "size": "" if row.kind == "folder" else size_text(row.size),
            "who": row.who,
            "when": row.sort_key,
        }
        for row in found.items
    ]
    may_write = access.allowed(db(), viewer(), "contribute", place)
    return render_template(
        "shelf/trash.html", rows=rows, next=found.next, may_write=may_write, **frame(place)
    )


@blueprint.post("/w/<slug>/files/<public_id>/delete")
@door("guest")
def delete(slug: str, public_id: str) -> Response:
    found = queries.get(db(), viewer(), slug, public_id)
    above = copying.beside(db(), viewer(), found)
    gone = trash.delete(db(), viewer(), found)
    undo = {
        "text": ngettext(
            "“%(title)s” is in the trash.",
            "“%(title)s” and what was in it, %(num)s things in all, are in the trash.",
            gone,
            title=found.title[:80],
        ),
        "url": f"/w/{slug}/files/{public_id}/restore",
    }
    flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    return redirect(above.address if above else f"/w/{slug}/files/", 303)


@blueprint.post("/w/<slug>/files/<public_id>/restore")
@door("guest")
def restore(slug: str, public_id: str) -> Response:
    """Out of the trash, with what was deleted with it."""
    place = access.workspace(db(), viewer(), slug)
    found = trash.restore(db(), viewer(), place, public_id)
    flash(_("“%(title)s” is back.", title=found.title[:80]))
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/files/erase")
@door("guest")
def erase(slug: str) -> Response:
    """Some of what is in the trash, or all of it, is deleted for good."""
    place = access.workspace(db(), viewer(), slug)
    number = trash.erase(db(), viewer(), place, from_page(forms.Erase).item)
    flash(ngettext("%(num)s thing is gone for good.", "%(num)s things are gone for good.", number))
    return redirect(f"/w/{slug}/files/trash", 303)


@blueprint.post("/w/<slug>/files/restore")
@door("guest")
def restore_several(slug: str) -> Response:
    """Undo of a deletion of several things."""
    place = access.workspace(db(), viewer(), slug)
    form = check(forms.Several, {"item": request.args.getlist("item")})
    number = trash.restore_all(db(), viewer(), place, form.item)
    flash(ngettext("%(num)s thing is back.", "%(num)s things are back.", number))
    return redirect(f"/w/{slug}/files/", 303)

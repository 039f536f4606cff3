"""Unpacking a ZIP archive that lies among the files."""

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from collab.errors import Forbidden, Invalid
from collab.shelf import copying, queries, unpacking
from collab.shelf.models import Document
from collab.storage import DiskFull
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import context, db, reading, viewer
from collab.workspaces import access

blueprint = Blueprint("shelf_unpacking", __name__)

#: So many names are said of what was left out.
NAMED = 10


@blueprint.post("/w/<slug>/files/<public_id>/unpack")
@door("guest", own=True)
def unpack(slug: str, public_id: str) -> Response:
    """Put what is in the archive into a folder beside it."""
    document = queries.get(reading(), viewer(), slug, public_id, Document)
    place = access.workspace(reading(), viewer(), slug)
    if not access.allowed(reading(), viewer(), "contribute", place):
        raise Forbidden
    try:
        held = queries.present(reading(), viewer(), document)
        storage = context().storage
        found = unpacking.pieces(storage, storage.path(held.sha256))
        document = queries.get(db(), viewer(), slug, public_id, Document)
        place = access.workspace(db(), viewer(), slug)
        parent = copying.beside(db(), viewer(), document)
        folder = unpacking.put(db(), viewer(), document, place, parent, found)
    except (Invalid, DiskFull) as error:
        db().rollback()
        said = explain(error).values() if isinstance(error, Invalid) else [sentence("disk_full")]
        flash(" ".join(map(str, said)), "error")
        return redirect(f"/w/{slug}/files/{public_id}", 303)
    _say(found)
    return redirect(folder.address, 303)


def _say(found: unpacking.Unpacked) -> None:
    said = ngettext("%(num)s file is unpacked.", "%(num)s files are unpacked.", len(found.files))
    flash(str(said))
    if found.nested:
        named = ", ".join(found.nested[:NAMED])
        flash(_("These archives stay as they are: %(names)s.", names=named), "warning")
    if found.left_out:
        why: dict[str, str] = {
            "link": _("no file"),
            "encrypted": _("needs a password"),
            "broken": _("damaged"),
            "empty": _("empty"),
            "elsewhere": _("leads out of the folder"),
        }
        named = ", ".join(f"{name} ({why.get(code, code)})" for name, code in found.left_out[:NAMED])
        flash(
            ngettext(
                "%(num)s was left out: %(names)s",
                "%(num)s were left out: %(names)s",
                len(found.left_out),
                names=named,
            ),
            "warning",
        )

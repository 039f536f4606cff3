"""What is done with several files and folders at once."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, request, stream_with_context
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.http import dump_options_header
from werkzeug.wrappers import Response

from collab import text
from collab.errors import Invalid, NotFound
from collab.shelf import archives, forms, queries, trash
from collab.shelf.models import Item
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import check, from_page
from collab.web.request import context, db, viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

blueprint = Blueprint("shelf_bulk", __name__)

Answer = str | Response | tuple[str, int]


def chosen_of(place: Workspace, public_ids: Sequence[str]) -> Sequence[Item]:
    """Those of them that the viewer reads. Raises NotFound if that is none."""
    found = queries.chosen(db(), viewer(), place.id, public_ids)
    if not found:
        raise NotFound
    return found


@blueprint.post("/w/<slug>/files/chosen")
@door("guest", own=True)
def act(slug: str) -> Answer:
    """What the buttons below the list do with the ticked things."""
    try:
        form = from_page(forms.Chosen)
    except Invalid:
        flash(_("Please tick what you mean first."), "warning")
        return redirect(f"/w/{slug}/files/", 303)
    question = urlencode([("item", public_id) for public_id in form.item])
    if form.act == "zip":
        return redirect(f"/w/{slug}/files/zip?{question}", 303)
    if form.act == "move":
        return redirect(f"/w/{slug}/files/move?{question}", 303)
    place = access.workspace(db(), viewer(), slug)
    items = chosen_of(place, form.item)
    back = items[0].parent_id
    folder = next((row.public_id for row in queries.folders(db(), viewer(), place.id) if row.id == back), "")
    gone = trash.delete_all(db(), viewer(), items)
    done = {
        "text": ngettext("%(num)s thing is in the trash.", "%(num)s things are in the trash.", gone),
        "url": f"/w/{slug}/files/restore?{question}",
    }
    flash(done, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    return redirect(f"/w/{slug}/files/{folder}", 303)


@blueprint.get("/w/<slug>/files/zip")
@door("guest")
def archive(slug: str) -> Answer:
    """Some files and folders, or all, as a ZIP archive: what the viewer reads of them."""
    place = access.workspace(db(), viewer(), slug)
    ids = request.args.getlist("item")
    if ids:
        items = chosen_of(place, check(forms.Several, {"item": ids}).item)
    else:
        items = queries.outermost(db(), viewer(), place.id)
    try:
        wanted = archives.members(db(), viewer(), items)
    except Invalid as error:
        flash(" ".join(explain(error).values()), "error")
        return redirect(f"/w/{slug}/files/", 303)
    name = items[0].title if len(items) == 1 else place.name
    answer = Response(
        stream_with_context(archives.packed(context().storage, wanted)), mimetype="application/zip"
    )
    plain = f"{text.slugify(name, 'files')}.zip"
    answer.headers["Content-Disposition"] = dump_options_header("attachment", {"filename": plain})
    answer.headers["Cache-Control"] = "private, no-store"
    return answer

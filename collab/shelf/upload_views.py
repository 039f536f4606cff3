"""Putting files into folders from a page, and new versions of them."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from collab.errors import Forbidden, Invalid
from collab.files import services as files
from collab.files.names import clean_name
from collab.shelf import forms, queries, services
from collab.shelf.models import Document, Folder
from collab.storage import DiskFull
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.messages import sentence
from collab.web.request import context, db, reading, viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

blueprint = Blueprint("shelf_uploads", __name__)


def _may(slug: str, public_id: str | None) -> None:
    """Asked before bytes are taken in, which is the slow part."""
    place = access.workspace(reading(), viewer(), slug)
    if public_id is not None:
        queries.get(reading(), viewer(), slug, public_id)
    if not access.allowed(reading(), viewer(), "contribute", place):
        raise Forbidden


def _received() -> tuple[Sequence[files.Received], Sequence[str]]:
    """What came, and a sentence for each that is not kept."""
    sent = [upload for upload in request.files.getlist("files") if upload.filename]
    if not sent:
        raise Invalid({"files": "no_file"})
    storage, most = context().storage, context().settings.upload_limit_mb
    kept, refused = [], []
    for upload in sent:
        try:
            kept.append(files.receive_upload(storage, upload, most))
        except Invalid as error:
            refused.append(f"{clean_name(upload.filename or '')}: {_refused(error)}")
    return kept, refused


def _refused(error: Exception) -> str:
    if isinstance(error, Invalid):
        return " ".join(explain(error).values())
    return sentence("disk_full")


@blueprint.post("/w/<slug>/files/upload")
@door("guest", own=True)
def upload(slug: str) -> Response:
    """Files from the list that lie beside the folders."""
    return _upload(slug, None)


@blueprint.post("/w/<slug>/files/<public_id>/upload")
@door("guest", own=True)
def upload_into(slug: str, public_id: str) -> Response:
    """Files into a folder, or one that becomes the next version of a file."""
    return _upload(slug, public_id)


def _upload(slug: str, public_id: str | None) -> Response:
    here = f"/w/{slug}/files/" + (public_id or "")
    _may(slug, public_id)
    try:
        form = from_page(forms.Sent)
        received, refused = _received()
        place = access.workspace(db(), viewer(), slug)
        target = queries.get(db(), viewer(), slug, public_id) if public_id else None
        if isinstance(target, Document) and received:
            _next_version(target, received[0], form.note)
        elif received:
            _put(place, target, received, form)
        if refused:
            flash(" ".join(refused), "error")
    except (Invalid, DiskFull) as error:
        db().rollback()
        flash(_refused(error), "error")
    return redirect(here, 303)


def _next_version(document: Document, received: files.Received, note: str) -> None:
    if services.add_version(db(), viewer(), document, received, note) is None:
        flash(_("This is what the file is already. Nothing was changed."), "warning")
    else:
        flash(_("This is version %(number)s now.", number=document.number))


def _put(
    place: Workspace, folder: Folder | None, received: Sequence[files.Received], form: forms.Sent
) -> None:
    taken = [
        services.take_in(db(), viewer(), place, file, parent=folder, note=form.note, guests=form.guests)
        for file in received
    ]
    say(taken)


def say(taken: Sequence[services.Taken]) -> None:
    """Tell what has become of files."""
    numbers = {how: sum(each.how == how for each in taken) for how in ("new", "version", "same")}
    said = []
    if numbers["new"]:
        said.append(ngettext("%(num)s file is here now.", "%(num)s files are here now.", numbers["new"]))
    for each in taken:
        if each.how == "version" and numbers["version"] <= 3:
            title, number = each.document.title, each.document.number
            said.append(_("“%(title)s” is in version %(number)s now.", title=title, number=number))
    if numbers["version"] > 3:
        said.append(ngettext("%(num)s has a new version.", "%(num)s have a new version.", numbers["version"]))
    if numbers["same"]:
        said.append(ngettext("%(num)s was here already.", "%(num)s were here already.", numbers["same"]))
    flash(" ".join(map(str, said)))


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """The whole request was larger than it may be; it was not read."""
    flash(sentence("too_large", {"max": context().settings.upload_limit_mb}), "error")
    here = request.path.removesuffix("upload")
    return redirect(here if here.endswith("/files/") else here.rstrip("/"), 303)

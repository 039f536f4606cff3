"""Sending files up, giving them to those who may read the entry, and taking them off it."""

from flask import Blueprint, Response, flash, jsonify, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from collab.errors import CollabError, Forbidden, Invalid, NotFound
from collab.files import queries, services
from collab.files.addresses import address
from collab.files.models import Attachment
from collab.files.present import files_context, sent
from collab.storage import DiskFull
from collab.web.answers import answer, explain, problem
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import context, db, reading, viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry

__all__ = ["blueprint", "files_context"]

blueprint = Blueprint("files", __name__)


def _entry(session: Session, public_id: str) -> Entry:
    return access.get(session, viewer(), Entry, Entry.public_id == public_id)


def _address(entry: Entry) -> str:
    return whereabouts.address_of(db(), viewer(), entry)


def _for_page() -> bool:
    """A form of a page asks, and not the composer or another program."""
    return request.accept_mimetypes.accept_html and "text/html" in request.headers.get("Accept", "")


def _take_in(public_id: str) -> tuple[Entry, Attachment, str]:
    """The slow part comes first, before the transaction that keeps others from writing."""
    with_comment = request.args.get("for") == "comment"
    entry = _entry(reading(), public_id)
    if not services.may_attach(reading(), viewer(), entry, with_comment=with_comment):
        raise Forbidden
    limit = context().settings.upload_limit_mb
    received = services.receive_upload(context().storage, request.files.get("file"), limit)
    entry = _entry(db(), public_id)
    alt = request.form.get("alt", "")
    file = services.keep(db(), viewer(), entry, received, alt=alt, with_comment=with_comment)
    return entry, file, received.refused


def _refused(error: CollabError) -> Response:
    if isinstance(error, Invalid):
        code = next(iter(error.errors.values()))
        return problem(413 if code == "too_large" else 422, code, " ".join(explain(error).values()))
    if isinstance(error, DiskFull):
        return problem(503, "disk_full", sentence("disk_full"))
    status, code = (403, "forbidden") if isinstance(error, Forbidden) else (404, "not_found")
    return problem(status, code, _("You cannot attach files here."))


@blueprint.post("/entries/<public_id>/files")
@door("guest")
def upload(public_id: str) -> AnyResponse | tuple[Response, int]:
    """Take one file in. Answers 201 with its address, or a problem whose detail says what is wrong."""
    try:
        entry, file, refused = _take_in(public_id)
    except (Invalid, Forbidden, NotFound, DiskFull) as error:
        if not _for_page() or not isinstance(error, Invalid):
            return _refused(error)
        flash(" ".join(explain(error).values()), "error")
        return redirect(f"{_address(_entry(reading(), public_id))}#files", 303)
    note = _("It is kept as a download: %(why)s", why=sentence(refused)) if refused else ""
    if _for_page():
        flash(note or _("%(name)s is uploaded", name=file.name), "warning" if note else "message")
        return redirect(f"{_address(entry)}#files", 303)
    found = {
        "id": file.public_id,
        "url": address(entry.public_id, file, "page" if file.is_picture else ""),
        "name": file.name,
        "media_type": file.media_type,
        "is_picture": file.is_picture,
    }
    if file.is_picture:
        found["alt_url"] = f"/entries/{entry.public_id}/files/{file.public_id}/alt"
    if note:
        found["note"] = note
    return jsonify(found), 201


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """The whole request was larger than any file may be; it was not read."""
    if _for_page():
        return answer(413, "too_large")
    return problem(413, "too_large", sentence("too_large", {"max": context().settings.upload_limit_mb}))


@blueprint.get("/entries/<public_id>/files/<file_id>/<name>")
@door("anyone")
def download(public_id: str, file_id: str, name: str) -> Response:
    file = queries.get(db(), viewer(), public_id, file_id)
    return sent(context().storage, file, request.args.get("size", ""))


@blueprint.post("/entries/<public_id>/files/<file_id>/alt")
@door("guest")
def alt(public_id: str, file_id: str) -> tuple[str, int]:
    file = queries.get(db(), viewer(), public_id, file_id)
    services.describe(db(), viewer(), file, request.form.get("alt", ""))
    return "", 204


@blueprint.post("/entries/<public_id>/files/<file_id>/delete")
@door("guest")
def delete(public_id: str, file_id: str) -> AnyResponse:
    entry = _entry(db(), public_id)
    file = queries.get(db(), viewer(), public_id, file_id)
    services.remove(db(), viewer(), file)
    undo = {"text": _("%(name)s is deleted", name=file.name)}
    undo["url"] = f"/entries/{public_id}/files/{file_id}/restore"
    flash(undo, "undo")  # type: ignore[arg-type] # a mapping is a message with a button
    return redirect(f"{_address(entry)}#files", 303)


@blueprint.post("/entries/<public_id>/files/<file_id>/restore")
@door("guest")
def restore(public_id: str, file_id: str) -> AnyResponse:
    entry = _entry(db(), public_id)
    services.restore(db(), viewer(), queries.get_deleted(db(), viewer(), public_id, file_id))
    return redirect(f"{_address(entry)}#files", 303)

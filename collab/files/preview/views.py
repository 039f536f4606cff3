"""The page on which a file is looked at, and the pictures of its pages: for who may have the file."""

from flask import Blueprint, Response, render_template, send_file

from collab.errors import NotFound
from collab.files import queries
from collab.files.models import AttachmentPreview
from collab.files.present import LOCKED_UP, size_text
from collab.files.preview import kinds, present
from collab.web.doors import door
from collab.web.request import context, db, viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry

blueprint = Blueprint("previews", __name__)
RULE = "/entries/<public_id>/files/<file_id>/preview"


@blueprint.get(RULE)
@door("anyone")
def page(public_id: str, file_id: str) -> Response:
    file = queries.get(db(), viewer(), public_id, file_id)
    entry = access.get(db(), viewer(), Entry, Entry.id == file.entry_id)
    shown = render_template(
        "files/preview.html",
        size=size_text(file.size),
        entry=entry,
        entry_url=whereabouts.address_of(db(), viewer(), entry),
        look=present.look(db(), context().storage, public_id, file),
    )
    response = Response(shown)
    if viewer().link_id is not None:  # no search engine keeps it
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.get(f"{RULE}/<int:number>")
@door("anyone")
def picture(public_id: str, file_id: str, number: int) -> Response:
    """One of the pages that were drawn, as WebP that we encoded."""
    file = queries.get(db(), viewer(), public_id, file_id)
    row = db().get(AttachmentPreview, file.id)
    if row is None or row.state != kinds.PAGES or not 1 <= number <= len(row.sizes):
        raise NotFound
    path = context().storage.path(file.sha256, f"page{number}")
    if not path.is_file():
        raise NotFound
    response = send_file(
        path, mimetype="image/webp", conditional=True, etag=f"{file.sha256[:32]}p{number}", max_age=None
    )
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = LOCKED_UP
    return response

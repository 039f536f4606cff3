"""Files for programs."""

from datetime import datetime

from flask import request

from collab.errors import Forbidden
from collab.files import queries, services
from collab.files.addresses import address, preview
from collab.files.models import Attachment, AttachmentPreview
from collab.files.preview import present as previews
from collab.web.api import Api, Listing, Out
from collab.web.paging import Page, page
from collab.web.request import context, db, reading, viewer
from collab.web.urls import whole
from collab.workspaces import access
from collab.workspaces.models import Entry

blueprint = Api("files")
RULE = "/entries/<public_id>/files"


class FileOut(Out):
    """A file on an entry. ``url`` gives the bytes to those who may read the entry.

    ``preview`` is "shown", "pages" or "text" where the page at ``preview_url`` shows it, "waiting" while
    that is being made, or why it does not: "unsupported", "encrypted", "broken", "empty", "too_large",
    "too_slow", "no_pdf_program", "no_office_program".
    """

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    width: int | None
    height: int | None
    alt: str
    url: str
    preview: str
    preview_url: str
    created_at: datetime


def _out(entry: Entry, file: Attachment, row: AttachmentPreview | None) -> FileOut:
    names = ("name", "media_type", "size", "sha256", "width", "height", "alt", "created_at")
    facts = {name: getattr(file, name) for name in names}
    return FileOut(
        id=file.public_id,
        url=whole(address(entry.public_id, file)),
        preview=previews.state(file, row),
        preview_url=whole(preview(entry.public_id, file)),
        **facts,
    )


def _alone(entry: Entry, file: Attachment) -> FileOut:
    return _out(entry, file, db().get(AttachmentPreview, file.id))


@blueprint.operation("GET", RULE, query=Listing, answer=FileOut, many=True)
def list_files(public_id: str, query: Listing) -> Page[FileOut]:
    """The files of an entry, the oldest first, without those of its comments"""
    entry = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    found = page(
        db(),
        queries.of_entry(viewer(), entry.id, Attachment, AttachmentPreview)
        .outerjoin(AttachmentPreview, AttachmentPreview.attachment_id == Attachment.id)
        .order_by(None),
        Attachment.created_at,
        Attachment.id.expression,
        cursor=query.cursor,
        limit=query.limit,
        descending=False,
    )
    return Page([_out(entry, row.Attachment, row.AttachmentPreview) for row in found.items], found.next)


@blueprint.operation("POST", RULE, answer=FileOut, status=201)
def add_file(public_id: str) -> FileOut:
    """Attach a file (multipart, field "file", optional "alt")"""
    entry = access.get(reading(), viewer(), Entry, Entry.public_id == public_id)
    if not services.may_attach(reading(), viewer(), entry):
        raise Forbidden
    limit = context().settings.upload_limit_mb
    received = services.receive_upload(context().storage, request.files.get("file"), limit)
    entry = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    return _alone(entry, services.keep(db(), viewer(), entry, received, alt=request.form.get("alt", "")))


@blueprint.operation("GET", f"{RULE}/<file_id>", answer=FileOut)
def get_file(public_id: str, file_id: str) -> FileOut:
    """One file"""
    file = queries.get(db(), viewer(), public_id, file_id)
    return _alone(access.get(db(), viewer(), Entry, Entry.public_id == public_id), file)


@blueprint.operation("DELETE", f"{RULE}/<file_id>", status=204)
def delete_file(public_id: str, file_id: str) -> None:
    """Take a file off its entry"""
    services.remove(db(), viewer(), queries.get(db(), viewer(), public_id, file_id))

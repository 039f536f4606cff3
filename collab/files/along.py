"""Files that come with a form itself: from browsers without JavaScript."""

from collections.abc import Sequence

from flask import request

from collab.files import services
from collab.files.addresses import markdown
from collab.files.services import Received
from collab.web.request import context, db, viewer
from collab.workspaces.models import Entry


def received() -> Sequence[Received]:
    """What was sent; taken in before the transaction begins that keeps others from writing."""
    storage, most = context().storage, context().settings.upload_limit_mb
    sent = [upload for upload in request.files.getlist("files") if upload.filename]
    return [services.receive_upload(storage, upload, most) for upload in sent]


def with_files(entry: Entry, body: str, uploads: Sequence[Received]) -> str:
    """The words, with what came along below them, attached to the entry."""
    kept = [services.keep(db(), viewer(), entry, upload) for upload in uploads]
    if not kept:
        return body
    return "\n\n".join([body.rstrip(), *(markdown(entry.public_id, file) for file in kept)]).lstrip()

"""Uploads in parts, by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation,
expiration, checksum and termination.

Where something has come to its end, ``Content-Location`` says what has become of it.
"""

import base64
import binascii
import hashlib
import io
from email.utils import format_datetime
from functools import wraps
from typing import IO, Any

from flask import Blueprint, Response, jsonify, request

from collab.errors import Forbidden, Invalid, NotFound, Refused
from collab.shelf import parts, queries
from collab.shelf.models import Document, Upload
from collab.storage import DiskFull
from collab.web.answers import explain, problem
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import context, db, reading, viewer
from collab.workspaces import access

blueprint = Blueprint("shelf_parts", __name__)

VERSION = "1.0.0"
OCTETS = "application/offset+octet-stream"
EXTENSIONS = "creation,expiration,checksum,termination"
#: Names of digests as the protocol has them.
DIGESTS = ("sha1", "sha256", "md5")
#: A part is looked at as a whole before it counts, if it comes with a checksum.
CHECKED = 64 << 20


def _answer(status: int, **headers: Any) -> Response:
    response = Response(status=status)
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = str(value)
    return response


def _tus(view: Any) -> Any:
    """Requests of another version are refused (412); errors are told in the protocol's own statuses."""

    @wraps(view)
    def run(**arguments: Any) -> Response:
        if request.headers.get("Tus-Resumable") != VERSION:
            return _answer(412, Tus_Version=VERSION)
        try:
            answer: Response = view(**arguments)
        except Invalid as error:
            code = next(iter(error.errors.values()))
            answer = problem(413 if code in ("too_large", "workspace_full") else 422, code, _said(error))
        except DiskFull:
            answer = problem(507, "disk_full", sentence("disk_full"))
        except Refused as error:
            answer = problem(error.status, error.code, sentence(error.code))
        except Forbidden:
            answer = problem(403, "forbidden", sentence("may_not_upload"))
        except NotFound:
            answer = problem(404, "not_found", sentence("upload_gone"))
        answer.headers["Tus-Resumable"] = VERSION
        return answer

    return run


def _said(error: Invalid) -> str:
    return " ".join(map(str, explain(error).values()))


def _length(header: str) -> int:
    given = request.headers.get(header, "")
    if not (given.isascii() and given.isdecimal()) or len(given) > 18:
        raise Invalid({header: "not_a_number"})
    return int(given)


def _told() -> dict[str, str]:
    """``Upload-Metadata``: pairs of a name and a text in Base64."""
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _space, value = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Invalid({"Upload-Metadata": "not_valid"}) from error
    return found


def _ends(upload: Upload) -> str:
    return format_datetime(upload.ends_at, usegmt=True)


@blueprint.route("/w/<slug>/files/uploads", methods=["OPTIONS"])
@door("guest", own=True)
def ask(slug: str) -> Response:
    """What is understood here."""
    access.workspace(db(), viewer(), slug)
    most = min(context().settings.large_upload_limit_mb, parts.LARGEST_MB) << 20
    return _answer(
        204,
        Tus_Version=VERSION,
        Tus_Extension=EXTENSIONS,
        Tus_Max_Size=most,
        Tus_Checksum_Algorithm=",".join(DIGESTS),
    )


@blueprint.post("/w/<slug>/files/uploads")
@door("guest", own=True)
@_tus
def create(slug: str) -> Response:
    """A file is coming: ``Upload-Length``, ``Upload-Metadata``: filename, folder or document, path, note, guests."""
    place = access.workspace(db(), viewer(), slug)
    told = _told()
    named = told.get("document")
    document = queries.get(db(), viewer(), slug, named, Document) if named else None
    wanted = parts.Wanted(
        name=told.get("filename", ""),
        size=_length("Upload-Length"),
        path=told.get("path", ""),
        note=told.get("note", ""),
        guests=told.get("guests") == "1",
    )
    upload = parts.begin(
        db(),
        viewer(),
        place,
        wanted,
        folder=queries.folder(db(), viewer(), place.id, told.get("folder")),
        document=document,
        limit_mb=context().settings.large_upload_limit_mb,
    )
    here = f"/w/{slug}/files/uploads/{upload.public_id}"
    return _answer(201, Location=here, Upload_Expires=_ends(upload), Upload_Offset=0)


@blueprint.route("/w/<slug>/files/uploads/<upload_id>", methods=["HEAD"])
@door("guest", own=True)
@_tus
def look(slug: str, upload_id: str) -> Response:
    """How much has come."""
    access.workspace(db(), viewer(), slug)
    upload = parts.get(db(), viewer(), upload_id)
    came = parts.offset(context().data_dir, upload)
    return _answer(200, Upload_Offset=came, Upload_Length=upload.size, Upload_Expires=_ends(upload))


@blueprint.route("/w/<slug>/files/uploads/<upload_id>", methods=["PATCH"])
@door("guest", own=True, takes=OCTETS)
@_tus
def part(slug: str, upload_id: str) -> Response:
    """The next part, which begins where the last one ended. With the last one, the file is there."""
    if request.mimetype != OCTETS:
        return problem(415, "wrong_type", sentence("wrong_type"))
    place = access.workspace(reading(), viewer(), slug)
    if not access.allowed(reading(), viewer(), "contribute", place):
        raise Forbidden
    upload = parts.get(reading(), viewer(), upload_id)
    begins, body = _length("Upload-Offset"), _stream()
    data_dir, storage = context().data_dir, context().storage
    if upload.entry_id is None:
        with parts.taking(data_dir, upload) as file:
            if begins != file.tell():
                return problem(409, "other_offset", sentence("other_offset"))
            left = upload.size - begins
            if (request.content_length or 0) > left:
                raise Invalid({"file": "too_large"}, max=upload.size >> 20)
            came = begins + parts.add(storage, file, body, left)
            if came < upload.size:
                return _answer(204, Upload_Offset=came, Upload_Expires=_ends(upload))
            return _finish(upload_id, parts.receive(storage, data_dir, upload))
    return _finish(upload_id, None)


def _stream() -> IO[bytes]:
    """The body; looked at as a whole first if a checksum came with it."""
    given = request.headers.get("Upload-Checksum")
    if given is None:
        stream: IO[bytes] = request.stream
        return stream
    name, _space, expected = given.partition(" ")
    if name not in DIGESTS:
        raise Invalid({"Upload-Checksum": "not_a_choice"}, expected=", ".join(DIGESTS))
    body = request.stream.read(CHECKED + 1)
    if len(body) > CHECKED:
        raise Invalid({"file": "too_large"}, max=CHECKED >> 20)
    if base64.b64encode(hashlib.new(name, body, usedforsecurity=False).digest()).decode() != expected.strip():
        raise Refused(460, "other_checksum")
    return io.BytesIO(body)


def _finish(upload_id: str, received: Any) -> Response:
    upload = parts.get(db(), viewer(), upload_id)
    taken = parts.finish(db(), viewer(), upload, received)
    db().commit()
    parts.forget(context().data_dir, upload)
    return _answer(
        204, Upload_Offset=upload.size, Content_Location=taken.document.address, Collab_Outcome=taken.how
    )


@blueprint.delete("/w/<slug>/files/uploads/<upload_id>")
@door("guest", own=True)
@_tus
def give_up(slug: str, upload_id: str) -> Response:
    """It shall not go on."""
    access.workspace(db(), viewer(), slug)
    upload = parts.get(db(), viewer(), upload_id)
    parts.forget(context().data_dir, upload)
    db().delete(upload)
    return _answer(204)


@blueprint.get("/w/<slug>/files/names")
@door("guest", own=True)
def names(slug: str) -> Response:
    """Of the names asked about, those that become the next version of what the viewer sees there."""
    place = access.workspace(db(), viewer(), slug)
    folder = queries.folder(db(), viewer(), place.id, request.args.get("folder"))
    found = {}
    for name in request.args.getlist("name")[:100]:
        for known in queries.named(db(), viewer(), place.id, folder, name):
            if isinstance(known, Document) and access.allowed(db(), viewer(), "edit", known):
                found[name] = known.number + 1
    return jsonify(found)

"""``/api/v1/workspaces/{id}/files`` and ``/api/v1/files/{id}``."""

from datetime import datetime
from typing import Any

from flask import request

from collab.errors import Forbidden, Invalid
from collab.files import addresses
from collab.files import services as files
from collab.shelf import forms, moving, queries, services, trash
from collab.shelf.models import Document, Item
from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import Page
from collab.web.request import context, db, reading, viewer
from collab.web.urls import whole
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Workspace
from collab.workspaces.queries import known

blueprint = Api("shelf")

Answer = tuple["ItemOut", dict[str, str]]


class ItemOut(Out):
    """A file or folder (``kind``). ``number`` counts the versions of a file; ``content_url`` gives its bytes."""

    id: str
    kind: str
    title: str
    body: str
    url: str
    workspace: str | None
    parent: str | None
    media_type: str
    size: int
    number: int
    content_url: str | None
    locked_until: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    guests_from: datetime | None
    public_from: datetime | None


class ListedOut(Out):
    """A file or folder in a list."""

    id: str
    kind: str
    title: str
    url: str
    media_type: str
    size: int
    number: int
    updated_at: datetime


class VersionOut(Out):
    """What a file was from ``created_at`` on."""

    number: int
    name: str
    media_type: str
    size: int
    sha256: str
    note: str
    author: str
    content_url: str
    created_at: datetime


def _place(name: str) -> Workspace:
    return access.workspace(db(), viewer(), known(db(), viewer(), name).slug)


def _item(public_id: str, kind: type[Item] = Item) -> Any:
    return access.get(db(), viewer(), kind, kind.public_id == public_id)


def _out(item: Item) -> Answer:
    db().flush()
    slug = whereabouts.slug_of(db(), viewer(), item)
    above = queries.crumbs(db(), viewer(), item)[-1:] if slug else ()
    present = queries.present(db(), viewer(), item) if isinstance(item, Document) else None
    names = ("kind", "title", "body", "media_type", "size", "number", "version", "created_at", "updated_at")
    found = ItemOut(
        id=item.public_id,
        url=whole(whereabouts.address_of(db(), viewer(), item)),
        workspace=slug,
        parent=above[0].public_id if above else None,
        content_url=whole(addresses.address(item.public_id, present)) if present else None,
        locked_until=item.locked_until if queries.is_locked(item) else None,
        guests_from=item.guests_from,
        public_from=item.public_from,
        **{name: getattr(item, name) for name in names},
    )
    return found, etag(item.version)


@blueprint.operation("GET", "/workspaces/<name>/files", query=forms.Files, answer=ListedOut, many=True)
def workspace_files(name: str, query: forms.Files) -> Page[ListedOut]:
    """What is in a folder of a workspace, folders first; without a folder, what lies beside them."""
    place = _place(name)
    folder = queries.folder(db(), viewer(), place.id, query.folder)
    found = queries.listed(
        db(), viewer(), place.id, folder, order=query.order, cursor=query.cursor, limit=query.limit
    )
    names = ("kind", "title", "media_type", "size", "number", "updated_at")
    items = [
        ListedOut(id=row.public_id, url=whole(row.address), **{name: getattr(row, name) for name in names})
        for row in found.items
    ]
    return Page(items, found.next)


@blueprint.operation("POST", "/workspaces/<name>/files", answer=ItemOut, status=201)
def add_file_to_workspace(name: str) -> Answer:
    """Put a file there (multipart: "file", optional "folder", "path", "note"); a known name gets a new version"""
    place = access.workspace(reading(), viewer(), known(reading(), viewer(), name).slug)
    if not access.allowed(reading(), viewer(), "contribute", place):
        raise Forbidden
    limit = context().settings.upload_limit_mb
    received = files.receive_upload(context().storage, request.files.get("file"), limit)
    place = _place(name)
    parent = queries.folder(db(), viewer(), place.id, request.form.get("folder"))
    steps = services.steps(request.form.get("path", ""))
    note = request.form.get("note", "")
    taken = services.take_in(db(), viewer(), place, received, parent=parent, path=steps, note=note)
    return _out(taken.document)


@blueprint.operation("POST", "/workspaces/<name>/folders", body=forms.FolderIn, answer=ItemOut, status=201)
def create_folder(name: str, body: forms.FolderIn) -> Answer:
    """Make a folder."""
    place = _place(name)
    parent = queries.folder(db(), viewer(), place.id, body.parent)
    return _out(services.make_folder(db(), viewer(), place, body.title, body.body, parent=parent))


@blueprint.operation("GET", "/files/<public_id>", answer=ItemOut)
def get_item(public_id: str) -> Answer:
    """One file or folder."""
    return _out(_item(public_id))


@blueprint.operation("PATCH", "/files/<public_id>", body=forms.FileChange, answer=ItemOut)
def change_item(public_id: str, body: forms.FileChange) -> Answer:
    """Give a file or folder another name or description, or put it into another folder."""
    item = _item(public_id)
    access.require(db(), viewer(), "edit", item)
    version = expected_version(item.version)
    if body.model_fields_set & {"title", "body"}:
        title = item.title if body.title is None else body.title
        words = item.body if body.body is None else body.body
        services.edit(db(), viewer(), item, title, words, base_version=version, note=body.note)
    if "parent" in body.model_fields_set:
        parent = queries.folder(db(), viewer(), item.workspace_id, body.parent)
        moving.move(db(), viewer(), item, parent)
    return _out(item)


@blueprint.operation("DELETE", "/files/<public_id>", status=204)
def delete_item(public_id: str) -> None:
    """Put a file, or a folder and what is in it, into the trash."""
    item = _item(public_id)
    access.require(db(), viewer(), "delete", item)
    expected_version(item.version)
    trash.delete(db(), viewer(), item)


@blueprint.operation("GET", "/files/<public_id>/versions", answer=VersionOut, many=True)
def file_versions(public_id: str) -> Page[VersionOut]:
    """The versions of a file, the latest first."""
    document = _item(public_id, Document)
    rows = queries.versions(db(), viewer(), document)
    items = [
        VersionOut(
            number=row.number,
            name=row.Attachment.name,
            media_type=row.Attachment.media_type,
            size=row.Attachment.size,
            sha256=row.Attachment.sha256,
            note=row.note,
            author=row.handle,
            content_url=whole(addresses.address(public_id, row.Attachment)),
            created_at=row.created_at,
        )
        for row in rows
    ]
    return Page(items, None)


@blueprint.operation("POST", "/files/<public_id>/versions", answer=ItemOut, status=201)
def add_file_version(public_id: str) -> Answer:
    """Make a file (multipart: "file", optional "note") the next version"""
    document = access.get(reading(), viewer(), Document, Document.public_id == public_id)
    if not access.allowed(reading(), viewer(), "edit", document):
        raise Forbidden
    limit = context().settings.upload_limit_mb
    received = files.receive_upload(context().storage, request.files.get("file"), limit)
    document = _item(public_id, Document)
    if services.add_version(db(), viewer(), document, received, request.form.get("note", "")) is None:
        raise Invalid({"file": "same_file"})
    return _out(document)

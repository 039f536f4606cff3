"""Comments for programs."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from collab.comments import queries, services
from collab.comments.forms import ChangedComment, CommentListing, Deletion, NewComment
from collab.comments.models import Comment
from collab.errors import Invalid, NotFound
from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import Page, page
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry

blueprint = Api("comments")


class AuthorOut(Out):
    """Who wrote it: an employee, or a guest of a firm."""

    handle: str
    name: str
    kind: str
    firm: str | None


class CommentOut(Out):
    """A comment; of a deleted one only its place, who deleted it and why.

    ``quote``: the words of the entry that it is about; ``resolved``: that is settled.
    """

    id: str
    entry: str
    parent: str | None
    author: AuthorOut | None
    body: str
    html: str
    internal: bool
    quote: str | None
    resolved: bool
    deleted: bool
    deleted_by: AuthorOut | None
    delete_reason: str
    version: int
    created_at: datetime
    edited_at: datetime | None


def _author(handle: str, name: str, kind: str, firm: str | None) -> AuthorOut:
    return AuthorOut(handle=handle, name=name, kind=kind, firm=firm)


_MORE = (Comment.body, Comment.html)


def _out(row: Row[Any], entry: Entry, parents: dict[int, str]) -> CommentOut:
    deleted = row.deleted_at is not None
    deleter = (row.deleter_handle, row.deleter_name, row.deleter_kind, row.deleter_firm)
    author = (row.author_handle, row.author_name, row.author_kind, row.firm_name)
    return CommentOut(
        id=row.public_id,
        entry=entry.public_id,
        parent=parents.get(row.parent_id),
        author=None if deleted else _author(*author),
        body=row.body,
        html=whereabouts.html_of(db(), viewer(), entry, row.html, whole("")),
        internal=row.internal,
        quote=row.quote,
        resolved=row.resolved_at is not None,
        deleted=deleted,
        deleted_by=_author(*deleter) if row.deleter_handle else None,
        delete_reason=row.delete_reason,
        version=row.version,
        created_at=row.created_at,
        edited_at=row.edited_at,
    )


def _parents(session: Session, rows: list[Row[Any]]) -> dict[int, str]:
    """The public ids of what the rows answer, where the viewer may see it."""
    wanted = {row.parent_id for row in rows if row.parent_id is not None}
    found = session.execute(
        queries.visible(viewer(), Comment.id, Comment.public_id).where(Comment.id.in_(wanted))
    )
    return {row.id: row.public_id for row in found} if wanted else {}


def _one(public_id: str) -> tuple[CommentOut, dict[str, str]]:
    db().flush()
    row = db().execute(queries.rows(viewer(), *_MORE).where(Comment.public_id == public_id)).first()
    if row is None:
        raise NotFound
    comment = queries.get(db(), viewer(), public_id)
    entry = access.get(db(), viewer(), Entry, Entry.id == comment.entry_id)
    return _out(row, entry, _parents(db(), [row])), etag(row.version)


@blueprint.operation(
    "GET", "/entries/<public_id>/comments", query=CommentListing, answer=CommentOut, many=True
)
def list_comments(public_id: str, query: CommentListing) -> Page[CommentOut]:
    """The comments on an entry, the oldest first"""
    entry = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    found = page(
        db(),
        queries.rows(viewer(), *_MORE).where(Comment.entry_id == entry.id),
        Comment.created_at,
        Comment.id.expression,
        cursor=query.cursor,
        limit=query.limit,
        descending=False,
    )
    parents = _parents(db(), list(found.items))
    return Page([_out(row, entry, parents) for row in found.items], found.next)


@blueprint.operation("POST", "/entries/<public_id>/comments", body=NewComment, answer=CommentOut, status=201)
def add_comment(public_id: str, body: NewComment) -> tuple[CommentOut, dict[str, str]]:
    """Comment on an entry, or answer a comment (parent)"""
    entry = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    parent = None
    if body.parent:
        try:
            parent = queries.get(db(), viewer(), body.parent)
        except NotFound as error:
            raise Invalid({"parent": "not_valid"}) from error
    comment = services.add(
        db(),
        viewer(),
        entry,
        body.body,
        parent=parent,
        internal=body.internal,
        quote=body.quote,
        before=body.before,
    )
    found, headers = _one(comment.public_id)
    return found, {**headers, "Location": f"/api/v1/comments/{comment.public_id}"}


@blueprint.operation("GET", "/comments/<public_id>", answer=CommentOut)
def get_comment(public_id: str) -> tuple[CommentOut, dict[str, str]]:
    """One comment"""
    return _one(public_id)


@blueprint.operation("PATCH", "/comments/<public_id>", body=ChangedComment, answer=CommentOut)
def edit_comment(public_id: str, body: ChangedComment) -> tuple[CommentOut, dict[str, str]]:
    """Change one's own comment (If-Match)"""
    comment = queries.get(db(), viewer(), public_id)
    version = expected_version(comment.version)
    words = comment.body if body.body is None else body.body
    services.edit(db(), viewer(), comment, words, version, body.internal)
    return _one(public_id)


@blueprint.operation("DELETE", "/comments/<public_id>", query=Deletion, status=204)
def delete_comment(public_id: str, query: Deletion) -> None:
    """Delete a comment; somebody else's needs a reason"""
    comment = queries.get(db(), viewer(), public_id)
    version = expected_version(comment.version)
    services.delete(db(), viewer(), comment, query.reason, version)


@blueprint.operation("POST", "/comments/<public_id>/restoration", answer=CommentOut)
def restore_comment(public_id: str) -> tuple[CommentOut, dict[str, str]]:
    """Undo the deletion of a comment, by whoever deleted it"""
    services.restore(db(), viewer(), queries.get(db(), viewer(), public_id))
    return _one(public_id)


@blueprint.operation("POST", "/comments/<public_id>/resolution", answer=CommentOut)
def resolve_comment(public_id: str) -> tuple[CommentOut, dict[str, str]]:
    """Say that what was said about a passage is settled"""
    services.resolve(db(), viewer(), queries.get(db(), viewer(), public_id))
    return _one(public_id)


@blueprint.operation("DELETE", "/comments/<public_id>/resolution", answer=CommentOut)
def reopen_comment(public_id: str) -> tuple[CommentOut, dict[str, str]]:
    """Open it again"""
    services.resolve(db(), viewer(), queries.get(db(), viewer(), public_id), resolved=False)
    return _one(public_id)

"""Comments in pages: each act answers with the whole section, or leads back to the entry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from collab import text
from collab.comments import queries, services
from collab.comments.forms import Deletion, EditedComment, NewComment
from collab.comments.models import Comment
from collab.comments.people import who_may_read
from collab.comments.section import ASKED, thread_context
from collab.errors import Conflict, Forbidden, Invalid
from collab.files import services as files
from collab.files.addresses import markdown
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, reading, viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry

__all__ = ["blueprint", "thread_context"]

blueprint = Blueprint("comments", __name__)

Answer = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


def _entry(session: Session, public_id: str) -> Entry:
    return access.get(session, viewer(), Entry, Entry.public_id == public_id)


def _entry_of(session: Session, comment: Comment) -> Entry:
    return access.get(session, viewer(), Entry, Entry.id == comment.entry_id)


def _address(entry: Entry) -> str:
    return whereabouts.address_of(db(), viewer(), entry)


def _by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def _section(entry: Entry, *, undo: dict[str, str] | None = None, **state: Any) -> str:
    db().flush()
    return render_template(
        "comments/answer.html", undo=undo, **thread_context(db(), viewer(), entry, **state)
    )


def _done(entry: Entry, comment: Comment, message: str, undo: dict[str, str] | None = None) -> Answer:
    """The section with the comment in focus, or the way back to it."""
    if _by_htmx():
        return _section(entry, message=message, fresh=comment.public_id, undo=undo)
    if undo:
        flash(undo, "undo")  # type: ignore[arg-type] # a mapping is a message with a button
    return redirect(f"{_address(entry)}#comment-{comment.public_id}", 303)


def _refused(entry: Entry, error: Invalid, **state: Any) -> Answer:
    """The words as they were sent, with what is wrong about them."""
    found = explain(error)
    words = {"body": " ".join(found.values())}
    if _by_htmx():
        return _section(entry, errors=words, **state), 422
    here = thread_context(db(), viewer(), entry, errors=words, **state)
    return render_template("comments/page.html", entry=entry, back=_address(entry), **here), 422


@dataclass(frozen=True)
class Sent:
    """Files that came with the form itself, or why one of them is refused."""

    received: Sequence[files.Received] = ()
    refused: Invalid | None = None


def _sent(entry_of: Callable[[Session], Entry]) -> Sent:
    """What a browser without JavaScript sent along.

    Taken in before the transaction begins that keeps others from writing.
    """
    uploads = [upload for upload in request.files.getlist("files") if upload.filename]
    if not uploads:
        return Sent()
    if not files.may_attach(reading(), viewer(), entry_of(reading()), with_comment=True):
        raise Forbidden
    limit = context().settings.upload_limit_mb
    try:
        return Sent([files.receive_upload(context().storage, upload, limit) for upload in uploads])
    except Invalid as error:
        return Sent(refused=error)


def _with_files(entry: Entry, body: str, sent: Sent) -> str:
    """The words, with the files below them."""
    if sent.refused is not None:
        raise sent.refused
    kept = [files.keep(db(), viewer(), entry, one, with_comment=True) for one in sent.received]
    return "\n\n".join([body, *(markdown(entry.public_id, one) for one in kept)]).strip() if kept else body


@blueprint.post("/entries/<public_id>/comments")
@door("guest")
def create(public_id: str) -> Answer:
    sent = _sent(lambda session: _entry(session, public_id))
    entry = _entry(db(), public_id)
    try:
        form = from_page(NewComment)
        parent = queries.get(db(), viewer(), form.parent) if form.parent else None
        body = _with_files(entry, form.body, sent)
        comment = services.add(
            db(),
            viewer(),
            entry,
            body,
            parent=parent,
            internal=form.internal,
            quote=form.quote,
            before=form.before,
        )
    except Invalid as error:
        answering = request.form.get("parent")
        return _refused(
            entry,
            error,
            value=request.form.get("body", ""),
            open=f"reply:{answering}" if answering else None,
            quote=request.form.get("quote", ""),
        )
    return _done(entry, comment, _("Comment saved"))


@blueprint.get("/comments/<public_id>/edit")
@door("guest", own=True)
def edit_form(public_id: str) -> Answer:
    comment = queries.get(db(), viewer(), public_id)
    entry = _entry_of(db(), comment)
    if not services.may_edit(db(), viewer(), comment, entry):
        raise Forbidden
    return redirect(f"{_address(entry)}?comment=edit:{public_id}#comment-{public_id}", 303)


@blueprint.post("/comments/<public_id>/edit")
@door("guest")
def edit(public_id: str) -> Answer:
    sent = _sent(lambda session: _entry_of(session, queries.get(session, viewer(), public_id)))
    comment = queries.get(db(), viewer(), public_id)
    entry = _entry_of(db(), comment)
    try:
        form = from_page(EditedComment)
        # A box that the form did not show is not one that somebody left empty.
        internal = form.internal if request.args.get(ASKED) == "internal" else None
        version = request.args.get("version", default=comment.version, type=int)
        body = _with_files(entry, form.body, sent)
        services.edit(db(), viewer(), comment, body, version, internal)
    except (Conflict, Invalid) as problem:
        error = problem if isinstance(problem, Invalid) else Invalid({"body": "changed_meanwhile"})
        return _refused(entry, error, value=request.form.get("body", ""), open=f"edit:{public_id}")
    return _done(entry, comment, _("Comment saved"))


@blueprint.get("/comments/<public_id>/delete")
@door("guest", own=True)
def delete_form(public_id: str) -> Answer:
    """Where whoever moderates says why."""
    return _ask_why(db(), public_id, {}, 200)


def _ask_why(session: Session, public_id: str, errors: dict[str, str], status: int) -> Answer:
    comment = queries.get(session, viewer(), public_id)
    entry = _entry_of(session, comment)
    if not services.may_delete(session, viewer(), comment, entry):
        raise Forbidden
    own = comment.author_id == viewer().account_id
    words = Markup(comment.html)  # noqa: S704 - made by collab.text
    page = render_template(
        "comments/delete.html",
        entry=entry,
        back=_address(entry),
        comment=comment,
        words=words,
        own=own,
        errors=errors,
    )
    return page, status


@blueprint.post("/comments/<public_id>/delete")
@door("guest")
def delete(public_id: str) -> Answer:
    comment = queries.get(db(), viewer(), public_id)
    entry = _entry_of(db(), comment)
    try:
        services.delete(db(), viewer(), comment, from_page(Deletion).reason)
    except Invalid as error:
        why = f"/comments/{public_id}/delete"
        if "reason" in request.form:
            return _ask_why(db(), public_id, explain(error), 422)
        if _by_htmx():
            return "", 200, {"HX-Redirect": why}
        return redirect(why, 303)
    undo = {"text": _("Comment deleted"), "url": f"/comments/{public_id}/restore"}
    return _done(entry, comment, _("Comment deleted"), undo)


@blueprint.post("/comments/<public_id>/restore")
@door("guest")
def restore(public_id: str) -> Answer:
    comment = queries.get(db(), viewer(), public_id)
    services.restore(db(), viewer(), comment)
    return _done(_entry_of(db(), comment), comment, _("Comment restored"))


@blueprint.post("/comments/<public_id>/resolution")
@door("guest")
def resolve(public_id: str) -> Answer:
    """What was said about a passage is settled."""
    return _settle(public_id, resolved=True)


@blueprint.post("/comments/<public_id>/resolution/delete")
@door("guest")
def reopen(public_id: str) -> Answer:
    return _settle(public_id, resolved=False)


def _settle(public_id: str, *, resolved: bool) -> Answer:
    """The page anew, for the passage is marked no more, or again."""
    comment = queries.get(db(), viewer(), public_id)
    services.resolve(db(), viewer(), comment, resolved=resolved)
    if resolved:
        undo = {"text": _("Resolved"), "url": f"/comments/{public_id}/resolution/delete"}
        flash(undo, "undo")  # type: ignore[arg-type] # a mapping is a message with a button
    return redirect(f"{_address(_entry_of(db(), comment))}#comment-{public_id}", 303)


@blueprint.post("/entries/<public_id>/comments/preview")
@door("guest")
def preview(public_id: str) -> Answer:
    """What a comment would look like. Changes nothing."""
    if not services.may_add(reading(), viewer(), _entry(reading(), public_id)):
        raise Forbidden
    return text.render(request.form.get("body", "")[: services.LONGEST]).html


@blueprint.get("/entries/<public_id>/comments/people")
@door("guest")
def people(public_id: str) -> Answer:
    """Whom one may mention: people the viewer knows of who may read the entry."""
    entry = _entry(db(), public_id)
    found = who_may_read(db(), viewer(), entry, request.args.get("q", ""))
    return render_template("comments/people.html", people=found) if found else ("", 204)

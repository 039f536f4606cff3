"""What may be done with comments."""

from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.comments.mentions import keep_mentions
from collab.comments.models import Comment
from collab.errors import Conflict, Forbidden, Invalid
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry


def _fill(comment: Comment, body: str) -> text.Rendered:
    if not body.strip():
        raise Invalid({"body": "required"})
    rendered = text.render(body)
    comment.body, comment.html, comment.text = body, rendered.html, rendered.text
    return rendered


def add(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    body: str,
    *,
    parent: Comment | None = None,
    internal: bool = False,
) -> Comment:
    """Say something about a published entry, or answer ``parent``.

    The answer to an internal comment is internal too. Only employees write internal ones.
    """
    access.require(db, viewer, "comment", entry)
    if entry.published_at is None or entry.published_at > clock.now():
        raise Forbidden
    if parent is not None and (parent.entry_id != entry.id or parent.deleted_at is not None):
        raise Invalid({"parent": "not_valid"})
    internal = internal or (parent is not None and parent.internal)
    if internal and not viewer.is_employee:
        raise Forbidden
    comment = Comment(
        workspace_id=entry.workspace_id,
        entry_id=entry.id,
        parent_id=parent.id if parent else None,
        author_id=viewer.me,
        internal=internal,
        created_at=clock.now(),
    )
    rendered = _fill(comment, body)
    db.add(comment)
    db.flush()
    keep_mentions(db, entry, rendered.mentions, comment)
    _record(db, viewer, comment, "comment.added")
    return comment


def may_edit(db: Session, viewer: Viewer, comment: Comment, entry: Entry) -> bool:
    """Only who wrote it may change it, while the place is open for writing."""
    own = viewer.signed_in and comment.author_id == viewer.account_id
    return own and comment.deleted_at is None and access.allowed(db, viewer, "comment", entry)


def may_delete(db: Session, viewer: Viewer, comment: Comment, entry: Entry) -> bool:
    """Who wrote it, and the owners of the workspace, who have to say why."""
    moderates = comment.deleted_at is None and access.allowed(db, viewer, "moderate", entry)
    return moderates or may_edit(db, viewer, comment, entry)


def edit(db: Session, viewer: Viewer, comment: Comment, body: str, base_version: int | None = None) -> None:
    """Change one's own comment; it says from then on that it was edited."""
    entry = _entry(db, viewer, comment)
    if not may_edit(db, viewer, comment, entry):
        raise Forbidden
    if base_version is not None and base_version != comment.version:
        raise Conflict
    if comment.body == body:
        return
    rendered = _fill(comment, body)
    comment.version += 1
    comment.edited_at = clock.now()
    keep_mentions(db, entry, rendered.mentions, comment)
    _record(db, viewer, comment, "comment.edited")


def delete(db: Session, viewer: Viewer, comment: Comment, reason: str = "") -> None:
    """Take a comment back, or moderate it. A stub stays, with who and why.

    Deleting somebody else's needs a reason.
    """
    entry = _entry(db, viewer, comment)
    if not may_delete(db, viewer, comment, entry):
        raise Forbidden
    if comment.author_id != viewer.account_id and not reason.strip():
        raise Invalid({"reason": "required"})
    comment.deleted_at, comment.deleted_by_id = clock.now(), viewer.account_id
    comment.delete_reason = text.clean_line(reason)[:300]
    comment.version += 1
    _record(db, viewer, comment, "comment.deleted")


def restore(db: Session, viewer: Viewer, comment: Comment) -> None:
    """Undo a deletion: by whoever deleted it."""
    entry = _entry(db, viewer, comment)
    if comment.deleted_at is None:
        return
    if comment.deleted_by_id != viewer.account_id or not access.allowed(db, viewer, "comment", entry):
        raise Forbidden
    comment.deleted_at = comment.deleted_by_id = None
    comment.delete_reason = ""
    comment.version += 1
    _record(db, viewer, comment, "comment.restored")


def _entry(db: Session, viewer: Viewer, comment: Comment) -> Entry:
    return access.get(db, viewer, Entry, Entry.id == comment.entry_id)


def _record(db: Session, viewer: Viewer, comment: Comment, what: str) -> None:
    activity.record(
        db, what, viewer, workspace_id=comment.workspace_id, entry_id=comment.entry_id, subject_id=comment.id
    )

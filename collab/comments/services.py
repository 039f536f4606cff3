"""What may be done with comments."""

from dataclasses import asdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab import activity, clock, language, text
from collab.auth.models import Account
from collab.comments import attached
from collab.comments.mentions import keep_mentions
from collab.comments.models import Comment, Quotation
from collab.comments.passages import Passage, Text
from collab.errors import Conflict, Forbidden, Invalid
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry

LONGEST = 100_000
LONGEST_REASON = 300


def _fill(db: Session, comment: Comment, body: str) -> text.Rendered:
    if not body.strip():
        raise Invalid({"body": "required"})
    if len(body) > LONGEST:
        raise Invalid({"body": "too_long"}, max=LONGEST)
    rendered = text.render(body)
    comment.body, comment.lang = body, language.guess(rendered.text)
    _keep(db, comment, rendered)
    return rendered


def _keep(db: Session, comment: Comment, rendered: text.Rendered) -> None:
    """What is shown is made now, with the measures of pictures, so that reading asks for nothing more."""
    comment.html = attached.measured(db, comment, rendered.html)
    comment.text, comment.rules = rendered.text, text.RULES


def may_add(db: Session, viewer: Viewer, entry: Entry) -> bool:
    """Comments belong to what is out, in places that are open for writing; talk can be closed."""
    out = entry.published_at is not None and entry.published_at <= clock.now()
    closed = entry.is_talk and entry.settled_at is not None
    return out and not closed and access.allowed(db, viewer, "comment", entry)


def _require(db: Session, viewer: Viewer, entry: Entry, parent: Comment | None, *, internal: bool) -> bool:
    """Refuse what the viewer may not say there; answers whether it will be internal."""
    access.require(db, viewer, "comment", entry)
    if not may_add(db, viewer, entry):
        raise Forbidden
    if parent is not None and (parent.entry_id != entry.id or parent.deleted_at is not None):
        raise Invalid({"parent": "not_valid"})
    internal = internal or (parent is not None and parent.internal)
    if internal and not viewer.is_employee:
        raise Forbidden
    return internal


def add(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    body: str,
    *,
    parent: Comment | None = None,
    internal: bool = False,
    visitor: Account | None = None,
    quote: str = "",
    before: str = "",
) -> Comment:
    """Say something about a published entry, or answer ``parent``.

    The answer to an internal comment is internal too. Only employees write internal ones.
    ``visitor``: under the name of somebody without an account, who mentions nobody. ``quote``: the
    passage that it is about, of several the one behind ``before``; Invalid if the entry has no such words.
    """
    internal = _require(db, viewer, entry, parent, internal=internal)
    about = _passage(entry, quote, before) if quote.strip() and parent is None else None
    above, by = parent.guest_id if parent else None, visitor.id if visitor else viewer.me
    comment = Comment(
        workspace_id=entry.workspace_id,
        entry_id=entry.id,
        parent_id=parent.id if parent else None,
        author_id=by,
        guest_id=above if viewer.is_employee else by,
        internal=internal,
        created_at=clock.now(),
    )
    rendered = _fill(db, comment, body)
    db.add(comment)
    db.flush()
    if about is not None:
        db.add(_quotation(comment, about))
    if visitor is None:
        keep_mentions(db, entry, rendered.mentions, comment)
        attached.adopt(db, entry, comment)
    _record(db, viewer, comment, "comment.added")
    return comment


def _passage(entry: Entry, quote: str, before: str) -> Passage:
    found = Text(entry.html).choose(quote, before)
    if found is None:
        raise Invalid({"quote": "not_in_the_text"})
    return found


def _quotation(comment: Comment, about: Passage) -> Quotation:
    here = {"entry_id": comment.entry_id, "workspace_id": comment.workspace_id}
    return Quotation(comment_id=comment.id, **here, **asdict(about))


def may_edit(db: Session, viewer: Viewer, comment: Comment, entry: Entry) -> bool:
    """Only who wrote it may change it, while the place is open for writing."""
    own = viewer.signed_in and comment.author_id == viewer.account_id
    return own and comment.deleted_at is None and may_add(db, viewer, entry)


def may_delete(db: Session, viewer: Viewer, comment: Comment, entry: Entry) -> bool:
    """Who wrote it, and the owners of the workspace, who have to say why."""
    moderates = comment.deleted_at is None and access.allowed(db, viewer, "moderate", entry)
    return moderates or may_edit(db, viewer, comment, entry)


def edit(
    db: Session,
    viewer: Viewer,
    comment: Comment,
    body: str,
    base_version: int | None = None,
    internal: bool | None = None,
) -> None:
    """Change one's own comment; it says from then on that it was edited.

    ``internal`` can change only while nobody has answered, and not below an internal comment.
    Raises Conflict if it has changed since ``base_version``.
    """
    entry = _entry(db, viewer, comment)
    if not may_edit(db, viewer, comment, entry):
        raise Forbidden
    if base_version is not None and base_version != _locked_version(db, comment):
        raise Conflict
    if internal is not None and internal != comment.internal:
        _set_internal(db, viewer, comment, internal)
    elif comment.body == body:
        return
    if comment.body != body:
        comment.edited_at = clock.now()
    rendered = _fill(db, comment, body)
    comment.version += 1
    keep_mentions(db, entry, rendered.mentions, comment)
    attached.adopt(db, entry, comment)
    _record(db, viewer, comment, "comment.edited")


def _locked_version(db: Session, comment: Comment) -> int:
    """The version in the database; nobody else changes it until this transaction ends.

    The comment itself came through the policy.
    """
    found = select(Comment.version).where(Comment.id == comment.id).execution_options(policy=True)
    version: int = db.execute(found.with_for_update()).scalar_one()
    return version


def _set_internal(db: Session, viewer: Viewer, comment: Comment, internal: bool) -> None:
    """Counts answers that the viewer may not see, too: what they say must not change its readers."""
    below = select(func.count()).select_from(Comment).where(Comment.parent_id == comment.id)
    above = select(Comment.internal).where(Comment.id == comment.parent_id)
    if not viewer.is_employee:
        raise Forbidden
    if db.scalar(below.execution_options(policy=True)) or db.scalar(above.execution_options(policy=True)):
        raise Invalid({"internal": "has_answers"})
    comment.internal = internal


def delete(
    db: Session, viewer: Viewer, comment: Comment, reason: str = "", base_version: int | None = None
) -> None:
    """Take a comment back, or moderate it. A stub stays, with who and why; its files go with it.

    Deleting somebody else's needs a reason. Deleting twice changes nothing.
    """
    entry = _entry(db, viewer, comment)
    if comment.deleted_at is not None:
        return
    if not may_delete(db, viewer, comment, entry):
        raise Forbidden
    if base_version is not None and base_version != _locked_version(db, comment):
        raise Conflict
    reason = text.clean_line(reason)
    if comment.author_id != viewer.account_id and not reason:
        raise Invalid({"reason": "required"})
    if len(reason) > LONGEST_REASON:
        raise Invalid({"reason": "too_long"}, max=LONGEST_REASON)
    comment.deleted_at, comment.deleted_by_id = clock.now(), viewer.account_id
    comment.delete_reason = reason
    comment.version += 1
    attached.hide(db, entry, comment)
    _record(db, viewer, comment, "comment.deleted")


def restore(db: Session, viewer: Viewer, comment: Comment) -> None:
    """Undo a deletion: by whoever deleted it."""
    entry = _entry(db, viewer, comment)
    if comment.deleted_at is None:
        return
    if comment.deleted_by_id != viewer.account_id or not may_add(db, viewer, entry):
        raise Forbidden
    attached.bring_back(db, entry, comment)
    comment.deleted_at = comment.deleted_by_id = None
    comment.delete_reason = ""
    comment.version += 1
    _record(db, viewer, comment, "comment.restored")


def resolve(db: Session, viewer: Viewer, comment: Comment, *, resolved: bool = True) -> None:
    """Say that what was said about a passage is settled, or open it again: for whoever may comment.

    NotFound for a comment that is not about a passage. Twice changes nothing.
    """
    entry = _entry(db, viewer, comment)
    found: Quotation = access.get_part(db, viewer, Quotation, Quotation.comment_id == comment.id)
    if comment.deleted_at is not None or not may_add(db, viewer, entry):
        raise Forbidden
    if resolved == (found.resolved_at is not None):
        return
    found.resolved_at = clock.now() if resolved else None
    found.resolved_by_id = viewer.account_id if resolved else None
    comment.version += 1
    _record(db, viewer, comment, "comment.resolved" if resolved else "comment.reopened")


def render_again(db: Session) -> int:
    """Make the HTML of comments anew that older rules made; answer how many. For maintenance."""
    stale = db.scalars(select(Comment).where(Comment.rules != text.RULES).limit(500)).all()
    for comment in stale:
        _keep(db, comment, text.render(comment.body))
    return len(stale)


def _entry(db: Session, viewer: Viewer, comment: Comment) -> Entry:
    return access.get(db, viewer, Entry, Entry.id == comment.entry_id)


def _record(db: Session, viewer: Viewer, comment: Comment, what: str) -> None:
    activity.record(
        db, what, viewer, workspace_id=comment.workspace_id, entry_id=comment.entry_id, subject_id=comment.id
    )

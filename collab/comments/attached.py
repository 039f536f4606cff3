"""Files that came with a comment are seen by whom the comment is seen, and go when it goes.

Only what the comment's own author sent up with a comment box is touched: a text that mentions
somebody else's file changes nothing about it. The statements ask no policy, for the comment did.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from collab import clock
from collab.comments.models import Comment
from collab.files.addresses import mentioned, with_previews, with_sizes
from collab.files.models import Attachment
from collab.workspaces.models import Entry

#: Files that were sent up for a comment wait so long for the comment.
WAITING = timedelta(days=1)


def _of(entry: Entry, comment: Comment) -> list[ColumnElement[bool]] | None:
    shown = mentioned(entry.public_id, comment.body)
    if not shown:
        return None
    return [
        Attachment.entry_id == entry.id,
        Attachment.with_comment.is_(True),
        Attachment.author_id == comment.author_id,
        Attachment.public_id.in_(shown),
    ]


def _shown_elsewhere(db: Session, entry: Entry, comment: Comment, *, openly: bool) -> set[str]:
    """Files that another living comment of the same author shows, too (``openly``: not an internal one)."""
    others = select(Comment.body).where(
        Comment.entry_id == entry.id,
        Comment.author_id == comment.author_id,
        Comment.id != comment.id,
        Comment.deleted_at.is_(None),
        Comment.body.contains("/files/"),
    )
    if openly:
        others = others.where(Comment.internal.is_(False))
    bodies = db.scalars(others.execution_options(policy=True))
    return {file for body in bodies for file in mentioned(entry.public_id, body)}


def adopt(db: Session, entry: Entry, comment: Comment) -> None:
    """What the comment shows is for those who read the comment, also if it had waited too long."""
    files = _of(entry, comment)
    if files is None:
        return
    back = update(Attachment).where(*files, Attachment.deleted_by_id.is_(None)).values(deleted_at=None)
    db.execute(back.execution_options(policy=True))
    if comment.internal:
        files.append(Attachment.public_id.not_in(_shown_elsewhere(db, entry, comment, openly=True)))
    changed = update(Attachment).where(*files).values(internal=comment.internal, guest_id=comment.guest_id)
    db.execute(changed.execution_options(policy=True))


def forget_unsent(db: Session) -> None:
    """Take away what was sent up more than a day ago for comments that nobody sent.

    Nobody deleted it, so ``adopt`` brings it back when the comment comes after all.
    """
    shown = (
        select(Comment.id)
        .where(Comment.entry_id == Attachment.entry_id)
        .where(Comment.body.contains("/files/"), Comment.body.contains(Attachment.public_id))
        .exists()
    )
    unsent = update(Attachment).where(
        Attachment.with_comment.is_(True),
        Attachment.deleted_at.is_(None),
        Attachment.created_at < clock.now() - WAITING,
        ~shown,
    )
    gone = unsent.values(deleted_at=clock.now())
    db.execute(gone.execution_options(policy=True, synchronize_session=False))


def measured(db: Session, comment: Comment, html: str) -> str:
    """The HTML with width and height on the pictures of the entry and of its comments; files can be looked at."""
    if "<img" not in html:
        return with_previews(html)
    rows = db.execute(
        select(Attachment.public_id, Attachment.width, Attachment.height)
        .where(Attachment.entry_id == comment.entry_id, Attachment.width.is_not(None))
        .execution_options(policy=True)
    )
    return with_sizes(html, {row.public_id: (row.width or 0, row.height or 0) for row in rows})


def hide(db: Session, entry: Entry, comment: Comment) -> None:
    """The files of a comment that is being deleted, unless another comment shows them too."""
    files = _of(entry, comment)
    if files is None:
        return
    still = _shown_elsewhere(db, entry, comment, openly=False)
    gone = update(Attachment).where(
        *files, Attachment.deleted_at.is_(None), Attachment.public_id.not_in(still)
    )
    values = {"deleted_at": comment.deleted_at, "deleted_by_id": comment.deleted_by_id}
    db.execute(gone.values(**values).execution_options(policy=True))


def bring_back(db: Session, entry: Entry, comment: Comment) -> None:
    """The files that went with the comment."""
    files = _of(entry, comment)
    if files is None:
        return
    back = update(Attachment).where(*files, Attachment.deleted_at == comment.deleted_at)
    db.execute(back.values(deleted_at=None, deleted_by_id=None).execution_options(policy=True))

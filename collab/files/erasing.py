"""Letting go of entries for good, and of bytes that nothing names any more."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account
from collab.files.models import Attachment, Letting
from collab.guests.models import Invitation
from collab.storage import Storage
from collab.workspaces.models import Autosave, Entry, EntryAuthor, LinkVisitor, ShareLink, Workspace

#: Bytes stay so long after their last name has gone: nobody who is about to name them again is that slow.
GRACE = timedelta(hours=1)


def forget(db: Session, entry_ids: Sequence[int]) -> None:
    """Delete entries, deleted before by those who may, with all that hangs on them. Events about them stay."""
    bytes_of = select(Attachment.sha256).where(Attachment.entry_id.in_(entry_ids)).distinct()
    shas = db.scalars(bytes_of.execution_options(policy=True)).all()
    db.execute(delete(Letting).where(Letting.sha256.in_(shas)))
    db.add_all(Letting(sha256=sha256, at=clock.now()) for sha256 in shas)
    db.flush()
    links = select(ShareLink.id).where(ShareLink.entry_id.in_(entry_ids))
    invited = Invitation.entry_id.in_(entry_ids)
    steps: tuple[Any, ...] = (
        delete(LinkVisitor).where(LinkVisitor.link_id.in_(links)),
        delete(Autosave).where(Autosave.entry_id.in_(entry_ids)),
        delete(EntryAuthor).where(EntryAuthor.entry_id.in_(entry_ids)),
        delete(Invitation).where(invited, Invitation.role.is_(None)),
        update(Invitation).where(invited).values(entry_id=None),
        delete(Entry).where(Entry.id.in_(entry_ids)),
    )
    for step in steps:
        db.execute(step.execution_options(policy=True, synchronize_session=False))


def named(sha256: Any) -> ColumnElement[bool]:
    """A condition: does anything name these bytes?"""
    columns = (Attachment.sha256, Account.photo, Workspace.picture)
    found = [exists().where(column == sha256) for column in columns]
    return found[0] | found[1] | found[2]


def let_go(db: Session, storage: Storage) -> int:
    """Remove bytes that nothing names any more; answers how many files that were. For the worker.

    Doing it again changes nothing, so it may be killed between the files and the rows.
    """
    before = clock.now() - GRACE
    waiting = select(Letting.sha256, named(Letting.sha256)).where(Letting.at < before)
    gone = 0
    for sha256, still in db.execute(waiting.execution_options(policy=True)).all():
        if not still:
            gone += storage.drop(sha256, before.timestamp())
    db.execute(delete(Letting).where(Letting.at < before))
    return gone

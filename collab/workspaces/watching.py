"""Watching: who wants to hear what becomes of an entry. Nobody but they themselves learn of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Select, delete, exists
from sqlalchemy.orm import Mapped, Session, mapped_column

from collab import clock
from collab.db import Base
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry, Part, Workspace, part_of_entry


class Watch(Part, Base):
    """Somebody watches the entry, and hears what others do with it after ``since``.

    Whether they may read it is asked whenever something is told: who has lost the right hears nothing.
    """

    __tablename__ = "watch"
    __table_args__ = (part_of_entry(), Index("ix_watch_account", "account_id", "entry_id"))

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    workspace_id: Mapped[int]
    since: Mapped[datetime]


def start(db: Session, viewer: Viewer, entry: Entry) -> None:
    """The viewer hears of changes and comments from now on. Twice changes nothing."""
    access.require(db, viewer, "read", entry)
    if not is_watched(db, viewer, entry):
        db.add(
            Watch(entry_id=entry.id, account_id=viewer.me, workspace_id=entry.workspace_id, since=clock.now())
        )


def stop(db: Session, viewer: Viewer, entry: Entry) -> None:
    """The viewer hears nothing more of it. Twice changes nothing."""
    gone = delete(Watch).where(Watch.entry_id == entry.id, Watch.account_id == viewer.me)
    db.execute(gone.execution_options(policy=True))


def watched(viewer: Viewer, entry: Any = Entry) -> ColumnElement[bool]:
    """A condition on entries, for statements that begin at the policy: the viewer watches it."""
    mine = exists().where(Watch.entry_id == entry.id, Watch.account_id == viewer.me)
    return mine.correlate_except(Watch)


def is_watched(db: Session, viewer: Viewer, entry: Entry) -> bool:
    """Does the viewer watch the entry?"""
    found = access.select_entries(viewer, Entry, Entry.id).where(Entry.id == entry.id, watched(viewer))
    return viewer.signed_in and db.scalar(found) is not None


def listing(viewer: Viewer) -> Select[Any]:
    """Rows of what the viewer watches and may still read, for a page by ``Watch.since``."""
    return (
        access.select_entries(
            viewer,
            Entry,
            Entry.public_id,
            Entry.kind,
            Entry.title,
            Entry.lang,
            Watch.since,
            whereabouts.address(viewer),
            *whereabouts.columns(viewer),
        )
        .join(Watch, Watch.entry_id == Entry.id)
        .join(Workspace, Workspace.id == Entry.workspace_id)
        .where(Watch.account_id == viewer.me)
    )

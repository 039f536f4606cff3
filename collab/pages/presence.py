"""Who is writing in a page right now, so that both see it."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from collab import clock
from collab.pages.models import Editing, Page
from collab.pages.queries import PRESENT
from collab.viewer import Viewer
from collab.workspaces import access

KEPT = timedelta(hours=1)


def note(db: Session, viewer: Viewer, page: Page) -> None:
    """The viewer has the page open for writing. To be said every so often."""
    access.require(db, viewer, "edit", page)
    now = clock.now()
    db.execute(
        delete(Editing)
        .where(Editing.entry_id == page.id, Editing.seen_at < now - KEPT)
        .execution_options(policy=True)
    )
    mine = db.get(Editing, (page.id, viewer.me))
    if mine is None:
        mine = Editing(entry_id=page.id, author_id=viewer.me, workspace_id=page.workspace_id, since=now)
        db.add(mine)
    elif mine.seen_at < now - PRESENT:
        mine.since = now
    mine.seen_at = now


def leave(db: Session, viewer: Viewer, page: Page) -> None:
    """The viewer has saved."""
    db.execute(
        delete(Editing)
        .where(Editing.entry_id == page.id, Editing.author_id == viewer.me)
        .execution_options(policy=True)
    )

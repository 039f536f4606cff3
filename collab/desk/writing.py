"""Putting an entry into a workspace, and changing its words: what kinds with nothing of their own there do."""

from typing import Any

from sqlalchemy.orm import Session

from collab import clock
from collab.comments.mentions import keep_mentions
from collab.viewer import Viewer
from collab.workspaces import entries, kinds
from collab.workspaces.models import Entry, Workspace


def put(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    entry: Entry,
    title: str,
    body: str,
    *,
    guests: bool = False,
) -> None:
    """A new entry, out at once; a guest's, and one that is made with ``guests``, is for guests too."""
    rendered = entries.begin(db, viewer, workspace, entry, title, body)
    kind = kinds.named(entry.kind)
    section = kind.section if kind else entry.kind
    entry.address = f"/w/{workspace.slug}/{section}/{entry.public_id}"
    keep_mentions(db, entry, rendered.mentions)
    if guests:
        entry.guests_from = clock.now()
    entries.publish(db, viewer, entry)


def edit(
    db: Session, viewer: Viewer, entry: Any, title: str, body: str, /, *, base_version: int, note: str = ""
) -> None:
    """As ``Kind.edit`` wants it. Raises Conflict if the entry changed since ``base_version``."""
    rendered = entries.revise(db, viewer, entry, title, body, base_version=base_version, note=note)
    if rendered is not None:
        keep_mentions(db, entry, rendered.mentions)

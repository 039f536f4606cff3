"""Bringing back what an entry said before."""

from sqlalchemy.orm import Session

from collab.comments.mentions import keep_mentions
from collab.viewer import Viewer
from collab.workspaces import access, entries, kinds
from collab.workspaces.models import Entry


def restore(
    db: Session, viewer: Viewer, entry: Entry, title: str, body: str, *, base_version: int, note: str
) -> None:
    """Let an entry say again what it said before, as a new revision that ``note`` explains.

    Raises Forbidden for those who may not edit it, Conflict if it is not of ``base_version`` any
    more. Words that the viewer has not saved yet are kept.
    """
    access.require(db, viewer, "edit", entry)
    unsaved = entries.autosaved(db, viewer, entry)
    kept = (unsaved.title, unsaved.body, unsaved.base_version) if unsaved else None
    kind = kinds.named(entry.kind)
    if kind is not None and kind.edit is not None:
        kind.edit(db, viewer, entry, title, body, base_version=base_version, note=note)
    else:
        rendered = entries.revise(db, viewer, entry, title, body, base_version=base_version, note=note)
        if rendered is not None:
            keep_mentions(db, entry, rendered.mentions)
    if kept:
        db.flush()
        db.expire_all()
        entries.autosave(db, viewer, entry, *kept)

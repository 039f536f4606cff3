"""Keeping unsaved words so that two windows on one draft never overwrite each other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from collab.viewer import Viewer
from collab.workspaces import entries
from collab.workspaces.models import Entry


@dataclass(frozen=True)
class Saved:
    """When words were kept. ``version`` is what the editor has now; None if they lie beside the entry."""

    at: datetime
    version: int | None


def save(db: Session, viewer: Viewer, entry: Entry, title: str, body: str, base_version: int) -> Saved:
    """Keep words: in a draft of the version that the editor read, else beside the entry.

    A draft that changed counts up, so that a second window, which has read the former version,
    is kept beside from then on and sees both texts when it saves.
    """
    before = (entry.title, entry.body)
    read = entry.published_at is None and entries.locked_version(db, viewer, entry) == base_version
    at = entries.autosave(db, viewer, entry, title, body, base_version)
    if not read:
        return Saved(at, None)
    if (entry.title, entry.body) != before:
        entry.version += 1
    return Saved(at, entry.version)

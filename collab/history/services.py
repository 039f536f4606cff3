"""Bringing back what an entry said before."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy.orm import Session

from collab.comments.mentions import keep_mentions
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Entry


class Edit(Protocol):
    """How entries of a kind are changed. Raises Conflict for another ``base_version``."""

    def __call__(
        self,
        db: Session,
        viewer: Viewer,
        entry: Any,
        title: str,
        body: str,
        /,
        *,
        base_version: int,
        note: str,
    ) -> None: ...


@dataclass(frozen=True)
class Ways:
    """What a kind does in its own way: changing its words, and showing former ones as HTML."""

    edit: Edit
    html: Callable[[Session, Any, str], str]


#: kind -> its ways. A kind with ways of its own puts them here; this room knows no kind.
WAYS: dict[str, Ways] = {}


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
    if entry.kind in WAYS:
        WAYS[entry.kind].edit(db, viewer, entry, title, body, base_version=base_version, note=note)
    else:
        rendered = entries.revise(db, viewer, entry, title, body, base_version=base_version, note=note)
        if rendered is not None:
            keep_mentions(db, entry, rendered.mentions)
    if kept:
        db.flush()
        db.expire_all()
        entries.autosave(db, viewer, entry, *kept)

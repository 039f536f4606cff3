"""What stands on the first page of a workspace."""

from typing import Any

from sqlalchemy import exists, select, union_all

from collab.home.models import Pin
from collab.viewer import Viewer
from collab.workspaces import access, kinds, whereabouts
from collab.workspaces.asking import parameter
from collab.workspaces.models import Entry
from collab.workspaces.queries import Rows

PINS, DUE = 12, 8
SHOWN = (Entry.public_id, Entry.kind, Entry.title, Entry.lang, Entry.summary, Entry.due_on)


def board(viewer: Viewer) -> Rows:
    """Rows of what is pinned in the workspace ``place``, in its order, then of what is due, the viewer's own first.

    ``position`` is None for what is not pinned; ``due`` says that it is owed and not yet settled.
    """
    pinned = select(Pin.entry_id).where(Pin.workspace_id == parameter("place"))
    due = _due(viewer).subquery()
    return (
        access.select_entries(
            viewer,
            Entry,
            *SHOWN,
            whereabouts.address(viewer),
            Pin.position,
            _owed().label("due"),
            kinds.own(viewer).label("own"),
        )
        .outerjoin(Pin, Pin.entry_id == Entry.id)
        .where(Entry.id.in_(union_all(pinned, select(due.c.id))), Entry.published_at <= access.NOW)
        .order_by(Pin.position.is_(None), Pin.position, kinds.own(viewer).desc(), Entry.due_on, Entry.id)
    )


def _owed() -> Any:
    return Entry.due_on.is_not(None) & Entry.settled_at.is_(None)


def _due(viewer: Viewer) -> Rows:
    found = access.select_entries(viewer, Entry, Entry.id).where(
        Entry.workspace_id == parameter("place"), _owed(), Entry.published_at <= access.NOW
    )
    return found.order_by(kinds.own(viewer).desc(), Entry.due_on, Entry.id).limit(DUE)


def pins(viewer: Viewer, workspace_id: int) -> Rows:
    """Rows of what is pinned in the workspace, in its order, as far as the viewer may read it."""
    return (
        access.select_entries(viewer, Entry, *SHOWN, whereabouts.address(viewer), Pin.position)
        .join(Pin, Pin.entry_id == Entry.id)
        .where(Pin.workspace_id == workspace_id, access.parts(viewer, Pin))
        .order_by(Pin.position, Pin.id)
    )


def pinnable(viewer: Viewer, workspace_id: int, words: str) -> Rows:
    """Rows of what may be pinned in the workspace, with all of ``words`` in its title, the latest first."""
    query = access.select_entries(viewer, Entry, *SHOWN, whereabouts.address(viewer)).where(
        Entry.workspace_id == workspace_id,
        Entry.published_at <= access.NOW,
        ~exists().where(Pin.entry_id == Entry.id),
    )
    for word in words.split()[:8]:
        query = query.where(Entry.title.icontains(word, autoescape=True))
    return query.order_by(Entry.updated_at.desc(), Entry.id.desc()).limit(20)

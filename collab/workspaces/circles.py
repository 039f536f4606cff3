"""Circles of people and places, put together from the clauses of ``access``: no rule of their own."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.errors import NotFound
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.access import (
    _ROLES,
    NEEDED,
    _memberships,
    somebody,
)
from collab.workspaces.models import BLOG, Entry, Membership, Workspace


def writable(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on ``Workspace``: the viewer may put new entries into it."""
    who = somebody(viewer)
    roles = [role for role, standing in _ROLES.items() if standing >= NEEDED["contribute"]]
    held = _memberships(who, clock.now()).where(Membership.role.in_(roles))
    everybody = and_(who.employee, Workspace.visibility == "open", Workspace.everyone_writes)
    return and_(Workspace.archived_at.is_(None), or_(everybody, Workspace.id.in_(held)))


def places(db: Session, viewer: Viewer, first: int) -> Sequence[Workspace]:
    """The workspaces into which the viewer may put something, the one with this id first."""
    query = select(Workspace).where(access.inside(viewer), writable(viewer), Workspace.slug != BLOG)
    found = db.scalars(query.order_by(Workspace.id != first, Workspace.name, Workspace.id).limit(200))
    return found.all()


def deleted(db: Session, viewer: Viewer, public_id: str) -> Entry:
    """The entry that the viewer deleted, to be restored; NotFound for everybody else.

    Looks past the policy, which hides deleted entries from all: ``entries.restore`` asks it again.
    """
    found = db.scalars(
        select(Entry)
        .where(Entry.public_id == public_id, Entry.deleted_at.is_not(None), Entry.deleted_by_id == viewer.me)
        .execution_options(policy=True)
    ).first()
    if found is None:
        raise NotFound
    return found


def in_trash(db: Session, viewer: Viewer, workspace: Workspace) -> ColumnElement[bool]:
    """A condition on entries of the workspace: deleted, and the viewer, who belongs there, may know of it.

    Owners read all that is published there; others what they deleted themselves, and so have read.
    """
    gone = and_(Entry.deleted_at.is_not(None), Entry.published_at.is_not(None))
    if access.allowed(db, viewer, "manage", workspace):
        return gone
    return and_(gone, Entry.deleted_by_id == viewer.me)

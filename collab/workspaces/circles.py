"""Circles of people and places, put together from the clauses of ``access``: no rule of their own."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, literal, or_, select, true
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account, Firm
from collab.errors import NotFound
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.access import (
    _ROLES,
    NEEDED,
    _anybody,
    _in_place,
    _memberships,
    somebody,
)
from collab.workspaces.models import Entry, Membership, Workspace


@dataclass(frozen=True)
class Audience:
    """How many people read an entry, and how many of them are guests, of which firms."""

    people: int
    guests: int
    firms: tuple[str, ...]


def audience(db: Session, entry: Entry) -> Audience:
    """Who reads the entry now; for a draft, who will once it is published."""
    now = clock.now()
    if entry.published_at is not None and entry.published_at <= now:
        who: ColumnElement[bool] = Account.id.in_(access.readers(entry.id))
    else:
        who = _will_read(entry.workspace_id, with_guests=entry.guests_from is not None)
    return _count(db, who)


def audience_of(db: Session, workspace_id: int) -> Audience:
    """Who would read an internal entry published in the workspace."""
    return _count(db, _will_read(workspace_id, with_guests=False))


def _will_read(workspace_id: int, *, with_guests: bool) -> ColumnElement[bool]:
    now = clock.now()
    who = _anybody(now)
    circle = true() if with_guests else who.employee
    return and_(access.active(now), _in_place(who, now, literal(workspace_id)), circle)


def _count(db: Session, who: ColumnElement[bool]) -> Audience:
    rows = db.execute(
        select(Account.kind, Firm.name, func.count(Account.id))
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(who)
        .group_by(Account.kind, Firm.name)
        .order_by(Firm.name)
        .execution_options(policy=True)
    ).all()
    guests = [row for row in rows if row[0] == "guest"]
    firms = tuple(name for _, name, _ in guests if name)
    return Audience(sum(row[2] for row in rows), sum(row[2] for row in guests), firms)


def writable(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on ``Workspace``: the viewer may put new entries into it."""
    who = somebody(viewer)
    roles = [role for role, standing in _ROLES.items() if standing >= NEEDED["contribute"]]
    held = _memberships(who, clock.now()).where(Membership.role.in_(roles))
    everybody = and_(who.employee, Workspace.visibility == "open", Workspace.everyone_writes)
    return and_(Workspace.archived_at.is_(None), or_(everybody, Workspace.id.in_(held)))


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

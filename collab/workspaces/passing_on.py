"""What becomes of the workspaces of somebody who leaves: a colleague owns those that nobody else owns."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from collab import clock
from collab.auth.models import Account
from collab.errors import NotFound
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Membership, Workspace
from collab.workspaces.queries import current
from collab.workspaces.services import forget_standing, lock, record


def _alone(account_id: int) -> Select[int]:
    """The ids of the workspaces that the account owns and nobody else who can act."""
    other = aliased(Membership)
    now = clock.now()
    others = (
        select(other.id)
        .where(
            other.workspace_id == Membership.workspace_id,
            other.account_id != account_id,
            other.role == "owner",
            current(now, other),
            other.account_id.in_(select(Account.id).where(access.active(now))),
        )
        .correlate(Membership)
    )
    owned = select(Membership.workspace_id).where(
        Membership.account_id == account_id, Membership.role == "owner", current(now)
    )
    return owned.where(~others.exists())


def count(db: Session, viewer: Viewer, account_id: int) -> int:
    """How many workspaces the account alone owns, for administrators: a number, and no names."""
    if not viewer.is_admin:
        raise NotFound
    return db.scalar(select(func.count()).select_from(_alone(account_id).subquery())) or 0


def pass_on(db: Session, viewer: Viewer, account_id: int, heir: Account) -> int:
    """Make ``heir``, an employee who can act, owner of what the account alone owned; answers how many.

    Who owned them contributes from now on. The members see that it happened. For administrators, and
    never to themselves: this gives a right to read.
    """
    if not viewer.is_admin or heir.id == viewer.account_id:
        raise NotFound
    found = db.scalars(select(Workspace).where(Workspace.id.in_(_alone(account_id))).order_by(Workspace.id))
    places = found.all()
    for place in places:
        lock(db, place)
        _own(db, place, heir.id)
        former = db.scalars(
            select(Membership).where(Membership.workspace_id == place.id, Membership.account_id == account_id)
        ).one()
        former.role = "contributor"
        record(db, viewer, place, "workspace.handed_over", heir.id)
    forget_standing(db)
    return len(places)


def _own(db: Session, place: Workspace, account_id: int) -> None:
    held = db.scalar(
        select(Membership).where(Membership.workspace_id == place.id, Membership.account_id == account_id)
    )
    if held is None:
        held = Membership(workspace_id=place.id, account_id=account_id, created_at=clock.now())
        db.add(held)
    held.role, held.ends_at, held.origin = "owner", None, "hand"
    db.flush()

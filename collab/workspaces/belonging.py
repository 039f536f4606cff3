"""Who belongs to a workspace, and as what: joined, asked, added, changed, handed over, left."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth import sponsors
from collab.auth.models import Account
from collab.errors import Forbidden, Invalid, NotFound
from collab.viewer import Viewer
from collab.workspaces import access, group_roles
from collab.workspaces.members import named
from collab.workspaces.models import JoinRequest, Membership, Workspace
from collab.workspaces.queries import current, has_owner
from collab.workspaces.services import forget_standing, lock, record


def join(db: Session, viewer: Viewer, workspace: Workspace) -> None:
    """Become a member of a workspace that one joins freely, as it says; for members nothing happens.

    Only employees join by themselves. Raises NotFound for a workspace that the viewer may not
    know of, Forbidden for one that has to be asked or invites, or that is archived.
    """
    _seen(db, viewer, workspace)
    if _current(db, workspace, viewer.me) is not None:
        return
    if not viewer.is_employee or workspace.joining != "free" or workspace.archived_at is not None:
        raise Forbidden
    _put(db, workspace, viewer.me, workspace.joins_as, None)
    record(db, viewer, workspace, "member.joined", viewer.me)


def ask(db: Session, viewer: Viewer, workspace: Workspace, message: str = "") -> JoinRequest:
    """Ask the owners of a workspace to be let in where that is the way. Asking again replaces the message."""
    _seen(db, viewer, workspace)
    if not viewer.is_employee or workspace.joining != "ask" or workspace.archived_at is not None:
        raise Forbidden
    if _current(db, workspace, viewer.me) is not None:
        raise Invalid({"message": "already_member"})
    lock(db, workspace)
    request = _request_of(db, workspace, viewer.me)
    if request is None:
        request = JoinRequest(workspace_id=workspace.id, account_id=viewer.me, created_at=clock.now())
        db.add(request)
        record(db, viewer, workspace, "member.asked", viewer.me)
    request.message = message
    db.flush()
    return request


def withdraw(db: Session, viewer: Viewer, workspace: Workspace) -> None:
    """Take the viewer's own request back."""
    _seen(db, viewer, workspace)
    if _forget_request(db, workspace, viewer.me):
        record(db, viewer, workspace, "member.request_withdrawn", viewer.me)


def accept(db: Session, viewer: Viewer, workspace: Workspace, request: JoinRequest, role: str) -> Membership:
    """Let somebody in who asked. An owner answers."""
    access.require(db, viewer, "manage", workspace)
    account_id = request.account_id
    account = db.get_one(Account, account_id)
    membership = _add(db, viewer, workspace, account, role, None)
    record(db, viewer, workspace, "member.accepted", account_id, role=role)
    return membership


def decline(db: Session, viewer: Viewer, workspace: Workspace, request: JoinRequest) -> None:
    """Do not let somebody in who asked. An owner answers; asking again stays possible."""
    access.require(db, viewer, "manage", workspace)
    record(db, viewer, workspace, "member.declined", request.account_id)
    db.delete(request)


def request(db: Session, viewer: Viewer, workspace: Workspace, public_id: str) -> JoinRequest:
    """A waiting request, for those who may answer it; else NotFound."""
    found = db.scalar(
        select(JoinRequest).where(
            JoinRequest.workspace_id == workspace.id, JoinRequest.public_id == public_id
        )
    )
    if found is None or not access.allowed(db, viewer, "manage", workspace):
        raise NotFound
    return found


def add(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    name: str,
    role: str = "contributor",
    ends_at: datetime | None = None,
) -> Membership:
    """Make the person with this handle or public id a member, until ``ends_at`` if given.

    Raises Invalid for somebody whom the viewer may not know of or who cannot sign in, for a
    present member, for a guest as owner, and for an end in the past or on an owner.
    """
    access.require(db, viewer, "manage", workspace)
    account = named(db, viewer, name)
    if _current(db, workspace, account.id) is not None:
        raise Invalid({"account": "already_member"})
    membership = _add(db, viewer, workspace, account, role, ends_at)
    record(db, viewer, workspace, "member.added", account.id, role=role)
    return membership


def change(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    membership: Membership,
    role: str,
    ends_at: datetime | None,
) -> None:
    """Give a member another role or end. The last owner stays owner."""
    access.require(db, viewer, "manage", workspace)
    if (membership.role, membership.ends_at) == (role, ends_at):
        return
    account = db.get_one(Account, membership.account_id)
    _fits(account, role, ends_at, was=membership.ends_at)
    if role != "owner":
        _keep_an_owner(db, workspace, membership)
    membership.role, membership.ends_at, membership.origin = role, ends_at, "hand"
    forget_standing(db)
    end = ends_at.isoformat() if ends_at else None
    record(db, viewer, workspace, "member.changed", account.id, role=role, ends_at=end)


def remove(db: Session, viewer: Viewer, workspace: Workspace, membership: Membership) -> None:
    """End a membership: an owner removes anybody, everybody leaves by themselves.

    Raises Invalid for the last owner, and for a membership that a group gives: it would come back.
    """
    own = viewer.signed_in and membership.account_id == viewer.me
    if not own:
        access.require(db, viewer, "manage", workspace)
    if group_roles.by_group(db, membership):
        raise Invalid({"": "member_by_group"})
    _keep_an_owner(db, workspace, membership)
    kind = "member.left" if own else "member.removed"
    record(db, viewer, workspace, kind, membership.account_id)
    db.delete(membership)
    db.flush()
    forget_standing(db)


def leave(db: Session, viewer: Viewer, workspace: Workspace) -> None:
    """End the viewer's own membership. Raises Invalid for the last owner."""
    membership = _current(db, workspace, viewer.me)
    if membership is None:
        raise NotFound
    remove(db, viewer, workspace, membership)


def hand_over(db: Session, viewer: Viewer, workspace: Workspace, name: str) -> None:
    """Make another employee owner, and step down to contributor."""
    access.require(db, viewer, "manage", workspace)
    account = named(db, viewer, name)
    if account.id == viewer.me:
        raise Invalid({"account": "not_valid"})
    lock(db, workspace)
    _fits(account, "owner", None)
    _put(db, workspace, account.id, "owner", None)
    own = _current(db, workspace, viewer.me)
    if own is not None:
        own.role = "contributor"
    forget_standing(db)
    record(db, viewer, workspace, "workspace.handed_over", account.id)


def take_over(db: Session, viewer: Viewer, workspace: Workspace) -> None:
    """Let a member who is employed, or an administrator, own a workspace whose owners are all gone.

    This is the one way in which administration leads into a workspace; its members see it. Raises
    NotFound for others, Forbidden while somebody owns it.
    """
    member = viewer.is_employee and _current(db, workspace, viewer.me) is not None
    if not (member or viewer.is_admin):
        raise NotFound
    lock(db, workspace)
    if db.scalar(select(Workspace.id).where(Workspace.id == workspace.id, has_owner(clock.now()))):
        raise Forbidden
    _put(db, workspace, viewer.me, "owner", None)
    record(db, viewer, workspace, "workspace.taken_over", viewer.me, member=member)


# Inside -------------------------------------------------------------------------------------


def _seen(db: Session, viewer: Viewer, workspace: Workspace) -> None:
    seen = select(Workspace.id).where(Workspace.id == workspace.id, access.workspaces(viewer))
    if db.scalar(seen) is None:
        raise NotFound


def _current(db: Session, workspace: Workspace, account_id: int) -> Membership | None:
    return db.scalar(
        select(Membership).where(
            Membership.workspace_id == workspace.id,
            Membership.account_id == account_id,
            current(clock.now()),
        )
    )


def _request_of(db: Session, workspace: Workspace, account_id: int) -> JoinRequest | None:
    return db.scalar(
        select(JoinRequest).where(
            JoinRequest.workspace_id == workspace.id, JoinRequest.account_id == account_id
        )
    )


def _forget_request(db: Session, workspace: Workspace, account_id: int) -> bool:
    found = db.execute(
        delete(JoinRequest).where(
            JoinRequest.workspace_id == workspace.id, JoinRequest.account_id == account_id
        )
    )
    return bool(found.rowcount)  # type: ignore[attr-defined]


def _add(
    db: Session, viewer: Viewer, workspace: Workspace, account: Account, role: str, ends_at: datetime | None
) -> Membership:
    _fits(account, role, ends_at)
    sponsors.answer_for(viewer, account)
    return _put(db, workspace, account.id, role, ends_at)


def _fits(account: Account, role: str, ends_at: datetime | None, was: datetime | None = None) -> None:
    if role == "owner" and account.kind == "guest":
        raise Invalid({"role": "guests_cannot_own"})
    if role == "owner" and ends_at is not None:
        raise Invalid({"ends_at": "owners_have_no_end"})
    if ends_at is not None and ends_at <= clock.now() and ends_at != was:
        raise Invalid({"ends_at": "end_in_past"})


def _put(
    db: Session, workspace: Workspace, account_id: int, role: str, ends_at: datetime | None
) -> Membership:
    """Write the membership, over a former one if there is; a waiting request is answered by it."""
    membership = db.scalar(
        select(Membership).where(Membership.workspace_id == workspace.id, Membership.account_id == account_id)
    )
    if membership is None:
        membership = Membership(workspace_id=workspace.id, account_id=account_id, created_at=clock.now())
        db.add(membership)
    elif membership.ends_at is not None and membership.ends_at <= clock.now():
        membership.created_at = clock.now()
    membership.role, membership.ends_at, membership.origin = role, ends_at, "hand"
    _forget_request(db, workspace, account_id)
    db.flush()
    forget_standing(db)
    return membership


def _keep_an_owner(db: Session, workspace: Workspace, membership: Membership) -> None:
    """Raise Invalid if this is the last owner who can act."""
    if membership.role != "owner":
        return
    lock(db, workspace)
    now = clock.now()
    others = select(Membership.id).where(
        Membership.workspace_id == workspace.id,
        Membership.id != membership.id,
        Membership.role == "owner",
        current(now),
        Membership.account_id.in_(select(Account.id).where(access.active(now))),
    )
    if db.scalar(others.limit(1)) is None:
        raise Invalid({"role": "last_owner"})

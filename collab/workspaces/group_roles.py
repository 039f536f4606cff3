"""Groups with a role in a workspace: given, taken, and kept up with who is in the groups."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account, Group, GroupMember
from collab.auth.providers.models import SignInProvider
from collab.errors import Invalid, NotFound
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces import access
from collab.workspaces.models import GroupRole, Membership, Workspace
from collab.workspaces.queries import Rows
from collab.workspaces.services import forget_standing, record

#: The better of two roles that two groups give.
_RANKS = {"reader": 1, "contributor": 2}
Pair = tuple[int, int]


def _counted() -> Rows:
    """Rows (public_id, name, company, people, guests) of groups. ``company``: the provider's label."""
    people = func.count(GroupMember.account_id)
    guests = func.count(Account.id).filter(Account.kind == "guest")
    return (
        select(
            Group.id,
            Group.public_id,
            Group.name,
            Group.managed_by,
            SignInProvider.label.label("company"),
            people.label("people"),
            guests.label("guests"),
        )
        .outerjoin(GroupMember, GroupMember.group_id == Group.id)
        .outerjoin(Account, Account.id == GroupMember.account_id)
        .outerjoin(SignInProvider, Group.managed_by == literal("provider:").concat(SignInProvider.name))
        .group_by(Group.id, SignInProvider.label)
        .order_by(func.lower(Group.name), Group.id)
    )


def overview(db: Session, viewer: Viewer, workspace: Workspace) -> tuple[list[Any], list[Any]]:
    """For those who manage the workspace: rows of the groups that have a role here, with ``role``, and
    rows of the groups with somebody in them that could be given one.
    """
    access.require(db, viewer, "manage", workspace)
    here = GroupRole.workspace_id == workspace.id
    given = (
        _counted()
        .add_columns(GroupRole.role)
        .join(GroupRole, GroupRole.group_id == Group.id)
        .where(here)
        .group_by(GroupRole.role)
    )
    choice = (
        _counted()
        .where(Group.id.not_in(select(GroupRole.group_id).where(here)))
        .having(func.count(GroupMember.account_id) > 0)
        .limit(500)
    )
    return list(db.execute(given)), list(db.execute(choice))


def give(db: Session, viewer: Viewer, workspace: Workspace, group_id: str, role: str) -> None:
    """Everybody in the group has this role here, now and whoever comes into it later.

    Who is a member by hand keeps the role they have. Giving the same again changes nothing.
    """
    access.require(db, viewer, "manage", workspace)
    group = _group(db, group_id)
    if role not in _RANKS:
        raise Invalid({"role": "not_a_choice"}, expected=", ".join(_RANKS))
    kept = db.get(GroupRole, (workspace.id, group.id))
    if kept is None:
        kept = GroupRole(workspace_id=workspace.id, group_id=group.id, role=role, created_at=clock.now())
        db.add(kept)
    elif kept.role == role:
        return
    kept.role = role
    record(db, viewer, workspace, "workspace.group_added", group=group.id, name=group.name, role=role)
    _sync(db, GroupRole.workspace_id == workspace.id, Membership.workspace_id == workspace.id)


def take(db: Session, viewer: Viewer, workspace: Workspace, group_id: str) -> None:
    """The group has no role here any more; who was a member by it alone is none. Repeatable."""
    access.require(db, viewer, "manage", workspace)
    group = _group(db, group_id)
    kept = db.get(GroupRole, (workspace.id, group.id))
    if kept is None:
        return
    db.delete(kept)
    record(db, viewer, workspace, "workspace.group_removed", group=group.id, name=group.name)
    db.flush()
    _sync(db, GroupRole.workspace_id == workspace.id, Membership.workspace_id == workspace.id)


def _group(db: Session, public_id: str) -> Group:
    found = db.scalar(select(Group).where(Group.public_id == public_id))
    if found is None:
        raise NotFound
    return found


# Keeping up -----------------------------------------------------------------------------------


def sync_accounts(db: Session, account_ids: Collection[int]) -> None:
    """Bring the memberships that groups give these accounts to what their groups are now."""
    for start in range(0, len(ids := sorted(account_ids)), 500):
        some = ids[start : start + 500]
        _sync(db, GroupMember.account_id.in_(some), Membership.account_id.in_(some))


def _sync(db: Session, asked: ColumnElement[bool], kept: ColumnElement[bool]) -> None:
    """Make the memberships by groups among ``kept`` what the roles among ``asked`` say. Idempotent.

    What was given by hand is left alone, unless it has ended: then the groups decide.
    """
    wanted = _wanted(db, asked)
    now = clock.now()
    for membership in db.scalars(select(Membership).where(kept).with_for_update()):
        role = wanted.pop((membership.workspace_id, membership.account_id), None)
        if membership.origin == "hand" and (membership.ends_at is None or membership.ends_at > now):
            continue
        _settle(db, membership, role)
    for (workspace_id, account_id), role in wanted.items():
        db.add(
            Membership(
                workspace_id=workspace_id, account_id=account_id, role=role, origin="groups", created_at=now
            )
        )
        _tell(db, workspace_id, account_id, "member.added", role)
    db.flush()
    forget_standing(db)


def _wanted(db: Session, asked: ColumnElement[bool]) -> dict[Pair, str]:
    """(workspace, account) -> the best role that a group gives."""
    query = (
        select(GroupRole.workspace_id, GroupMember.account_id, GroupRole.role)
        .join(GroupMember, GroupMember.group_id == GroupRole.group_id)
        .where(asked)
    )
    found: dict[Pair, str] = {}
    for workspace_id, account_id, role in db.execute(query):
        pair = (workspace_id, account_id)
        found[pair] = max(role, found.get(pair, role), key=_RANKS.__getitem__)
    return found


def _settle(db: Session, membership: Membership, role: str | None) -> None:
    place, who = membership.workspace_id, membership.account_id
    if role is None:
        if membership.origin == "groups":
            db.delete(membership)
            _tell(db, place, who, "member.removed", membership.role)
    elif (membership.origin, membership.role) != ("groups", role):
        membership.origin, membership.role, membership.ends_at = "groups", role, None
        _tell(db, place, who, "member.changed", role)


def _tell(db: Session, workspace_id: int, account_id: int, kind: str, role: str) -> None:
    workspace = db.get_one(Workspace, workspace_id)
    record(db, ANONYMOUS, workspace, kind, account_id, role=role, by="groups")


def by_group(db: Session, membership: Membership) -> bool:
    """Does a group give this membership now, so that taking it away would not last?"""
    if membership.origin != "groups":
        return False
    giving = (
        select(GroupRole.group_id)
        .join(GroupMember, GroupMember.group_id == GroupRole.group_id)
        .where(GroupRole.workspace_id == membership.workspace_id)
        .where(GroupMember.account_id == membership.account_id)
    )
    return db.scalar(giving.limit(1)) is not None

"""Groups as administrators see them: all of them, and those kept here by hand to change."""

from typing import Any

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.orm import Session

from collab import activity
from collab.admin.queries import may_manage
from collab.auth import groups as rules
from collab.auth.models import Account, Group, GroupMember
from collab.auth.services import email_key
from collab.errors import Forbidden, Invalid, NotFound
from collab.viewer import Viewer
from collab.web.paging import Page, page
from collab.workspaces import access
from collab.workspaces.models import GroupRole, Workspace

Rows = Select[*tuple[Any, ...]]
GROUP_ID: Any = Group.__table__.c.id
ACCOUNT_ID: Any = Account.__table__.c.id


def listing(db: Session, viewer: Viewer, words: str, cursor: str | None, limit: int) -> Page[Any]:
    """One page of rows (public_id, name, managed_by, members, roles) of the groups."""
    members = select(func.count()).where(GroupMember.group_id == Group.id).correlate(Group)
    query = select(
        Group.public_id, Group.name, Group.managed_by, members.scalar_subquery().label("members")
    ).where(may_manage(viewer))
    for word in words.split()[:8]:
        query = query.where(Group.name.icontains(word, autoescape=True))
    return page(db, query, Group.name, GROUP_ID, cursor=cursor, limit=limit, descending=False)


def get(db: Session, viewer: Viewer, public_id: str) -> Group:
    """The group; NotFound if there is none, and for everybody but administrators."""
    found = db.scalar(select(Group).where(Group.public_id == public_id, may_manage(viewer)))
    if found is None:
        raise NotFound
    return found


def members(db: Session, group: Group, cursor: str | None, limit: int) -> Page[Any]:
    """One page of who is in the group."""
    query: Any = (
        select(Account.public_id, Account.name, Account.handle, Account.photo, Account.kind, Account.email)
        .join(GroupMember, GroupMember.account_id == Account.id)
        .where(GroupMember.group_id == group.id)
    )
    return page(db, query, Account.name, ACCOUNT_ID, cursor=cursor, limit=limit, descending=False)


def roles(db: Session, viewer: Viewer, group: Group) -> list[Any]:
    """Rows (slug, name, role) of the workspaces in which the group has a role and that the viewer may know."""
    query = (
        select(Workspace.slug, Workspace.name, GroupRole.role)
        .join(Workspace, Workspace.id == GroupRole.workspace_id)
        .where(GroupRole.group_id == group.id, access.workspaces(viewer))
        .order_by(Workspace.name, Workspace.id)
        .execution_options(policy=True)
    )
    return list(db.execute(query))


def _own(viewer: Viewer, group: Group) -> Group:
    """Raise Forbidden for a group that somebody else keeps."""
    if not viewer.is_admin:
        raise NotFound
    if group.managed_by != "local":
        raise Forbidden
    return group


def rename(db: Session, viewer: Viewer, group: Group, name: str) -> None:
    """Another name for a group that is kept here."""
    rules.rename(db, viewer, _own(viewer, group), name)


def add(db: Session, viewer: Viewer, group: Group, who: str) -> Account:
    """Put somebody (handle, id or address) into a group that is kept here."""
    wanted = who.strip().removeprefix("@")
    found = db.scalar(
        select(Account).where(
            or_(
                Account.handle == wanted, Account.public_id == wanted, Account.email_key == email_key(wanted)
            ),
            Account.kind != "visitor",
        )
    )
    if found is None:
        raise Invalid({"account": "unknown_people"}, names=wanted or "@")
    rules.add(db, viewer, _own(viewer, group), found.id)
    return found


def remove(db: Session, viewer: Viewer, group: Group, public_id: str) -> Account:
    """Take somebody out of a group that is kept here. NotFound for who is nobody."""
    found = db.scalar(select(Account).where(Account.public_id == public_id))
    if found is None:
        raise NotFound
    rules.remove(db, viewer, _own(viewer, group), found.id)
    return found


def dissolve(db: Session, viewer: Viewer, group: Group) -> None:
    """The group is no more; who belonged to a workspace by it alone no longer does."""
    rules.set_members(db, viewer, _own(viewer, group), ())
    db.execute(delete(GroupRole).where(GroupRole.group_id == group.id))
    activity.record(db, "group.deleted", viewer, group=group.id, name=group.name)
    db.delete(group)
    db.flush()

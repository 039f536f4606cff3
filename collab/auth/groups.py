"""Groups of accounts. Each is kept by one hand (``managed_by``), and each change is an event.

What follows from being in a group (roles in workspaces) is done by listeners of ``group.changed``,
which look at the rows as they are: the event tells which group and which accounts to look at.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.auth.models import Account, Group, GroupMember
from collab.errors import Conflict, Invalid
from collab.viewer import Viewer

LONGEST = 200
#: More names than a person can reasonably be in; the rest of such a list is not believed.
MOST = 1000


def create(db: Session, viewer: Viewer, name: str, managed_by: str = "local") -> Group:
    """A new group without members. Raises Invalid for a missing name and one that its keeper uses."""
    name = _named(name)
    if _find(db, [name], managed_by):
        raise Invalid({"name": "taken"})
    return _make(db, viewer, name, managed_by)


def rename(db: Session, viewer: Viewer, group: Group, name: str) -> None:
    """Another name; members and roles stay. Raises Invalid as ``create`` does."""
    name = _named(name)
    if name == group.name:
        return
    if _find(db, [name], group.managed_by):
        raise Invalid({"name": "taken"})
    group.name = name
    _changed(db, viewer, group, (), ())


def set_members(db: Session, viewer: Viewer, group: Group, account_ids: Iterable[int]) -> None:
    """Exactly these accounts are in the group. Raises Conflict for an account that there is not."""
    wanted, present = set(account_ids), members(db, group)
    added = wanted - present
    if added - set(db.scalars(select(Account.id).where(Account.id.in_(added)))):
        raise Conflict
    _apply(db, viewer, group, added, present - wanted)


def add(db: Session, viewer: Viewer, group: Group, account_id: int) -> None:
    """The account is in the group. Repeatable."""
    if db.get(GroupMember, (group.id, account_id)) is None:
        _apply(db, viewer, group, {account_id}, set())


def remove(db: Session, viewer: Viewer, group: Group, account_id: int) -> None:
    """The account is not in the group. Repeatable."""
    if db.get(GroupMember, (group.id, account_id)) is not None:
        _apply(db, viewer, group, set(), {account_id})


def set_groups_of(
    db: Session, viewer: Viewer, account: Account, names: Sequence[str], managed_by: str
) -> None:
    """Of the groups that ``managed_by`` keeps, the account is in exactly these; new ones are made.

    Groups of other keepers are left alone.
    """
    wanted = {name[:LONGEST] for given in names[:MOST] if (name := text.clean_line(given))}
    mine = select(Group).join(GroupMember, GroupMember.group_id == Group.id)
    present = {
        group.name: group
        for group in db.scalars(
            mine.where(GroupMember.account_id == account.id, Group.managed_by == managed_by)
        )
    }
    known = _find(db, wanted - present.keys(), managed_by)
    for name in sorted(wanted - present.keys()):
        group = known.get(name) or _make(db, viewer, name, managed_by)
        _apply(db, viewer, group, {account.id}, set())
    for name in sorted(present.keys() - wanted):
        _apply(db, viewer, present[name], set(), {account.id})


def members(db: Session, group: Group) -> set[int]:
    """The ids of the accounts in the group."""
    return set(db.scalars(select(GroupMember.account_id).where(GroupMember.group_id == group.id)))


# Inside -------------------------------------------------------------------------------------


def _named(name: str) -> str:
    name = text.clean_line(name)
    if not name:
        raise Invalid({"name": "required"})
    if len(name) > LONGEST:
        raise Invalid({"name": "too_long"}, max=LONGEST)
    return name


def _find(db: Session, names: Iterable[str], managed_by: str) -> dict[str, Group]:
    query = select(Group).where(Group.managed_by == managed_by, Group.name.in_(list(names)))
    return {group.name: group for group in db.scalars(query)}


def _make(db: Session, viewer: Viewer, name: str, managed_by: str) -> Group:
    group = Group(name=name, managed_by=managed_by, created_at=clock.now())
    db.add(group)
    db.flush()
    activity.record(db, "group.created", viewer, group=group.id, name=name, managed_by=managed_by)
    return group


def _apply(db: Session, viewer: Viewer, group: Group, added: set[int], removed: set[int]) -> None:
    if not added and not removed:
        return
    db.add_all(GroupMember(group_id=group.id, account_id=account_id) for account_id in sorted(added))
    if removed:
        db.execute(
            delete(GroupMember).where(GroupMember.group_id == group.id, GroupMember.account_id.in_(removed))
        )
    db.flush()
    _changed(db, viewer, group, added, removed)


def _changed(db: Session, viewer: Viewer, group: Group, added: Iterable[int], removed: Iterable[int]) -> None:
    """Tell which accounts are to be looked at; the one that it concerns is the event's subject."""
    added, removed = sorted(added), sorted(removed)
    concerned = [*added, *removed]
    activity.record(
        db,
        "group.changed",
        viewer,
        subject_id=concerned[0] if len(concerned) == 1 else None,
        group=group.id,
        name=group.name,
        managed_by=group.managed_by,
        added=added,
        removed=removed,
    )

"""What the directory does with groups. Their members are people whom it keeps."""

from typing import Any

from scim2_models import InvalidValueException, Path, UniquenessException, default_comparison_key
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from collab import clock, text
from collab.auth import groups
from collab.auth.directory import ScimLink
from collab.auth.models import Group
from collab.scim import membership
from collab.scim.schemas import Group as Resource
from collab.viewer import Viewer

KEEPER = "scim"
LONGEST_NAME = 200
MOST_MEMBERS = 20_000
_NAME = Path[Resource]("displayName").resolve()


def folded(name: str) -> str:
    """The form in which two spellings of a group's name are equal."""
    return default_comparison_key(_NAME, name)


def create(db: Session, viewer: Viewer, wanted: Any) -> ScimLink:
    """A group of the directory. Raises UniquenessException for a name that it uses already."""
    name = _checked_name(db, wanted.display_name, 0)
    group = db.scalar(select(Group).where(Group.name == name, Group.managed_by == KEEPER))
    if group is None:
        group = groups.create(db, viewer, name, KEEPER)
    now = clock.now()
    link = ScimLink(
        group_id=group.id, name=name, name_key=folded(name), attributes={}, created_at=now, changed_at=now
    )
    _keep(link, wanted)
    db.add(link)
    db.flush()
    _set_members(db, viewer, group, wanted)
    return link


def change(db: Session, viewer: Viewer, link: ScimLink, wanted: Any) -> None:
    """Make the group what ``wanted`` says. Raises as ``create`` does."""
    group = db.get_one(Group, link.group_id)
    named = _set_name(db, viewer, link, group, wanted)
    if _set_members(db, viewer, group, wanted) or named:
        _touch(link)


def patch(db: Session, viewer: Viewer, link: ScimLink, asked: Any) -> bool:
    """Carry out a PATCH without reading all members, as directories send it for large groups.

    Answers False, having done nothing, for one about members that is not among ``membership.steps``:
    that takes the whole resource. Raises as ``create`` does.
    """
    steps, rest = membership.steps(asked.operations)
    if steps is None:
        return False
    group = db.get_one(Group, link.group_id)
    wanted = Resource(id=link.public_id, display_name=group.name, external_id=link.external_id)
    if rest:
        asked.model_copy(update={"operations": rest}).patch(wanted)
    named = _set_name(db, viewer, link, group, wanted)
    present = groups.members(db, group)
    known = _accounts(db, {name for step in steps for name in step.names})
    for step in steps:
        if step.how != "remove" and set(step.names) - known.keys():
            raise InvalidValueException(detail="There is no person with one of these ids")
        ids = {known[name] for name in step.names if name in known}
        present = ids if step.how == "replace" else present | ids if step.how == "add" else present - ids
    if _put(db, viewer, group, present) or named:
        _touch(link)
    return True


def let_go(db: Session, viewer: Viewer, link: ScimLink) -> None:
    """The directory deletes the group: nobody is in it any more."""
    group = db.get_one(Group, link.group_id)
    _touch_people(db, groups.members(db, group))
    groups.set_members(db, viewer, group, ())
    link.deleted_at = clock.now()


def _checked_name(db: Session, name: str | None, but: int) -> str:
    name = text.clean_line(name or "")
    if not name or len(name) > LONGEST_NAME:
        raise InvalidValueException(detail=f"A displayName has 1 to {LONGEST_NAME} characters")
    same = select(ScimLink.id).where(
        ScimLink.name_key == folded(name),
        ScimLink.group_id.is_not(None),
        ScimLink.deleted_at.is_(None),
        ScimLink.id != but,
    )
    if db.scalar(same):
        raise UniquenessException(detail="This displayName is in use")
    return name


def _set_name(db: Session, viewer: Viewer, link: ScimLink, group: Group, wanted: Any) -> bool:
    name = _checked_name(db, wanted.display_name, link.id)
    state = (link.name, link.external_id)
    if name != group.name:
        groups.rename(db, viewer, group, name)
        _touch_people(db, groups.members(db, group))
    link.name, link.name_key = name, folded(name)
    _keep(link, wanted)
    return (link.name, link.external_id) != state


def _touch(link: ScimLink) -> None:
    link.version += 1
    link.changed_at = clock.now()


def _keep(link: ScimLink, wanted: Any) -> None:
    if len(wanted.external_id or "") > LONGEST_NAME:
        raise InvalidValueException(detail=f"An externalId has at most {LONGEST_NAME} characters")
    link.external_id = wanted.external_id or None


def _set_members(db: Session, viewer: Viewer, group: Group, wanted: Any) -> bool:
    """Exactly the people whom ``wanted`` names are members. Answers whether anything changed."""
    names = {member.value for member in wanted.members or ()}
    if None in names or "" in names:
        raise InvalidValueException(detail="A member is named by its value")
    known = _accounts(db, names)
    if names - known.keys():
        raise InvalidValueException(detail="There is no person with one of these ids")
    return _put(db, viewer, group, set(known.values()))


def _accounts(db: Session, names: set[str]) -> dict[str, int]:
    """SCIM id -> account of the people whom the directory keeps, of these."""
    if len(names) > MOST_MEMBERS:
        raise InvalidValueException(detail=f"At most {MOST_MEMBERS} members in one request")
    query = select(ScimLink.public_id, ScimLink.account_id).where(
        ScimLink.public_id.in_(names), ScimLink.account_id.is_not(None), ScimLink.deleted_at.is_(None)
    )
    return {row.public_id: row.account_id for row in db.execute(query)}


def _put(db: Session, viewer: Viewer, group: Group, after: set[int]) -> bool:
    before = groups.members(db, group)
    groups.set_members(db, viewer, group, after)
    _touch_people(db, before ^ after)
    return before != after


def _touch_people(db: Session, account_ids: set[int]) -> None:
    """What a person's resource says of groups is another thing now: so is its version."""
    if not account_ids:
        return
    db.execute(
        update(ScimLink)
        .where(ScimLink.account_id.in_(account_ids), ScimLink.deleted_at.is_(None))
        .values(version=ScimLink.version + 1)
        .execution_options(synchronize_session=False)
    )

"""What the directory does with groups. Their members are people whom it keeps."""

from typing import Any

from scim2_models import InvalidValueException, Path, UniquenessException, default_comparison_key
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from collab import clock, text
from collab.auth import groups
from collab.auth.directory import ScimLink
from collab.auth.models import Group
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
    name = _checked_name(db, wanted.display_name, link.id)
    group = db.get_one(Group, link.group_id)
    state = (link.name, link.external_id)
    if name != group.name:
        groups.rename(db, viewer, group, name)
        _touch_people(db, groups.members(db, group))
    link.name, link.name_key = name, folded(name)
    _keep(link, wanted)
    if _set_members(db, viewer, group, wanted) or (link.name, link.external_id) != state:
        link.version += 1
        link.changed_at = clock.now()


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


def _keep(link: ScimLink, wanted: Any) -> None:
    if len(wanted.external_id or "") > LONGEST_NAME:
        raise InvalidValueException(detail=f"An externalId has at most {LONGEST_NAME} characters")
    link.external_id = wanted.external_id or None


def _set_members(db: Session, viewer: Viewer, group: Group, wanted: Any) -> bool:
    """Exactly the people whom ``wanted`` names are members. Answers whether anything changed."""
    if len(wanted.members or ()) > MOST_MEMBERS:
        raise InvalidValueException(detail=f"A group has at most {MOST_MEMBERS} members")
    ids = {member.value for member in wanted.members or () if member.value}
    if len(ids) != len({member.value for member in wanted.members or ()}):
        raise InvalidValueException(detail="A member is named by its value")
    query = select(ScimLink.public_id, ScimLink.account_id).where(
        ScimLink.public_id.in_(ids), ScimLink.account_id.is_not(None), ScimLink.deleted_at.is_(None)
    )
    known = {row.public_id: row.account_id for row in db.execute(query)}
    if ids - known.keys():
        raise InvalidValueException(detail=f"There is no person {sorted(ids - known.keys())[0]!r}")
    before, after = groups.members(db, group), {one for one in known.values() if one is not None}
    groups.set_members(db, viewer, group, after)
    _touch_people(db, before ^ after)
    return before != after


def _touch_people(db: Session, account_ids: set[int]) -> None:
    """What a person's resource says of groups is another thing now: so is its version."""
    db.execute(
        update(ScimLink)
        .where(ScimLink.account_id.in_(account_ids), ScimLink.deleted_at.is_(None))
        .values(version=ScimLink.version + 1)
        .execution_options(synchronize_session=False)
    )

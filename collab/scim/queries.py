"""People and groups as the directory sees them: those that it keeps, and nobody else.

Guests, imported people and accounts that were made by hand are not there for it: it cannot list,
find or count them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from scim2_models import InvalidFilterException, Resource, ResponseParameters, SearchRequest, TooManyException
from sqlalchemy import Row, Select, func, literal, select
from sqlalchemy.orm import Session, aliased

from collab.auth.directory import ScimLink
from collab.auth.models import Account, Group, GroupMember
from collab.errors import NotFound
from collab.scim import schemas
from collab.scim.filters import proposal
from collab.scim.schemas import MOST, POLICY, Person
from collab.viewer import Viewer

Kind = Literal["User", "Group"]
MODELS: dict[Kind, type[Resource[Any]]] = {"User": Person, "Group": schemas.Group}
PAGE = 100
LONGEST_FILTER = 4000
#: How many resources are looked at one by one for one answer (RFC 7644, 3.12: ``tooMany``).
MOST_LOOKED_AT = 2000
#: What can be put in order by the database; everything else is read and put in order here.
ORDERS: dict[tuple[Kind, str], Any] = {
    ("User", "user_name"): ScimLink.name_key,
    ("Group", "display_name"): ScimLink.name_key,
    ("User", "meta.created"): ScimLink.created_at,
    ("Group", "meta.created"): ScimLink.created_at,
    ("User", "meta.last_modified"): ScimLink.changed_at,
    ("Group", "meta.last_modified"): ScimLink.changed_at,
}
Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Found:
    """One page of what was asked for, and how much there is in all (RFC 7644, 3.4.2)."""

    total: int
    start: int
    resources: list[Resource[Any]]


def rows(viewer: Viewer, kind: Kind) -> Rows:
    """Rows (``ScimLink``, what is told beside it) of all that the directory keeps."""
    live = (ScimLink.deleted_at.is_(None), literal(viewer.is_admin))
    if kind == "User":
        told = Account.status.label("told")
        query = select(ScimLink, told).join(Account, Account.id == ScimLink.account_id)
        return query.where(*live, Account.kind == "employee")
    return select(ScimLink, Group.name.label("told")).join(Group, Group.id == ScimLink.group_id).where(*live)


def link(
    db: Session, viewer: Viewer, kind: Kind, public_id: str, *, to_change: bool = False
) -> tuple[ScimLink, str]:
    """The link with this SCIM id, and its version; NotFound for what the directory does not keep."""
    query = rows(viewer, kind).where(ScimLink.public_id == public_id)
    found = db.execute(query.with_for_update(of=ScimLink) if to_change else query).first()
    if found is None:
        raise NotFound
    return found[0], _version(found[0], kind, found.told)


def resource(db: Session, viewer: Viewer, kind: Kind, one: ScimLink, base: str, beside: bool = True) -> Any:
    """The resource that a link stands for; without members or groups if not ``beside``."""
    found = db.execute(rows(viewer, kind).where(ScimLink.id == one.id)).one()
    return _resources(db, kind, [found], base, beside)[0]


def search(db: Session, viewer: Viewer, kind: Kind, wanted: SearchRequest[Any], base: str) -> Found:
    """What fits the request. Four statements at most, however many people there are."""
    if wanted.filter is not None and len(wanted.filter) > LONGEST_FILTER:
        raise InvalidFilterException(detail=f"A filter has at most {LONGEST_FILTER} characters")
    start = min(wanted.start_index or 1, 1 << 40)
    count = min(PAGE if wanted.count is None else wanted.count, MOST)
    asked = proposal(wanted.filter)
    query = rows(viewer, kind).where(asked.condition)
    order = _order(kind, wanted)
    if asked.exact and order is not None:
        total = db.scalar(query.with_only_columns(func.count(), maintain_column_froms=True)) or 0
        page = db.execute(query.order_by(*order).offset(start - 1).limit(count)).all() if count else []
    else:
        fitting = _fitting(db, kind, query, wanted, base)
        total, page = len(fitting), fitting[start - 1 :][:count]
    return Found(total, start, _resources(db, kind, page, base, beside(wanted)))


def search_all(db: Session, viewer: Viewer, wanted: dict[Kind, SearchRequest[Any]], base: str) -> Found:
    """What fits of every kind, one kind after the other."""
    first = next(iter(wanted.values()))
    start, count = (
        min(first.start_index or 1, 1 << 40),
        min(PAGE if first.count is None else first.count, MOST),
    )
    total = 0
    found: list[Resource[Any]] = []
    for kind, one in wanted.items():
        part = one.model_copy(
            update={"start_index": max(1, start - total), "count": max(0, count - len(found))}
        )
        answer = search(db, viewer, kind, part, base)
        total += answer.total
        found += answer.resources
    return Found(total, start, found)


def _order(kind: Kind, wanted: SearchRequest[Any]) -> list[Any] | None:
    bound = wanted.sort_binding(MODELS[kind])
    if bound is None:
        return [ScimLink.id]
    name = f"{bound.field_name}.{bound.sub_field_name}" if bound.sub_field_name else bound.field_name
    column = ORDERS.get((kind, name))
    if column is None:
        return None
    down = wanted.sort_order == SearchRequest.SortOrder.descending
    return [column.desc() if down else column, ScimLink.id]


def _fitting(db: Session, kind: Kind, query: Rows, wanted: SearchRequest[Any], base: str) -> list[Row[Any]]:
    """The rows of ``query`` that fit, in the order that is wanted: each is looked at."""
    words = f"{wanted.filter} {wanted.sort_by}".lower()
    all_of_it = "groups" in words or "members" in words
    found: list[tuple[Any, Row[Any]]] = []
    proposed = db.execute(query.order_by(ScimLink.id).limit(MOST_LOOKED_AT + 1)).all()
    if len(proposed) > MOST_LOOKED_AT:
        raise TooManyException(detail="Too many would have to be looked at: filter by userName, externalId …")
    for row, one in zip(proposed, _resources(db, kind, proposed, base, all_of_it), strict=True):
        if wanted.filter is None or wanted.filter.match(one):
            found.append((wanted.sort_value(one), row))
    if wanted.sort_by is not None:
        down = wanted.sort_order == SearchRequest.SortOrder.descending
        found.sort(key=lambda pair: (pair[0] is None, "" if pair[0] is None else pair[0]), reverse=down)
    return [row for _, row in found]


def beside(wanted: ResponseParameters[Any]) -> bool:
    """Are the groups of people, or the members of groups, among what is to be told?"""
    names = {str(path).lower().rpartition(":")[2] for path in wanted.excluded_attributes or ()}
    if names & {"members", "groups"}:
        return False
    asked = {str(path).lower() for path in wanted.attributes or ()}
    return not asked or any("members" in path or "groups" in path for path in asked)


# As resources --------------------------------------------------------------------------------


def _resources(
    db: Session, kind: Kind, found: Sequence[Row[Any]], base: str, beside: bool = True
) -> list[Resource[Any]]:
    links = [row[0] for row in found]
    if kind == "User":
        groups = _groups(db, [one.account_id for one in links], base) if beside and links else {}
        return [_user(row[0], row.told, groups.get(row[0].account_id, []), base) for row in found]
    members = _members(db, [one.group_id for one in links], base) if beside and links else {}
    return [_group(row[0], row.told, members.get(row[0].group_id, []), base) for row in found]


def _user(one: ScimLink, status: str, groups: list[dict[str, str]], base: str) -> Resource[Any]:
    said = {
        **one.attributes,
        "id": one.public_id,
        "externalId": one.external_id,
        "userName": one.name,
        "active": status == "active",
        "groups": groups or None,
        "meta": _meta(one, "User", base, status),
    }
    return Person.model_validate(said, scim_policy=POLICY)


def _group(one: ScimLink, name: str, members: list[dict[str, str]], base: str) -> Resource[Any]:
    said = {
        "id": one.public_id,
        "externalId": one.external_id,
        "displayName": name,
        "members": members or None,
        "meta": _meta(one, "Group", base, name),
    }
    return schemas.Group.model_validate(said, scim_policy=POLICY)


def _meta(one: ScimLink, kind: Kind, base: str, told: str) -> dict[str, Any]:
    return {
        "resourceType": kind,
        "created": one.created_at,
        "lastModified": one.changed_at,
        "location": f"{base}/{kind}s/{one.public_id}",
        "version": _version(one, kind, told),
    }


def _version(one: ScimLink, kind: Kind, told: str) -> str:
    """Access can be taken and given without the directory: it is a part of a person's version."""
    return f'W/"{one.version}{"s" if kind == "User" and told != "active" else ""}"'


def _groups(db: Session, account_ids: Iterable[int], base: str) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    query = (
        select(GroupMember.account_id, ScimLink.public_id, Group.name)
        .join(ScimLink, ScimLink.group_id == GroupMember.group_id)
        .join(Group, Group.id == GroupMember.group_id)
        .where(GroupMember.account_id.in_(account_ids), ScimLink.deleted_at.is_(None))
        .order_by(Group.name)
    )
    for account_id, public_id, name in db.execute(query):
        told = {"value": public_id, "$ref": f"{base}/Groups/{public_id}", "display": name, "type": "direct"}
        found[account_id].append(told)
    return found


def _members(db: Session, group_ids: Iterable[int], base: str) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    person = aliased(ScimLink)
    query = (
        select(GroupMember.group_id, person.public_id)
        .join(person, person.account_id == GroupMember.account_id)
        .join(Account, Account.id == GroupMember.account_id)
        .where(GroupMember.group_id.in_(group_ids), person.deleted_at.is_(None), Account.kind == "employee")
        .order_by(person.id)
    )
    for group_id, public_id in db.execute(query):
        told = {"value": public_id, "$ref": f"{base}/Users/{public_id}", "type": "User"}
        found[group_id].append(told)
    return found

"""Who belongs to a workspace, and who asks to: each question for a viewer."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account, Firm
from collab.errors import Invalid, NotFound
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import JoinRequest, Membership, Workspace
from collab.workspaces.queries import Rows, contains, owned

#: A guest whose time is over; what they wrote stays under the name.
FORMER: ColumnElement[bool] = and_(Account.kind == "guest", Account.ends_at <= access.NOW)
#: What a name in a list needs, from ``account`` outer-joined with ``firm``.
PERSON = (
    Account.id.label("account_id"),
    Account.public_id.label("account_public_id"),
    Account.handle,
    Account.name.label("person_name"),
    Account.kind.label("person_kind"),
    Account.title.label("person_title"),
    Account.location,
    Account.photo,
    FORMER.label("former"),
    Firm.name.label("firm_name"),
)


@dataclass(frozen=True)
class Person:
    """Somebody as lists and macros show them. Without a handle the name is no link."""

    name: str
    handle: str = ""
    kind: str = "employee"
    title: str = ""
    location: str = ""
    firm_name: str = ""
    photo_url: str = ""
    former: bool = False


def person(row: Row[Any], *, known: bool = True) -> Person:
    """The person in a row with the columns of ``PERSON``; only a name unless ``known`` to the viewer."""
    if not known:
        return Person(row.person_name, kind=row.person_kind, former=bool(row.former))
    return Person(
        row.person_name,
        row.handle,
        row.person_kind,
        row.person_title,
        row.location,
        row.firm_name or "",
        f"/people/{row.handle}/photo" if row.photo else "",
        bool(row.former),
    )


#: Owners first, then by name.
MEMBER_ORDER: ColumnElement[str] = case((Membership.role == "owner", "0"), else_="1").concat(
    func.lower(Account.name)
)


def members(viewer: Viewer, workspace: Workspace) -> Rows:
    """Rows (``PERSON``, role, ends_at) of the members that the viewer may know of and who can come in."""
    return _members(viewer).where(Membership.workspace_id == workspace.id, access.active(clock.now()))


def one(viewer: Viewer, membership: Membership) -> Rows:
    """The row, as of ``members``, of a membership that the viewer may know of, whether or not they can come in."""
    return _members(viewer).where(Membership.id == membership.id)


def _members(viewer: Viewer) -> Rows:
    return (
        select(*PERSON, Membership.id, Membership.role, Membership.ends_at)
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(access.members(viewer))
    )


def matching(query: Rows, words: str) -> Rows:
    """Of a query over people, those with all of ``words`` in name, handle, title or place."""
    for word in words.split()[:8]:
        columns = (Account.name, Account.handle, Account.title, Account.location)
        query = query.where(or_(*(contains(column, word) for column in columns)))
    return query


def found(viewer: Viewer, words: str) -> Rows:
    """Rows (``PERSON``) of people whom ``words`` fit and who can sign in, the best first."""
    start = words.strip()
    first = case((Account.name.istartswith(start, autoescape=True), 0), else_=1)
    query = (
        select(*PERSON)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(access.people(viewer), access.active(clock.now()))
    )
    return matching(query, words).order_by(first, Account.name, Account.id)


def candidates(db: Session, viewer: Viewer, words: str) -> list[Person]:
    """Whom the viewer may mean by a name."""
    return [person(row) for row in db.execute(found(viewer, words).limit(8))] if words.strip() else []


def chosen(db: Session, viewer: Viewer, words: str) -> str:
    """The handle of the only person whom ``words`` fit, so that a name does; else as it is."""
    meant = candidates(db, viewer, words) if not words.startswith("@") else []
    exact = [somebody.handle for somebody in meant if somebody.handle == words]
    return meant[0].handle if len(meant) == 1 and not exact else words


def named(db: Session, viewer: Viewer, name: str, *more: ColumnElement[bool]) -> Account:
    """Somebody with this handle or public id whom the viewer may know of and who can sign in.

    Unknown and hidden people, and those for whom ``more`` does not hold, are alike Invalid at ``account``.
    """
    wanted = name.strip().removeprefix("@")
    account = db.scalar(
        select(Account).where(
            or_(Account.handle == wanted, Account.public_id == wanted),
            access.people(viewer),
            access.active(clock.now()),
            *more,
        )
    )
    if account is None:
        raise Invalid({"account": "unknown_people"}, names=wanted or "@")
    return account


def membership(db: Session, viewer: Viewer, workspace: Workspace, name: str) -> Membership:
    """The membership of the person with this handle or public id; NotFound unless the viewer may know."""
    found = db.scalar(
        select(Membership)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.workspace_id == workspace.id,
            or_(Account.handle == name, Account.public_id == name),
            access.members(viewer),
        )
    )
    if found is None:
        raise NotFound
    return found


def requests(viewer: Viewer) -> Rows:
    """Who asks to join a workspace that the viewer owns, the longest waiting first."""
    return (
        select(
            *PERSON,
            JoinRequest.public_id,
            JoinRequest.message,
            JoinRequest.created_at,
            JoinRequest.workspace_id,
            Workspace.slug.label("workspace_slug"),
            Workspace.name.label("workspace_name"),
        )
        .join(Account, Account.id == JoinRequest.account_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .join(Workspace, Workspace.id == JoinRequest.workspace_id)
        .where(JoinRequest.workspace_id.in_(owned(viewer)), access.active(access.NOW))
        .order_by(JoinRequest.created_at, JoinRequest.id)
        .limit(100)
    )

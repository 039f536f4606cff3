"""The glass wall: who reads an entry, in numbers and by name, and which clause of the policy lets them in.

Put together from the clauses of ``access``: no rule of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, null, or_, select, true
from sqlalchemy.orm import Session, aliased

from collab import clock
from collab.auth.models import Account, Firm
from collab.db import UtcDateTime
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.access import (
    NOW,
    _anybody,
    _grants,
    _in_place,
    _memberships,
    _public,
    _shared_with_guests,
    _walled_off,
    _written_by,
)
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Entry, EntryGrant, Membership, ShareLink, Workspace
from collab.workspaces.queries import Rows

Condition = ColumnElement[bool]


# In numbers ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Audience:
    """How many accounts read an entry and its comments; how many of them are guests, of which firms.

    ``around``: the firms (None: none) whose guests are members of the entry's workspace.
    ``links``: by so many addresses it is read without an account. ``public``: everybody else reads
    the entry, too. ``when``: from when on all this is so, None for now.
    """

    people: int
    guests: int
    firms: tuple[str, ...]
    links: int = 0
    public: bool = False
    when: datetime | None = None
    around: tuple[str | None, ...] = ()

    @property
    def colleagues(self) -> int:
        return self.people - self.guests

    @property
    def outside(self) -> bool:
        """What is said there can be heard outside the company."""
        return bool(self.guests or self.links or self.public)


def audience(db: Session, viewer: Viewer, entry: Entry) -> Audience | None:
    """Who reads the entry now; for one that is not out, who will when it is.

    None for those who are not told: guests, and employees who read it merely as the public does.
    """
    if not viewer.is_employee or not access.allowed(db, viewer, "read", entry):
        return None
    now = clock.now()
    if entry.published_at is not None and entry.published_at <= now:
        return _audience(ask(db, viewer, _now, entry=entry.id))
    then = entry.published_at or now
    when = entry.published_at if entry.published_at else None
    return _audience(ask(db, viewer, _then, entry=entry.id, then=then), when)


def audience_of(db: Session, viewer: Viewer, workspace_id: int, *, guests: bool = False) -> Audience | None:
    """Who would read what the viewer, employed, published in the workspace, internal or for guests too."""
    if not viewer.is_employee:
        return None
    return _audience(ask(db, viewer, _there, guests, place=workspace_id))


def _audience(rows: Iterable[Any], when: datetime | None = None) -> Audience:
    people = guests = links = 0
    firms, around, public = [], [], False
    for kind, firm, number in rows:
        if kind == "link":
            links = number
        elif kind == "public":
            public = number > 0
        elif kind == "around":
            around.append(firm)
        else:
            people += number
        if kind == "guest":
            guests += number
            firms += [firm] if firm else []
    return Audience(people, guests, tuple(sorted(firms)), links, public, when, tuple(around))


def _now(_viewer: Viewer) -> Select[Any]:
    here: Any = parameter("entry")
    return _numbers(access.insiders(here), here, NOW)


def _then(_viewer: Viewer) -> Select[Any]:
    here: Any = parameter("entry")
    then: Any = parameter("then", UtcDateTime)
    return _numbers(access.insiders_to_come(here, then), here, then)


def _there(_viewer: Viewer, guests: bool) -> Select[Any]:
    who = _anybody(NOW)
    circle = true() if guests else who.employee
    place: Any = parameter("place")
    return _people(and_(access.active(NOW), _in_place(who, NOW, place), circle))


def _people(who: Condition) -> Select[*tuple[Any, ...]]:
    return (
        select(Account.kind, Firm.name, func.count(Account.id))
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(who)
        .group_by(Account.kind, Firm.name)
        .execution_options(policy=True)
    )


def _numbers(who: Condition, entry_id: Any, when: access.Moment) -> Select[Any]:
    """... and, in the same statement, links that work, whether it is public, whose guests are around.

    ``who`` is the policy's.
    """
    linked = select(literal("link"), null(), func.count()).select_from(ShareLink)
    shown = select(literal("public"), null(), func.count(Entry.id))
    both = _people(who).union_all(
        linked.where(ShareLink.entry_id == entry_id, access.works(when)),
        shown.where(Entry.id == entry_id, Entry.deleted_at.is_(None), _public(when)),
        _around(select(Entry.workspace_id).where(Entry.id == entry_id).scalar_subquery(), when),
    )
    return cast("Select[Any]", both.execution_options(policy=True))


def _around(place: Any, when: access.Moment) -> Select[*tuple[Any, ...]]:
    """Rows of the firms whose guests are members of the workspace. The caller's statement says ``policy``."""
    present = or_(Membership.ends_at.is_(None), Membership.ends_at > when)
    return (
        select(literal("around"), Firm.name, func.count(Account.id))
        .select_from(Membership)
        .join(Account, Account.id == Membership.account_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Membership.workspace_id == place, Account.kind == "guest", present, access.active(when))
        .group_by(Firm.name)
    )


def firms_around(db: Session, viewer: Viewer, workspace: Workspace) -> tuple[str | None, ...]:
    """The firms (None: none) whose guests are members of the workspace, for employees who belong there."""
    if not viewer.is_employee:
        return ()
    return tuple(row[1] for row in ask(db, viewer, _firms, place=workspace.id))


def _firms(_viewer: Viewer) -> Select[Any]:
    """It reads no entries."""
    return _around(parameter("place"), NOW).order_by(Firm.name).execution_options(policy=True)


# By name -------------------------------------------------------------------------------------


def _reasons() -> list[Any]:
    """Columns that say by which clauses the account reads the entry, of a statement over both."""
    who = _anybody(NOW)
    current = or_(Membership.ends_at.is_(None), Membership.ends_at > NOW)
    here = and_(Membership.workspace_id == Entry.workspace_id, Membership.account_id == Account.id, current)
    member = _in_place(who, NOW, Entry.workspace_id)
    granter = aliased(Account)
    grant = _grants(who, NOW, EntryGrant.id).where(EntryGrant.entry_id == Entry.id)
    grant = grant.order_by(EntryGrant.ends_at.desc()).limit(1)

    def of_grant(column: Any) -> Any:
        found = select(column).where(EntryGrant.id == grant.correlate(Account, Entry).scalar_subquery())
        return found.correlate(Account, Entry).scalar_subquery()

    def of_membership(column: Any) -> Any:
        return select(column).where(here).correlate(Account, Entry).scalar_subquery()

    by = select(granter.name).where(granter.id == EntryGrant.granted_by_id).correlate(EntryGrant)
    opened = select(Workspace.id).where(Workspace.visibility == "open")
    belongs = Entry.workspace_id.in_(_memberships(who, NOW))
    return [
        _written_by(who).label("author"),
        and_(who.employee, Entry.workspace_id.in_(opened)).label("open"),
        case((belongs, of_membership(Membership.created_at))).label("member_since"),
        of_membership(Membership.origin).label("origin"),
        and_(who.guest, member, _shared_with_guests(NOW), ~_walled_off(who)).label("shared"),
        of_grant(EntryGrant.ends_at).label("granted_until"),
        of_grant(EntryGrant.firm_id).label("granted_firm"),
        of_grant(by.scalar_subquery()).label("granted_by"),
        _public(NOW).label("public"),
    ]


def why(db: Session, viewer: Viewer, entry: Entry) -> Any:
    """The row of clauses (see ``_reasons``) that let the viewer read the entry; None for nobody's account.

    For the viewer's own eyes: ``granted_by`` is left to the page to tell to employees only.
    """
    return ask(db, viewer, _why, entry=entry.id).first() if viewer.signed_in else None


def _why(viewer: Viewer) -> Select[Any]:
    """The viewer's own case. What it is about, the viewer has been let in to read."""
    query = select(*_reasons()).select_from(Account).join(Entry, Entry.id == parameter("entry"))
    return query.where(Account.id == viewer.me).execution_options(policy=True)


ID: ColumnElement[int] = Account.id.expression
#: Guests by firm, then colleagues; each by name.
ORDER: ColumnElement[str] = (
    case((Account.kind == "guest", "0"), else_="1")
    .concat(func.lower(func.coalesce(Firm.name, "")))
    .concat(" ")
    .concat(func.lower(Account.name))
)


def readers(viewer: Viewer, entry: Entry, kind: str) -> Rows:
    """Rows (name, ``_reasons``) of the guests, or employees, who read the entry. To be sorted by ``ORDER``.

    For employees who belong where the entry is; the policy says who reads it.
    """
    query = (
        select(
            Account.id,
            Account.name,
            Account.handle,
            Account.kind,
            Account.photo,
            Firm.name.label("firm_name"),
            *_reasons(),
        )
        .select_from(Account)
        .join(Entry, Entry.id == entry.id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Account.kind == kind, access.insiders(entry.id))
        .execution_options(policy=True)
    )
    return query if viewer.is_employee else query.where(literal(value=False))


# On the page of an entry -----------------------------------------------------------------------


@dataclass(frozen=True)
class Wall:
    """What the entry's own page says about who reads it: numbers for the staff, else the reader's own case."""

    audience: Audience | None = None
    why: Any = None


def wall(db: Session, viewer: Viewer, entry: Entry) -> Wall:
    """... in one statement."""
    found = audience(db, viewer, entry)
    return Wall(found) if found is not None else Wall(why=why(db, viewer, entry))

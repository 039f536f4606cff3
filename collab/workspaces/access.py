"""The one policy: who may read what, and do what. Every door of Collab goes through here.

``rule`` says once, as SQL, who may read an entry. It speaks about *somebody*: a viewer, whose
facts are constants, or every account, whose facts are columns. ``readable`` and ``readers``
are its two ends. Nothing outside this file looks at roles or kinds of people to decide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    literal,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import SQLCoreOperations

from collab import clock, prepared
from collab.activity.models import Event
from collab.auth.models import Account
from collab.db import UtcDateTime
from collab.errors import Forbidden, NotFound
from collab.viewer import Viewer
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import (
    Entry,
    EntryAuthor,
    EntryGrant,
    Membership,
    Part,
    ShareLink,
    Workspace,
)

E = TypeVar("E", bound=Entry)
Condition = ColumnElement[bool]
#: A column, or a constant in its place.
Value = SQLCoreOperations[Any]
Moment = datetime | Value
P = ParamSpec("P")
R = TypeVar("R")


def _present() -> datetime:
    return clock.now()


#: The moment at which a statement runs, however long ago it was put together.
NOW: Value = bindparam("now", callable_=_present, type_=UtcDateTime(), unique=True)


@dataclass(frozen=True)
class Somebody:
    """A person in a condition. All conditions are false for somebody who is not active.

    ``link``: the link to one entry by which the person came; None for nobody's.
    """

    id: Value
    employee: Condition
    guest: Condition
    firm_id: Value
    link: Value | None = None


def somebody(viewer: Viewer) -> Somebody:
    """The viewer as constants; as parameters, in statements that are kept (``asking``)."""
    return Somebody(
        id=_value(viewer.me),
        employee=true() if viewer.kind == "employee" else false(),
        guest=true() if viewer.kind == "guest" else false(),
        firm_id=_value(0 if viewer.firm_id is None else viewer.firm_id),
        link=None if viewer.link_id is None else _value(viewer.link_id),
    )


def _value(known: int | BindParameter[int]) -> Value:
    return known if isinstance(known, BindParameter) else literal(known)


def active(now: Moment, account: Any = Account) -> Condition:
    """Accounts that may do anything at all."""
    return and_(account.status == "active", or_(account.ends_at.is_(None), account.ends_at > now))


def _anybody(now: Moment) -> Somebody:
    """Every account, as columns."""
    return Somebody(
        id=Account.id,
        employee=and_(Account.kind == "employee", active(now)),
        guest=and_(Account.kind == "guest", active(now)),
        firm_id=Account.firm_id,
    )


# The clauses of the rule -------------------------------------------------------------------
#
# Each subquery names what is its own (``correlate_except``): left to itself, SQLAlchemy looks one
# level up only and would put the account or the entry of the outer query into it once more.


def _memberships(who: Somebody, now: Moment) -> Select[int]:
    """Workspaces in which somebody holds a membership that has not ended."""
    held = select(Membership.workspace_id).where(
        Membership.account_id == who.id, or_(Membership.ends_at.is_(None), Membership.ends_at > now)
    )
    return held.correlate_except(Membership)


def _in_place(who: Somebody, now: Moment, workspace_id: Value, *, beside: bool = False) -> Condition:
    """Somebody belongs where the thing is: a member, or an employee in an open workspace.

    ``beside``: the statement has the workspace, so that nobody needs to look for all that are open.
    """
    opened: Condition = Workspace.visibility == "open"
    if not beside:
        opened = workspace_id.in_(select(Workspace.id).where(opened))
    member = workspace_id.in_(_memberships(who, now))
    return or_(and_(who.employee, or_(opened, member)), and_(who.guest, member))


def _written_by(who: Somebody) -> Condition:
    named = select(EntryAuthor.entry_id).where(EntryAuthor.account_id == who.id)
    named = named.correlate_except(EntryAuthor)
    return or_(Entry.author_id == who.id, Entry.id.in_(named))


def _published(now: Moment) -> Condition:
    return Entry.published_at <= now


def _draft(now: Moment) -> Condition:
    return or_(Entry.published_at.is_(None), Entry.published_at > now)


def _shared_with_guests(now: Moment) -> Condition:
    return Entry.guests_from <= now


def _public(now: Moment, entry: Any = Entry) -> Condition:
    newsrooms = select(Workspace.id).where(Workspace.allows_public, not_(Workspace.clean_room))
    return and_(entry.public_from <= now, entry.workspace_id.in_(newsrooms))


def _holds(who: Somebody, now: Moment) -> Condition:
    """A condition on ``EntryGrant``: the guest, or the guest's firm, holds it, and it has not ended."""
    theirs = or_(EntryGrant.account_id == who.id, EntryGrant.firm_id == who.firm_id)
    return and_(theirs, EntryGrant.ends_at > now)


def _grants(who: Somebody, now: Moment, column: Any) -> Select[int]:
    """``column`` of the grants that the guest, or the guest's firm, holds for one entry each."""
    return select(column).where(_holds(who, now)).correlate_except(EntryGrant)


def works(now: Moment) -> Condition:
    """A condition on ``ShareLink``: it is neither over nor revoked, and an employee answers for it."""
    maker = aliased(Account)
    answers = exists().where(
        maker.id == ShareLink.created_by_id, maker.kind == "employee", active(now, maker)
    )
    return and_(ShareLink.revoked_at.is_(None), ShareLink.ends_at > now, answers.correlate_except(maker))


def _links(who: Somebody, now: Moment, column: Any) -> Select[int]:
    """``column`` of the link by which somebody came, if it works."""
    opened = select(column).where(ShareLink.id == who.link, works(now))
    return opened.correlate_except(ShareLink)


def _by_link(who: Somebody, now: Moment) -> Condition:
    """Somebody came by a link to the entry."""
    if who.link is None:
        return false()
    opened = Entry.id.in_(_links(who, now, ShareLink.entry_id))
    return and_(opened, or_(who.employee, not_(_walled_off(who))))


def _talks_by_link(who: Somebody, now: Moment) -> Condition:
    """... and by one that lets people comment."""
    if who.link is None:
        return false()
    talking = _links(who, now, ShareLink.entry_id).where(ShareLink.may_comment)
    return and_(_by_link(who, now), Entry.id.in_(talking))


def _clean_room(workspace_id: Value) -> Condition:
    return workspace_id.in_(select(Workspace.id).where(Workspace.clean_room))


def _of_other_firm(who: Somebody, other: Any) -> Condition:
    """``other`` is from outside, and somebody, from outside too, must not notice that in a clean room."""
    return and_(
        other.kind != "employee",
        other.id != who.id,
        or_(other.firm_id.is_(None), other.firm_id.is_distinct_from(who.firm_id)),
    )


def _walled_off(who: Somebody) -> Condition:
    """The entry is a competitor's, in a clean room."""
    other = aliased(Account)
    named = select(EntryAuthor.account_id).where(EntryAuthor.entry_id == Entry.id)
    named = named.correlate_except(EntryAuthor)
    theirs = exists().where(or_(other.id == Entry.author_id, other.id.in_(named)), _of_other_firm(who, other))
    return and_(_clean_room(Entry.workspace_id), theirs.correlate_except(other))


def _walled_off_part(who: Somebody, part: Any) -> Condition:
    """The part is a competitor's, or an answer to one, in a clean room."""
    other = aliased(Account)
    its_people = [part.author_id, part.guest_id] if hasattr(part, "guest_id") else [part.author_id]
    theirs = exists().where(or_(*(other.id == person for person in its_people)), _of_other_firm(who, other))
    return and_(_clean_room(part.workspace_id), theirs.correlate_except(other))


def _belongs(who: Somebody, now: Moment) -> Condition:
    """Somebody reads what is published, by belonging there."""
    place = _in_place(who, now, Entry.workspace_id)
    to_employee = and_(who.employee, place)
    shared = or_(and_(place, _shared_with_guests(now)), Entry.id.in_(_grants(who, now, EntryGrant.entry_id)))
    to_guest = and_(who.guest, shared, not_(_walled_off(who)))
    return or_(to_employee, to_guest)


def _inside(who: Somebody, now: Moment) -> Condition:
    """Published, and somebody reads it by belonging there."""
    return and_(_published(now), _belongs(who, now))


def _own_draft(who: Somebody, now: Moment) -> Condition:
    """Not published, and somebody's name stands on it."""
    walled = and_(who.guest, _walled_off(who))
    place = _in_place(who, now, Entry.workspace_id)
    return and_(_draft(now), _written_by(who), place, not_(walled))


def rule(who: Somebody, now: Moment, *, inside: bool = False, talking: bool = False) -> Condition:
    """Somebody may read the entry.

    With ``inside``, not merely as one of the public or by a link; with ``talking`` too, also by a
    link that lets people comment.
    """
    by_link = _talks_by_link(who, now) if talking else false()
    outside = by_link if inside else or_(_public(now), _by_link(who, now))
    came_out = and_(_published(now), outside)
    return and_(Entry.deleted_at.is_(None), or_(_own_draft(who, now), _inside(who, now), came_out))


def part_rule(who: Somebody, now: Moment, part: type[Part], *, beside: bool = False) -> Condition:
    """Somebody may read the part of an entry. ``beside``: the entry itself is known to be read, inside."""

    def reads(*, inside: bool) -> Condition:
        if beside:
            return true()
        read = rule(who, now, inside=inside, talking=part.spoken)
        return exists().where(Entry.id == part.entry_id, read).correlate_except(Entry)

    conditions: list[Condition] = [reads(inside=part.inside)]
    if hasattr(part, "with_comment"):
        conditions.append(or_(not_(part.with_comment), reads(inside=True)))
    if hasattr(part, "internal"):
        conditions.append(or_(not_(part.internal), who.employee))
    if hasattr(part, "author_id"):
        conditions.append(or_(who.employee, not_(_walled_off_part(who, part))))
    return and_(*conditions)


# What everybody else asks -------------------------------------------------------------------


def _kept(make: Callable[P, R]) -> Callable[P, R]:
    """Keep the conditions that ``make`` puts together: that takes longer than to ask them.

    A condition holds who asks, as a value, and nothing of what the database says about that
    person; its moment is the one at which it is asked. So it is not a right that is kept here.
    """
    return cast("Callable[P, R]", lru_cache(maxsize=2000)(make))


def _looking(
    make: Callable[Concatenate[Viewer, P], Condition],
) -> Callable[Concatenate[Viewer, P], Condition]:
    """Who looks as a guest sees what the guest sees, as far as the looker may see it too."""

    def both(viewer: Viewer, /, *args: P.args, **kwargs: P.kwargs) -> Condition:
        seen = make(viewer, *args, **kwargs)
        return seen if viewer.looker is None else and_(seen, make(viewer.looker, *args, **kwargs))

    return both


@_kept
@_looking
def readable(viewer: Viewer) -> Condition:
    """A condition on ``Entry``: the viewer may read it."""
    return rule(somebody(viewer), NOW)


@_kept
@_looking
def parts(viewer: Viewer, part: type[Part]) -> Condition:
    """A condition on a part (comment, file, tag, revision …): the viewer may read it."""
    return part_rule(somebody(viewer), NOW, part)


@_kept
@_looking
def parts_beside(viewer: Viewer, part: type[Part]) -> Condition:
    """A condition on parts of entries of which the statement has made sure that the viewer reads them.

    And not merely as one of the public or by a link: for lists of a workspace in which the viewer is. It
    spares asking the same of an entry again for each of its many parts.
    """
    return part_rule(somebody(viewer), NOW, part, beside=True)


def select_entries(viewer: Viewer, kind: type[Entry], *columns: Any) -> Select[Any]:
    """The start of every query over entries: of ``kind``, readable, whole or only ``columns``."""
    return select(*(columns or (kind,))).where(readable(viewer)).execution_options(policy=True)


def select_parts(viewer: Viewer, part: type[Part], *columns: Any) -> Select[Any]:
    """The start of every query over parts of entries."""
    return select(*(columns or (part,))).where(parts(viewer, part)).execution_options(policy=True)


def get(db: Session, viewer: Viewer, kind: type[E], *conditions: Condition) -> E:
    """The only door to one entry. Raises NotFound alike for hidden and for missing."""
    entry: E | None = db.scalars(select_entries(viewer, kind).where(*conditions)).first()
    if entry is None:
        raise NotFound
    return entry


def get_part(db: Session, viewer: Viewer, part: type[Any], *conditions: Condition) -> Any:
    """The only door to one part of an entry. Raises NotFound alike for hidden and for missing."""
    found = db.scalars(select_parts(viewer, part).where(*conditions)).first()
    if found is None:
        raise NotFound
    return found


def readers(entry_id: int) -> Select[int]:
    """The accounts that may read the entry, by the same rule from its other end."""
    found = exists().where(Entry.id == entry_id, _anybody_reads()).correlate_except(Entry)
    return select(Account.id).where(active(NOW), found).execution_options(policy=True)


def insiders(entry_id: int | Value) -> Condition:
    """A condition on ``Account``: it may read the entry and what is said about it, not merely as the public does.

    For statements over accounts that say ``policy=True``.
    """
    found = exists().where(Entry.id == entry_id, rule(_anybody(NOW), NOW, inside=True))
    return and_(active(NOW), found.correlate_except(Entry))


def insiders_to_come(entry_id: int | Value, then: Moment) -> Condition:
    """... it will, if the entry is out ``then`` and nothing else changes."""
    there = and_(Entry.deleted_at.is_(None), _belongs(_anybody(then), then))
    found = exists().where(Entry.id == entry_id, there)
    return and_(active(then), found.correlate_except(Entry))


@_kept
def _anybody_reads() -> Condition:
    return rule(_anybody(NOW), NOW)


@_kept
def _anybody_reads_part(part: type[Part]) -> Condition:
    return part_rule(_anybody(NOW), NOW, part)


def read_by_firm(firm_id: int) -> Condition:
    """A condition on ``Entry``: some guest of the firm may read it, and not merely as one of the public."""
    return exists().where(Account.firm_id == firm_id, _guests_read()).correlate_except(Account)


@_kept
def _guests_read() -> Condition:
    return rule(_anybody(NOW), NOW, inside=True)


def part_readers(part: type[Part], part_id: int) -> Select[int]:
    """The accounts that may read the part of an entry."""
    key: Any = part
    found = exists().where(key.id == part_id, _anybody_reads_part(part)).correlate_except(part)
    return select(Account.id).where(active(NOW), found).execution_options(policy=True)


@_kept
@_looking
def workspaces(viewer: Viewer) -> Condition:
    """A condition on ``Workspace``: it exists for the viewer.

    Closed ones show employees their name and purpose; what is in them is another question.
    """
    who = somebody(viewer)
    mine = Workspace.id.in_(_memberships(who, NOW))
    return or_(and_(who.employee, or_(Workspace.visibility != "secret", mine)), and_(who.guest, mine))


@_kept
@_looking
def inside(viewer: Viewer) -> Condition:
    """A condition on ``Workspace``: the viewer belongs there and may look around in it."""
    return _in_place(somebody(viewer), NOW, Workspace.id, beside=True)


def belonging(workspace_id: int) -> Condition:
    """A condition on ``Account``: it belongs to the workspace.

    For statements over accounts that say ``policy=True``.
    """
    return and_(active(NOW), _in_place(_anybody(NOW), NOW, literal(workspace_id)))


@_kept
def mine(viewer: Viewer) -> Condition:
    """A condition on ``Workspace``: the viewer holds a membership in it."""
    held = Workspace.id.in_(_memberships(somebody(viewer), NOW))
    return held if viewer.looker is None else and_(held, inside(viewer.looker))


def granted(viewer: Viewer) -> Condition:
    """A condition on ``EntryGrant``: by it an entry alone is shared with the viewer, or the viewer's firm, now."""
    return _holds(somebody(viewer), NOW)


@_kept
def reachable(viewer: Viewer) -> Condition:
    """A condition on ``Workspace``: there may be something in it that the viewer reads.

    It decides nothing; it keeps a search from looking where nothing can be found.
    """
    who = somebody(viewer)
    alone: Condition = Workspace.id.in_(_grants(who, NOW, EntryGrant.workspace_id))
    if who.link is not None:
        alone = or_(alone, Workspace.id.in_(_links(who, NOW, ShareLink.workspace_id)))
    return or_(_in_place(who, NOW, Workspace.id), Workspace.allows_public, alone)


@_kept
@_looking
def members(viewer: Viewer, *, beside: bool = False) -> Condition:
    """A condition on ``Membership`` joined with ``Account``: the viewer may know of it.

    ``beside``: in a statement over the workspaces of these memberships.
    """
    now, who = NOW, somebody(viewer)
    walled = and_(who.guest, _clean_room(Membership.workspace_id), _of_other_firm(who, Account))
    current = or_(Membership.ends_at.is_(None), Membership.ends_at > now)
    known = or_(not_(who.guest), active(now))
    place = _in_place(who, now, Membership.workspace_id, beside=beside)
    return and_(place, current, known, not_(walled))


@_kept
@_looking
def _acts(viewer: Viewer) -> Condition:
    """A condition on ``Event`` and its entry, if it has one: the viewer may know of both, and of who did it."""
    now, who, other = NOW, somebody(viewer), aliased(Account)
    theirs = exists().where(other.id == Event.actor_id, _of_other_firm(who, other))
    walled = and_(who.guest, _clean_room(Event.workspace_id), theirs.correlate_except(other))
    entry = and_(Entry.workspace_id == Event.workspace_id, rule(who, now))
    place = and_(who.employee, Event.entry_id.is_(None))
    return and_(_in_place(who, now, Event.workspace_id), or_(entry, place), not_(walled))


def select_events(viewer: Viewer, *columns: Any) -> Select[Any]:
    """The start of every query over what happened where the viewer is, with its entry if it has one.

    What happened to the workspace itself is for employees. What an event says of a part of the entry
    is for the query to hold to ``parts``.
    """
    with_entry = select(*columns).select_from(Event).outerjoin(Entry, Entry.id == Event.entry_id)
    return with_entry.where(_acts(viewer)).execution_options(policy=True)


@_kept
@_looking
def people(viewer: Viewer) -> Condition:
    """A condition on ``Account``: the viewer may know of the person.

    Employees see everybody; guests those with whom they share a workspace.
    """
    now, who = NOW, somebody(viewer)
    if viewer.kind != "guest":
        return and_(who.employee, Account.kind != "visitor")
    other = aliased(Membership)
    together = exists().where(
        other.account_id == Account.id,
        or_(other.ends_at.is_(None), other.ends_at > now),
        other.workspace_id.in_(_memberships(who, now)),
        not_(and_(_clean_room(other.workspace_id), _of_other_firm(who, Account))),
    )
    return or_(Account.id == who.id, and_(active(now), together.correlate(Account)))


# What one may do ----------------------------------------------------------------------------


class Standing(IntEnum):
    """What a person is in a workspace, from nothing to everything."""

    NONE = 0
    READER = 1
    CONTRIBUTOR = 2
    OWNER = 3


_ROLE_HELD = select(Membership.role).where(
    Membership.account_id == bindparam("account"),
    Membership.workspace_id == bindparam("workspace"),
    or_(Membership.ends_at.is_(None), Membership.ends_at > NOW),
)
_NAMED = exists().where(
    EntryAuthor.entry_id == bindparam("entry"), EntryAuthor.account_id == bindparam("account")
)
#: The role that somebody holds in a workspace, and whether their name stands on an entry.
_HELD = select(_ROLE_HELD.scalar_subquery().label("role"), _NAMED.label("named"))
_ROLES = {"reader": Standing.READER, "contributor": Standing.CONTRIBUTOR, "owner": Standing.OWNER}

#: The least standing for an action. On entries, "edit" is for those whom the kind names,
#: and authors may always do what the second table holds.
NEEDED = {
    "read": Standing.READER,
    "contribute": Standing.CONTRIBUTOR,
    "comment": Standing.CONTRIBUTOR,
    "react": Standing.READER,
    "edit": Standing.CONTRIBUTOR,
    "delete": Standing.OWNER,
    "moderate": Standing.OWNER,
    "share": Standing.OWNER,
    "manage": Standing.OWNER,
}
#: What an entry's own readers may do with it to whom it alone is shared.
TALKING = frozenset({"comment", "react"})
AUTHORS_MAY = frozenset({"edit", "delete", "publish", "share"})
CLOSED_BY_ARCHIVING = frozenset(NEEDED) - {"read", "manage"} | AUTHORS_MAY


def standing(db: Session, viewer: Viewer, workspace: Workspace, entry: Entry | None = None) -> Standing:
    """What the viewer is in the workspace. Remembered for this session's viewer only.

    With an ``entry``, what ``is_author`` will be asked about it is looked up by the way.
    """
    memo, key = _standings(db), (viewer.me, workspace.id)
    if key not in memo:
        memo[key] = _standing(db, viewer, workspace, entry)
    return memo[key]


def _standings(db: Session) -> dict[tuple[int, int], Standing]:
    """What who is where, as far as it was asked in this session."""
    memo: dict[tuple[int, int], Standing] = db.info.setdefault("standing", {})
    return memo


def _standing(db: Session, viewer: Viewer, workspace: Workspace, entry: Entry | None) -> Standing:
    if not viewer.signed_in:
        return Standing.NONE
    return _with_role(viewer, workspace, _held(db, viewer, workspace.id, entry))


def _with_role(viewer: Viewer, workspace: Workspace, role: str | None) -> Standing:
    held = _ROLES[role] if role else Standing.NONE
    if viewer.kind == "guest":
        return min(held, Standing.CONTRIBUTOR)
    if workspace.visibility == "open":
        held = max(held, Standing.CONTRIBUTOR if workspace.everyone_writes else Standing.READER)
    return held


def held(viewer: Viewer, kind: type[Entry]) -> tuple[ColumnElement[Any], ...]:
    """Columns for a statement that asks for one entry: with ``note`` its row answers ``standing`` as well."""
    who = somebody(viewer)
    named = exists().where(EntryAuthor.entry_id == kind.id, EntryAuthor.account_id == who.id)
    return _role_held(who, kind.workspace_id), named.correlate_except(EntryAuthor).label("held_named")


def _role_held(who: Somebody, workspace_id: Any) -> ColumnElement[Any]:
    """A column: the role that somebody holds in the workspace."""
    role = _memberships(who, NOW).with_only_columns(Membership.role)
    return role.where(Membership.workspace_id == workspace_id).scalar_subquery().label("held_role")


def note(db: Session, viewer: Viewer, workspace: Workspace, entry: Entry, row: Any) -> None:
    """Remember what the columns of ``held`` say, as ``standing`` and ``is_author`` do."""
    if viewer.signed_in:
        _standings(db)[viewer.me, workspace.id] = _with_role(viewer, workspace, row.held_role)
        _named(db)[viewer.me, entry.id] = bool(row.held_named)


def _held(db: Session, viewer: Viewer, workspace_id: int, entry: Entry | None) -> str | None:
    """The viewer's role; by the way, whether the viewer's name stands on the entry."""
    asked = {"account": viewer.me, "workspace": workspace_id, "entry": entry.id if entry else 0}
    held = prepared.ask(db, _HELD, asked).one()
    if entry is not None:
        _named(db)[viewer.me, entry.id] = bool(held.named)
    role: str | None = held.role
    return role


def _named(db: Session) -> dict[tuple[int, int], bool]:
    """Whose name stands on which entry, as far as it was asked in this session."""
    memo: dict[tuple[int, int], bool] = db.info.setdefault("author", {})
    return memo


def allowed(db: Session, viewer: Viewer, action: str, thing: Workspace | Entry) -> bool:
    """May the viewer do this to a workspace or an entry that the viewer can see?

    Who looks as a guest only reads.
    """
    if viewer.looker is not None:
        return action == "read"
    workspace = thing if isinstance(thing, Workspace) else _workspace_of(db, thing)
    if workspace.archived_at is not None and action in CLOSED_BY_ARCHIVING:
        return False
    held = standing(db, viewer, workspace, None if isinstance(thing, Workspace) else thing)
    if isinstance(thing, Workspace):
        return held >= NEEDED[action]
    return _allowed_with(db, viewer, action, thing, held, clean_room=workspace.clean_room)


def _allowed_with(
    db: Session, viewer: Viewer, action: str, entry: Entry, held: Standing, *, clean_room: bool
) -> bool:
    # In a clean room, a guest's words in a host's entry would reach the guest's competitors.
    shared_work = entry.edited_by == "contributors" and not (viewer.kind == "guest" and clean_room)
    if action == "edit" and shared_work:
        return held >= NEEDED[action]
    if action in AUTHORS_MAY and is_author(db, viewer, entry):
        # Sharing with guests or the world is the staff's decision.
        return held >= Standing.CONTRIBUTOR and (action != "share" or viewer.is_employee)
    if action in TALKING and held < NEEDED[action] and not viewer.is_employee:
        return _talks_alone(db, viewer, action, entry)
    return action not in ("publish", "edit") and held >= NEEDED[action]


def _talks_alone(db: Session, viewer: Viewer, action: str, entry: Entry) -> bool:
    """The entry alone is shared with the viewer, so that the viewer may comment on it.

    Signs on entries are for accounts: who came by a link has none.
    """
    who = somebody(viewer)
    given = Entry.id.in_(_grants(who, NOW, EntryGrant.entry_id).where(EntryGrant.may_comment))
    by_link = _talks_by_link(who, NOW) if action == "comment" else false()
    found = select_entries(viewer, Entry, Entry.id).where(Entry.id == entry.id, or_(given, by_link))
    return db.scalar(found) is not None


def _workspace_of(db: Session, entry: Entry) -> Workspace:
    memo: dict[int, Workspace] = db.info.setdefault("workspace", {})
    if entry.workspace_id not in memo:
        memo[entry.workspace_id] = db.get_one(Workspace, entry.workspace_id)
    return memo[entry.workspace_id]


def is_author(db: Session, viewer: Viewer, entry: Entry) -> bool:
    """Does the viewer's name stand on the entry? Remembered for this session's viewer only."""
    if not viewer.signed_in:
        return False
    if entry.author_id == viewer.account_id:
        return True
    memo, key = _named(db), (viewer.me, entry.id)
    if key not in memo:
        _held(db, viewer, entry.workspace_id, entry)
    return memo[key]


def look_up_authors(db: Session, viewer: Viewer, entry_ids: Sequence[int]) -> None:
    """Ask once on which of these entries the viewer's name stands, for ``allowed`` to remember."""
    named = select(EntryAuthor.entry_id).where(
        EntryAuthor.entry_id.in_(entry_ids), EntryAuthor.account_id == viewer.me
    )
    found = set(db.scalars(named))
    _named(db).update({(viewer.me, entry_id): entry_id in found for entry_id in entry_ids})


def require(db: Session, viewer: Viewer, action: str, thing: Workspace | Entry) -> None:
    """Raise NotFound where the viewer cannot even see ``thing``, Forbidden where not ``action``."""
    seen = _seen_place if isinstance(thing, Workspace) else _seen_entry
    db.flush()  # the thing may be new
    if ask(db, viewer, seen, id=thing.id).scalar() is None:
        raise NotFound
    if not allowed(db, viewer, action, thing):
        raise Forbidden


def _seen_place(viewer: Viewer) -> Select[Any]:
    query = select(Workspace.id).where(Workspace.id == parameter("id"), workspaces(viewer))
    return query.execution_options(policy=True)


def _seen_entry(viewer: Viewer) -> Select[Any]:
    return select_entries(viewer, Entry, Entry.id).where(Entry.id == parameter("id"))


def workspace(db: Session, viewer: Viewer, slug: str) -> Workspace:
    """The workspace, if the viewer belongs there; otherwise NotFound."""
    return _at(db, viewer, slug, inside)


def known_workspace(db: Session, viewer: Viewer, slug: str) -> Workspace:
    """The workspace, if the viewer may know of it (closed ones: name and purpose only)."""
    return _at(db, viewer, slug, workspaces)


def _at(db: Session, viewer: Viewer, slug: str, condition: Callable[[Viewer], Condition]) -> Workspace:
    found = ask(db, viewer, _place, condition, slug=slug).first()
    if found is None:
        raise NotFound
    place: Workspace = found.Workspace
    if viewer.signed_in:
        _standings(db)[viewer.me, place.id] = _with_role(viewer, place, found.held_role)
    return place


def _place(viewer: Viewer, condition: Callable[[Viewer], Condition]) -> Select[Any]:
    role = _role_held(somebody(viewer), Workspace.id)
    return select(Workspace, role).where(Workspace.slug == parameter("slug"), condition(viewer))


def may_notice(db: Session, viewer: Viewer, account_ids: Sequence[int]) -> set[int]:
    """Of these accounts, those that the viewer may know of."""
    if not account_ids:
        return set()
    found = db.scalars(select(Account.id).where(Account.id.in_(account_ids), people(viewer)))
    return set(found)

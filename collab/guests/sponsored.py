"""What sponsors ask about their guests. Nobody else gets an answer from here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, literal, not_, or_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account, Firm
from collab.db import UtcDateTime
from collab.guests.models import Invitation
from collab.guests.sponsoring import may_take_over
from collab.guests.waiting import is_waiting
from collab.viewer import Viewer
from collab.web.paging import Page, page
from collab.workspaces import access, members
from collab.workspaces.asking import parameter
from collab.workspaces.models import Entry, EntryGrant, Membership, Workspace
from collab.workspaces.queries import Rows, contains, current

#: Who ends so soon needs the sponsor.
SOON = timedelta(days=14)
Show = Literal["", "soon", "ended"]
NEVER = literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime())
end_or_never: Any = func.coalesce(Account.ends_at, NEVER, type_=UtcDateTime())
ACCOUNT_ID: Any = Account.__table__.c.id
#: What a row about a guest shows besides the name.
GUEST = (
    *members.PERSON,
    Account.email,
    Account.status,
    Account.ends_at,
    Account.end_reason,
    Account.seen_at,
    Account.sponsor_id,
)


@dataclass
class Places:
    """Where a guest is in, as far as the viewer may know: workspaces and single entries by row, the rest by number."""

    workspaces: list[Any] = field(default_factory=list)
    entries: list[Any] = field(default_factory=list)
    hidden: int = 0


def _known() -> Rows:
    return (
        select(*GUEST)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Account.kind == "guest", Account.anonymised_at.is_(None))
    )


def mine(viewer: Viewer) -> Rows:
    """Rows (``GUEST``) of the guests for whom the viewer answers."""
    return _known().where(Account.sponsor_id == viewer.me, literal(viewer.is_employee))


def one(guest_id: int) -> Rows:
    """The row (``GUEST``) of a guest whom ``sponsoring.get`` has given to the viewer."""
    return _known().where(Account.id == guest_id)


def waiting(viewer: Viewer) -> Rows:
    """Rows (``GUEST``) of guests for whom nobody answers, in workspaces that the viewer owns; who ends first, first."""
    still = end_or_never > access.NOW
    return (
        _known()
        .where(may_take_over(viewer), still, literal(viewer.is_employee))
        .order_by(Account.ends_at, Account.id)
        .limit(100)
    )


def in_state(show: Show) -> ColumnElement[bool]:
    """A condition on ``Account``: here, or ends soon, or has ended."""
    now = clock.now()
    here: ColumnElement[bool] = end_or_never > now
    if show == "soon":
        return and_(here, end_or_never <= now + SOON)
    return not_(here) if show == "ended" else here


def listing(db: Session, viewer: Viewer, show: Show, words: str, cursor: str | None, limit: int) -> Page[Any]:
    """One page of the viewer's guests: who ends first comes first, of those who have ended the last."""
    query = mine(viewer).where(in_state(show))
    for word in words.split()[:8]:
        query = query.where(or_(contains(Account.name, word), contains(Firm.name, word)))
    return page(db, query, end_or_never, ACCOUNT_ID, cursor=cursor, limit=limit, descending=show == "ended")


def counts(db: Session, viewer: Viewer) -> Any:
    """One row: how many guests are here, end soon, have ended, and how many invitations wait."""
    now = clock.now()
    still = end_or_never > now
    query = select(
        func.count().filter(still).label("here"),
        func.count().filter(and_(still, end_or_never <= now + SOON)).label("soon"),
        func.count().filter(not_(still)).label("ended"),
        select(func.count()).where(_open(viewer)).correlate(None).scalar_subquery().label("invited"),
    ).where(Account.sponsor_id == viewer.me, Account.kind == "guest", Account.anonymised_at.is_(None))
    return db.execute(query.select_from(Account)).one()


def _open(viewer: Viewer) -> ColumnElement[bool]:
    return and_(Invitation.sponsor_id == viewer.me, is_waiting())


def invited(db: Session, viewer: Viewer) -> Sequence[Any]:
    """Rows of the viewer's invitations that nobody has accepted yet, the newest first."""
    query = (
        select(
            Invitation.public_id,
            Invitation.email,
            Invitation.name,
            Invitation.created_at,
            Invitation.expires_at,
            Firm.name.label("firm_name"),
            Workspace.slug.label("workspace_slug"),
            Workspace.name.label("workspace_name"),
        )
        .join(Workspace, Workspace.id == Invitation.workspace_id)
        .outerjoin(Firm, Firm.id == Invitation.firm_id)
        .where(_open(viewer), access.workspaces(viewer))
        .order_by(Invitation.id.desc())
        .limit(200)
    )
    return db.execute(query).all()


def places(db: Session, viewer: Viewer, guests: Iterable[int]) -> dict[int, Places]:
    """Where the guests are in. What the viewer may not know of has no name here, and is only counted."""
    found = {number: Places() for number in guests}
    if not found:
        return found
    held = (
        select(
            Membership.account_id,
            Membership.role,
            Membership.ends_at,
            Workspace.slug,
            Workspace.name,
            access.workspaces(viewer).label("known"),
        )
        .join(Workspace, Workspace.id == Membership.workspace_id)
        .where(
            Membership.account_id.in_(found), or_(current(access.NOW), Membership.ends_at >= Account.ends_at)
        )
        .join(Account, Account.id == Membership.account_id)
        .order_by(Workspace.name, Workspace.id)
    )
    for row in db.execute(held):
        here = found[row.account_id]
        if row.known:
            here.workspaces.append(row)
        else:
            here.hidden += 1
    _add_entries(db, viewer, found)
    return found


def _add_entries(db: Session, viewer: Viewer, found: dict[int, Places]) -> None:
    """Single entries that are shared with the guests themselves, not with their firms."""
    grants = db.execute(
        select(EntryGrant.account_id, EntryGrant.entry_id, EntryGrant.ends_at)
        .where(EntryGrant.account_id.in_(found), EntryGrant.ends_at > access.NOW)
        .order_by(EntryGrant.id)
    ).all()
    if not grants:
        return
    readable = access.select_entries(viewer, Entry, Entry.id, Entry.title, Entry.address, Entry.lang)
    rows = db.execute(readable.where(Entry.id.in_({grant.entry_id for grant in grants}))).all()
    known = {row.id: row for row in rows}
    for grant in grants:
        here = found[grant.account_id]
        if grant.entry_id in known:
            here.entries.append(known[grant.entry_id])
        else:
            here.hidden += 1


def needed(viewer: Viewer) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """How many of the viewer's guests end before the moment ``soon``, and how many wait for somebody.

    Two questions to be asked by the way, together with others.
    """
    active = and_(Account.status == "active", Account.ends_at > access.NOW)
    soon = select(func.count(Account.id)).where(
        Account.sponsor_id == viewer.me, active, Account.ends_at <= parameter("soon")
    )
    alone = select(func.count(Account.id)).where(may_take_over(viewer), active)
    return soon.correlate(None).scalar_subquery(), alone.correlate(None).scalar_subquery()


def own_places(db: Session, viewer: Viewer) -> tuple[Sequence[Any], Sequence[Any]]:
    """For a guest: rows of the workspaces they are in, and of single entries that are shared with them."""
    workspaces = db.execute(
        select(Workspace.slug, Workspace.name, Workspace.purpose, Membership.role, Membership.ends_at)
        .join(Membership, Membership.workspace_id == Workspace.id)
        .where(Membership.account_id == viewer.me, current(access.NOW), access.workspaces(viewer))
        .order_by(Workspace.name, Workspace.id)
    ).all()
    columns = (Entry.public_id, Entry.title, Entry.lang, func.max(EntryGrant.ends_at).label("ends_at"))
    shared = (
        access.select_entries(viewer, Entry, *columns)
        .join(EntryGrant, EntryGrant.entry_id == Entry.id)
        .where(access.granted(viewer))
        .group_by(Entry.id, Entry.public_id, Entry.title, Entry.lang)
        .order_by(Entry.title, Entry.id)
    )
    return workspaces, db.execute(shared).all()

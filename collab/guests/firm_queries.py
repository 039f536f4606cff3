"""Firms as employees see them: their guests, what is on its way, and what they can read."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from collab import clock
from collab.auth.models import Account, Firm
from collab.auth.providers.models import SignInProvider
from collab.errors import NotFound
from collab.guests.models import Invitation
from collab.guests.waiting import is_waiting
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry, EntryGrant, Membership, Workspace

Rows = Select[*tuple[Any, ...]]
Condition = ColumnElement[bool]
#: Who was here within this time is told apart from who was here once; nothing finer is told.
RECENT = timedelta(days=30)


def known(viewer: Viewer) -> Condition:
    """A condition on ``Firm``: the viewer may know of it.

    Employees know all guests, and so their firms; one that is only invited is known to those who may
    know of the invitation. Administrators look after all.
    """
    if not viewer.is_employee or viewer.looker is not None:
        return Firm.id.in_(())
    if viewer.is_admin:
        return Firm.id.is_not(None)
    has_guests = exists().where(Account.firm_id == Firm.id, access.people(viewer)).correlate(Firm)
    asked = exists().where(Invitation.firm_id == Firm.id, knows_invitation(viewer)).correlate(Firm)
    return or_(has_guests, asked)


def knows_invitation(viewer: Viewer) -> Condition:
    """A condition on ``Invitation``: the viewer sent it, or may know of the workspace that it is for."""
    places = select(Workspace.id).where(access.workspaces(viewer))
    return or_(Invitation.sponsor_id == viewer.me, Invitation.workspace_id.in_(places))


def here() -> Condition:
    """A condition on ``Account``: the guest's end has not come."""
    return or_(Account.ends_at.is_(None), Account.ends_at > clock.now())


def firms(viewer: Viewer, words: str = "") -> Rows:
    """Rows (id, public_id, name, domains, guests here) of the firms that the viewer may know of."""
    guests = (
        select(func.count(Account.id))
        .where(Account.firm_id == Firm.id, Account.kind == "guest", here())
        .correlate(Firm)
        .scalar_subquery()
    )
    query = select(Firm.id, Firm.public_id, Firm.name, Firm.domains, guests.label("guests"))
    query = query.where(known(viewer))
    for word in words.split()[:8]:
        query = query.where(Firm.name.icontains(word, autoescape=True))
    return query


def firm(db: Session, viewer: Viewer, public_id: str) -> Firm:
    """The firm; NotFound for one that the viewer may not know of."""
    found = db.scalar(select(Firm).where(Firm.public_id == public_id, known(viewer)))
    if found is None:
        raise NotFound
    return found


def named(db: Session, viewer: Viewer, name: str) -> Firm:
    """The firm that is called so; NotFound for one that the viewer may not know of."""
    found = db.scalar(select(Firm).where(Firm.name == name, known(viewer)))
    if found is None:
        raise NotFound
    return found


def guests(viewer: Viewer, firm_id: int) -> Rows:
    """Rows of the firm's guests with their sponsor, for employees."""
    sponsor = aliased(Account, name="sponsor")
    return (
        select(
            Account.id,
            Account.public_id,
            Account.name,
            Account.handle,
            Account.photo,
            Account.kind,
            Account.status,
            Account.is_lead,
            Account.ends_at,
            Account.seen_at,
            sponsor.name.label("sponsor_name"),
            sponsor.handle.label("sponsor_handle"),
        )
        .outerjoin(sponsor, sponsor.id == Account.sponsor_id)
        .where(Account.firm_id == firm_id, Account.kind == "guest", access.people(viewer))
    )


def presence(row: Any) -> str:
    """Whether the guest was here: ``never``, ``recently`` or ``once``."""
    if row.seen_at is None:
        return "never"
    return "recently" if row.seen_at > clock.now() - RECENT else "once"


def has_ended(row: Any) -> bool:
    """Has the guest no access any more?"""
    return row.status != "active" or (row.ends_at is not None and row.ends_at <= clock.now())


def places(db: Session, viewer: Viewer, account_ids: list[int]) -> dict[int, list[Any]]:
    """For each guest the workspaces that the viewer may know the guest is in: rows (slug, name)."""
    found: dict[int, list[Any]] = {}
    query = (
        select(Membership.account_id, Workspace.slug, Workspace.name)
        .join(Workspace, Workspace.id == Membership.workspace_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.account_id.in_(account_ids), access.members(viewer))
        .order_by(Workspace.name, Workspace.id)
        .execution_options(policy=True)
    )
    for row in db.execute(query):
        found.setdefault(row.account_id, []).append(row)
    return found


def invitations(viewer: Viewer, firm_id: int) -> Rows:
    """Rows of the invitations that are on their way and that the viewer may know of."""
    sponsor = aliased(Account, name="sponsor")
    return (
        select(
            Invitation.id,
            Invitation.email,
            Invitation.name,
            Invitation.created_at,
            Invitation.expires_at,
            Invitation.ends_at,
            sponsor.name.label("sponsor_name"),
            sponsor.handle.label("sponsor_handle"),
        )
        .join(sponsor, sponsor.id == Invitation.sponsor_id)
        .where(Invitation.firm_id == firm_id, is_waiting(), knows_invitation(viewer))
        .order_by(Invitation.id.desc())
        .limit(50)
    )


def readable_entries(viewer: Viewer, firm_id: int) -> Rows:
    """Rows of the entries that some guest of the firm reads by belonging there or by a grant.

    Of these, what the viewer may read, where the viewer may know of the workspace. What is public is
    left out: that the whole world reads.
    """
    alone = exists().where(
        EntryGrant.entry_id == Entry.id,
        EntryGrant.ends_at > access.NOW,
        or_(
            EntryGrant.firm_id == firm_id,
            EntryGrant.account_id.in_(select(Account.id).where(Account.firm_id == firm_id)),
        ),
    )
    return (
        access.select_entries(
            viewer,
            Entry,
            Entry.public_id,
            Entry.kind,
            Entry.title,
            Entry.lang,
            Entry.guests_from,
            Workspace.slug.label("workspace_slug"),
            Workspace.name.label("workspace_name"),
            alone.correlate(Entry).label("alone"),
        )
        .join(Workspace, Workspace.id == Entry.workspace_id)
        .where(access.workspaces(viewer), access.read_by_firm(firm_id))
    )


def providers(db: Session, firm_id: int) -> list[SignInProvider]:
    """The sign-in of the firm's own, as far as there is one in use."""
    found = select(SignInProvider).where(SignInProvider.firm_id == firm_id, SignInProvider.enabled)
    return list(db.scalars(found.order_by(SignInProvider.label)))

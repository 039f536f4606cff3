"""A firm's lead proposes colleagues as guests; whoever answers for them decides."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth import services as accounts
from collab.auth.models import Account, Firm
from collab.config import Settings
from collab.errors import Invalid, NotFound
from collab.guests import invitations
from collab.guests.addresses import Addressee, may_come_from
from collab.guests.models import Invitation
from collab.guests.waiting import is_open
from collab.viewer import Viewer
from collab.workspaces import access, terms
from collab.workspaces.models import Membership, Workspace
from collab.workspaces.queries import current


def led(db: Session, viewer: Viewer) -> Firm | None:
    """The firm for which the viewer may propose colleagues, if there is one."""
    leads = select(Firm).join(Account, Account.firm_id == Firm.id)
    return db.scalar(leads.where(Account.id == viewer.me, Account.is_lead, Firm.lead_invites))


def firm_of_lead(db: Session, viewer: Viewer) -> Firm:
    """The firm for which the viewer may propose colleagues; NotFound for everybody else."""
    found = led(db, viewer)
    if found is None or viewer.looker is not None:
        raise NotFound
    return found


def places(db: Session, viewer: Viewer) -> Sequence[Workspace]:
    """The workspaces that the lead is a member of."""
    query = select(Workspace).where(access.mine(viewer), Workspace.archived_at.is_(None))
    return db.scalars(query.order_by(Workspace.name)).all()


def of_lead(db: Session, viewer: Viewer) -> Sequence[Invitation]:
    """What the lead has proposed, the newest first."""
    query = select(Invitation).where(Invitation.asked_by_id == viewer.me)
    return db.scalars(query.order_by(Invitation.id.desc()).limit(50)).all()


def propose(
    db: Session, viewer: Viewer, settings: Settings, slug: str, colleague: Addressee, message: str
) -> Invitation:
    """Ask for a colleague to be invited into a workspace of the lead's, for as long as the lead stays.

    Nothing is sent to the colleague before somebody approves. Raises Invalid for what will not do.
    """
    firm = firm_of_lead(db, viewer)
    workspace = next((each for each in places(db, viewer) if each.slug == slug), None)
    if workspace is None:
        raise Invalid({"workspace": "unknown_workspace"})
    _check(db, settings, firm, workspace, colleague)
    lead = db.get_one(Account, viewer.me)
    now = clock.now()
    usual = terms.usual_end(settings, settings.default_timezone)
    found = Invitation(
        email=colleague.email, email_key=colleague.key, name=colleague.name, locale=viewer.locale,
        message=message, sponsor_id=_asked(db, workspace, lead), firm_id=firm.id, workspace_id=workspace.id,
        role="contributor", asked_by_id=viewer.me, created_at=now, send_at=now,
        expires_at=now + timedelta(days=settings.invitation_days), sent_count=1,
        ends_at=min(usual, lead.ends_at) if lead.ends_at else usual,
    )  # fmt: skip
    db.add(found)
    db.flush()
    invitations.record(db, viewer, found, "invitation.proposed", name=firm.name)
    return found


def _check(db: Session, settings: Settings, firm: Firm, workspace: Workspace, colleague: Addressee) -> None:
    """What it says of an address must not tell a guest who else is there."""
    if not colleague.usable:
        raise Invalid({"email": "not_an_email"})
    if firm.domains and colleague.domain not in firm.domains:
        raise Invalid({"email": "not_of_your_firm"})
    if not may_come_from(settings, colleague.domain):
        raise Invalid({"email": "domain_not_allowed"})
    invited = select(Invitation.id).where(
        Invitation.email_key == colleague.key,
        Invitation.workspace_id == workspace.id,
        Invitation.firm_id == firm.id,
        is_open(),
    )
    members = select(Account.id).where(
        Account.email_key == colleague.key, Account.firm_id == firm.id, _member(workspace)
    )
    if db.scalar(invited) is not None or db.scalar(members) is not None:
        raise Invalid({"email": "there_already"})


def _member(workspace: Workspace) -> ColumnElement[bool]:
    now = clock.now()
    held = select(Membership.id).where(
        Membership.account_id == Account.id, Membership.workspace_id == workspace.id, current(now)
    )
    return and_(access.active(now), held.exists())


def _asked(db: Session, workspace: Workspace, lead: Account) -> int:
    """Who decides: the lead's own sponsor if that is possible there, else an owner."""
    owners = select(Membership.account_id).where(
        Membership.workspace_id == workspace.id, Membership.role == "owner", current(clock.now())
    )
    for account_id in (lead.sponsor_id, *db.scalars(owners.order_by(Membership.id))):
        person = accounts.viewer_of(db, account_id)
        if person.signed_in and invitations.may_invite(db, person, workspace):
            return person.me
    raise Invalid({"workspace": "nobody_to_ask"})


def waiting(db: Session, viewer: Viewer, public_id: str) -> Invitation:
    """A proposal that waits for an answer, locked, for everybody who may invite there; else NotFound."""
    found = db.scalar(
        select(Invitation)
        .where(
            Invitation.public_id == public_id,
            Invitation.asked_by_id.is_not(None),
            Invitation.approved_at.is_(None),
            is_open(),
        )
        .with_for_update()
    )
    if found is None or not invitations.may_invite(db, viewer, db.get_one(Workspace, found.workspace_id)):
        raise NotFound
    return found


def approve(db: Session, viewer: Viewer, settings: Settings, invitation: Invitation) -> None:
    """Invite whom the lead proposed. Who approves answers for the guest.

    Raises Invalid for an address that nobody may invite there.
    """
    now = clock.now()
    workspace = db.get_one(Workspace, invitation.workspace_id)
    invitations.check(db, settings, workspace, [Addressee(invitation.email)])
    invitations.replace_others(db, invitation)
    invitation.sponsor_id = viewer.me
    invitation.approved_at = invitation.send_at = now
    invitation.expires_at = now + timedelta(days=settings.invitation_days)
    invitations.record(db, viewer, invitation, "invitation.approved")


def decline(db: Session, viewer: Viewer, invitation: Invitation) -> None:
    """Nobody is invited, and nobody outside the firm learns of it."""
    invitation.declined_at = clock.now()
    invitations.record(db, viewer, invitation, "invitation.refused")


def take_back(db: Session, viewer: Viewer, public_id: str) -> None:
    """The lead does not want it any more, before anybody has answered. Raises NotFound."""
    firm_of_lead(db, viewer)
    found = db.scalar(
        select(Invitation)
        .where(
            Invitation.public_id == public_id,
            Invitation.asked_by_id == viewer.me,
            Invitation.approved_at.is_(None),
            is_open(),
        )
        .with_for_update()
    )
    if found is None:
        raise NotFound
    invitations.withdraw(db, viewer, found)

"""How somebody stops being a guest: by leaving, by becoming an employee, by being forgotten; and the way back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth import groups, sponsors
from collab.auth import services as accounts
from collab.auth.directory import ScimLink
from collab.auth.methods.models import Passkey, RecoveryCode, Totp
from collab.auth.models import Account, ApiToken, Group, GroupMember, OneTimeToken, Password, SignInSession
from collab.auth.providers.models import Identity
from collab.auth.sponsors import remembered
from collab.config import Settings
from collab.errors import Invalid, NotFound
from collab.guests.models import Invitation
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces import access, group_roles, terms
from collab.workspaces.members import named
from collab.workspaces.models import Autosave, EntryGrant, JoinRequest, Membership, Workspace
from collab.workspaces.queries import current
from collab.workspaces.services import forget_standing

#: What stands in the place of a name that has been taken away; shown in the reader's language.
NOBODY = "Former guest"


def leave(db: Session, viewer: Viewer) -> None:
    """The guest ends their own access, everywhere at once; what they wrote stays, and the contact is told."""
    guest = db.get_one(Account, viewer.me)
    if guest.kind != "guest":
        raise NotFound
    was = remembered(guest)
    guest.ends_at, guest.end_reason = clock.now(), "left"
    accounts.revoke(db, guest, reason="left")
    activity.record(db, "guest.left", viewer, subject_id=guest.id, was=was)


# To and fro ----------------------------------------------------------------------------------


def make_employee(db: Session, viewer: Viewer, account: Account, reason: str) -> None:
    """A guest is employed from now on: the same account, so that all that bears the name stays theirs.

    Sponsor, firm and end go; memberships stay, as given by hand; grants for single entries end, as
    employees read by other rules. The person signs in anew. Administrators only, who say why.
    """
    _require(viewer, account, "guest", reason)
    now = clock.now()
    was = {**remembered(account), "firm": account.firm_id}
    db.execute(
        update(EntryGrant)
        .where(EntryGrant.account_id == account.id, EntryGrant.ends_at > now)
        .values(ends_at=now)
    )
    held = Membership.account_id == account.id
    still = account.ends_at is None or account.ends_at > now
    if still:  # a membership without an end of its own ended with the account; now it goes on
        common = held & (Membership.ends_at == account.ends_at)
        db.execute(update(Membership).where(common).values(ends_at=None))
    db.execute(update(Membership).where(held).values(origin="hand"))
    account.sponsor_id = account.firm_id = None
    account.is_lead, account.end_reason = False, ""
    db.flush()
    account.kind, account.ends_at = "employee", None
    _changed(db, viewer, account, "employee", reason, was)


def make_guest(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    account: Account,
    sponsor: str,
    ends_at: datetime | None,
    reason: str,
) -> None:
    """An employee is a guest from now on, until ``ends_at`` or the usual end, with somebody who answers.

    What they wrote stays as it is, internal things internal. Their own guests lose their contact as
    if they had gone. Raises Invalid for oneself, for the last administrator, for who still owns
    workspaces (``owns_workspaces`` names them), for who the directory keeps, and for no sponsor.
    """
    _require(viewer, account, "employee", reason)
    if account.id == viewer.account_id:
        raise Invalid({"": "not_yourself"})
    kept = select(ScimLink.id).where(ScimLink.account_id == account.id, ScimLink.deleted_at.is_(None))
    if db.scalar(kept) is not None:
        raise Invalid({"": "kept_by_directory"})
    owned = owned_by(db, viewer, account)
    if owned:
        raise Invalid({"": "owns_workspaces"}, number=len(owned))
    answers = named(db, viewer, sponsor, Account.kind == "employee", Account.id != account.id)
    if ends_at is not None:
        terms.check_end(settings, viewer.timezone, ends_at)
    was = {**remembered(account), "is_admin": account.is_admin}
    accounts.set_admin(db, viewer, account, False)
    db.execute(delete(JoinRequest).where(JoinRequest.account_id == account.id))
    _leave_groups(db, viewer, account)
    account.kind, account.sponsor_id = "guest", answers.id
    account.ends_at, account.end_reason = ends_at or terms.usual_end(settings, viewer.timezone), ""
    db.flush()
    sponsors.leave(db, viewer, account)
    _changed(db, viewer, account, "guest", reason, was)


def owned_by(db: Session, viewer: Viewer, account: Account) -> list[str]:
    """The workspaces that the person owns and would have to hand over first; no name where it is secret."""
    query = (
        select(case((access.workspaces(viewer), Workspace.name), else_="").label("name"))
        .join(Membership, Membership.workspace_id == Workspace.id)
        .where(Membership.account_id == account.id, Membership.role == "owner", current(clock.now()))
        .order_by(Workspace.name)
    )
    return list(db.scalars(query))


def _require(viewer: Viewer, account: Account, kind: str, reason: str) -> None:
    if not viewer.is_admin or account.kind != kind or account.anonymised_at is not None:
        raise NotFound
    if account.status == "locked":
        raise Invalid({"": "cannot_sign_in"})
    if not reason:
        raise Invalid({"reason": "required"})


def _leave_groups(db: Session, viewer: Viewer, account: Account) -> None:
    """The groups that administrators keep are the staff's; what they gave goes, what was given by hand stays."""
    local = select(Group).join(GroupMember, GroupMember.group_id == Group.id)
    for group in db.scalars(
        local.where(GroupMember.account_id == account.id, Group.managed_by == "local")
    ).all():
        groups.remove(db, viewer, group, account.id)
    group_roles.sync_accounts(db, [account.id])


def _changed(
    db: Session, viewer: Viewer, account: Account, kind: str, reason: str, was: dict[str, Any]
) -> None:
    accounts.revoke(db, account, reason="kind_changed")
    forget_standing(db)
    activity.record(db, "account.converted", viewer, subject_id=account.id, kind=kind, reason=reason, was=was)


# Being forgotten ------------------------------------------------------------------------------


def forget(db: Session, settings: Settings) -> int:
    """Take the names of guests away who ended ``guest_anonymise_days`` ago; answers how many.

    Their content stays, under nobody's name, with the firm. Called by the worker; repeatable.
    """
    if not settings.guest_anonymise_days:
        return 0
    long_ago = clock.now() - timedelta(days=settings.guest_anonymise_days)
    gone = select(Account).where(
        Account.kind == "guest", Account.ends_at <= long_ago, Account.anonymised_at.is_(None)
    )
    found = db.scalars(gone.order_by(Account.id).limit(200).with_for_update()).all()
    for guest in found:
        _forget(db, guest)
    return len(found)


def _forget(db: Session, guest: Account) -> None:
    accounts.revoke(db, guest, reason="forgotten")
    sessions = SignInSession.account_id == guest.id
    db.execute(
        update(SignInSession).where(sessions).values(ip="", user_agent="", id_token=None, identity_id=None)
    )
    for table in (Identity, Passkey, Totp, RecoveryCode, Password, OneTimeToken, Autosave):
        db.execute(delete(table).where(table.account_id == guest.id))
    db.execute(update(ApiToken).where(ApiToken.account_id == guest.id).values(name=""))
    asked = Invitation.account_id == guest.id
    db.execute(
        update(Invitation).where(asked).values(email="", email_key="", name="", message="", token_hash=None)
    )
    guest.name, guest.handle = NOBODY, f"former.{guest.public_id.lower()}"
    guest.email = guest.email_key = guest.photo = None
    guest.title = guest.location = guest.bio = ""
    guest.timezone = guest.locale = ""
    guest.is_lead, guest.sponsor_id = False, None
    guest.anonymised_at = clock.now()
    activity.record(db, "guest.forgotten", ANONYMOUS, subject_id=guest.id)

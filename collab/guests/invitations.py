"""Inviting guests: made, sent again, withdrawn, undone. Any employee who may write in a workspace does.

The mail leaves a moment later (``invitation_listeners``), so that whoever made a mistake can take it
back unsent. Nobody holds a token before that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth import services as accounts
from collab.auth import throttle
from collab.auth.models import Account
from collab.config import Settings
from collab.errors import Forbidden, Invalid, NotFound, Refused
from collab.guests import addresses, origin
from collab.guests.addresses import Addressee
from collab.guests.models import Invitation
from collab.guests.waiting import is_open
from collab.viewer import Viewer
from collab.workspaces import access, services, terms
from collab.workspaces.models import Entry, Membership, Workspace
from collab.workspaces.queries import current

#: At once, and mails that one address, and one inviter, may cause in a quarter of an hour.
MOST, MAILS, MAILS_PER_SPONSOR = 50, 3, 300


@dataclass(frozen=True)
class Offer:
    """What those who are invited get. ``role`` None: the one entry that goes with it."""

    role: str | None = "contributor"
    firm: str = ""
    message: str = ""
    locale: str = ""
    ends_at: datetime | None = None


def may_invite(db: Session, viewer: Viewer, workspace: Workspace) -> bool:
    """May the viewer bring guests into the workspace? Whoever is employed and writes there."""
    return viewer.is_employee and access.allowed(db, viewer, "contribute", workspace)


def _require(db: Session, viewer: Viewer, workspace: Workspace, entry: Entry | None) -> None:
    """Raise NotFound for what the viewer may not know of, Refused for whom it is not to invite."""
    try:
        access.require(db, viewer, *(("contribute", workspace) if entry is None else ("share", entry)))
    except Forbidden as error:
        raise Refused(403, "may_not_invite") from error
    if not viewer.is_employee:
        raise Refused(403, "may_not_invite")


def invite(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    workspace: Workspace,
    people: Sequence[Addressee],
    offer: Offer,
    entry: Entry | None = None,
) -> list[Invitation]:
    """Invite people into the workspace, or to one ``entry`` of it (then ``offer.role`` is None).

    Somebody who is invited there already gets the new invitation in place of the old one. Raises
    Refused for whom it is not to invite, and Invalid: for ``emails[<address>]`` of each that will not
    do, for ``firm``, for ``ends_on``. Then nobody is invited.
    """
    _require(db, viewer, workspace, entry)
    ends_at = offer.ends_at or terms.usual_end(settings, viewer.timezone)
    terms.check_end(settings, viewer.timezone, ends_at)
    check(db, settings, workspace, people, entry)
    services.lock(db, workspace)  # of two who invite the same person, one replaces the other's
    firms = origin.firms_of(db, viewer, people, offer.firm)
    now = clock.now()
    made = []
    for each in people:
        _count(db, viewer, each.key)
        firm = firms[each.key]
        invitation = Invitation(
            email=each.email, email_key=each.key, name=each.name, locale=offer.locale, message=offer.message,
            sponsor_id=viewer.me, firm_id=firm.id if firm else None, workspace_id=workspace.id,
            entry_id=entry.id if entry else None, role=None if entry else offer.role, created_at=now,
            send_at=now + timedelta(seconds=settings.invitation_delay),
            expires_at=now + timedelta(days=settings.invitation_days), ends_at=ends_at, sent_count=1,
        )  # fmt: skip
        db.add(invitation)
        db.flush()
        replace_others(db, invitation)
        record(db, viewer, invitation, "invitation.made", name=firm.name if firm else "")
        made.append(invitation)
    return made


def check(
    db: Session,
    settings: Settings,
    workspace: Workspace,
    people: Sequence[Addressee],
    entry: Entry | None = None,
) -> None:
    """Raise Invalid, naming each address that cannot be invited, and why."""
    if not people:
        raise Invalid({"emails": "required"})
    if len(people) > MOST:
        raise Invalid({"emails": "too_many"}, max=MOST)
    colleagues, members = _known(db, workspace, [each.key for each in people])
    wrong: dict[str, str] = {}
    seen: set[str] = set()
    for each in people:
        code = "not_an_email" if not each.usable else ""
        code = code or ("there_twice" if each.key in seen else "")
        code = code or ("is_colleague" if each.key in colleagues else "")
        code = code or ("already_member" if each.key in members and entry is None else "")
        code = code or ("domain_not_allowed" if not addresses.may_come_from(settings, each.domain) else "")
        if code:
            wrong[f"emails[{each.email or each.name}]"] = code
        seen.add(each.key)
    if wrong:
        raise Invalid(wrong)


def _known(db: Session, workspace: Workspace, keys: Sequence[str]) -> tuple[set[str], set[str]]:
    """Of these addresses, those of colleagues, and those of present members of the workspace."""
    held = select(Account.email_key).where(Account.email_key.in_(keys))
    now = clock.now()
    member = select(Membership.account_id).where(
        Membership.workspace_id == workspace.id, current(now), Membership.account_id == Account.id
    )
    colleagues = db.scalars(held.where(Account.kind == "employee"))
    members = db.scalars(held.where(access.active(now), member.exists()))
    return {key for key in colleagues if key}, {key for key in members if key}


def _count(db: Session, viewer: Viewer, key: str) -> None:
    """Raise TooMany where an address, or a person, has caused enough mail."""
    for what, most in (
        (f"invitation:{accounts.digest(key)}", MAILS),
        (f"invitations:{viewer.me}", MAILS_PER_SPONSOR),
    ):
        throttle.check(db, what, most)
        throttle.count(db, what)


def _same_place(invitation: Invitation) -> access.Condition:
    entry = Invitation.entry_id
    same_entry = entry.is_(None) if invitation.entry_id is None else entry == invitation.entry_id
    return (
        (Invitation.email_key == invitation.email_key)
        & (Invitation.workspace_id == invitation.workspace_id)
        & same_entry
    )


def replace_others(db: Session, invitation: Invitation) -> None:
    """Take back what else invites the same person to the same place; as of its making, for ``undo``."""
    db.execute(
        update(Invitation)
        .where(is_open(), _same_place(invitation), Invitation.id != invitation.id)
        .values(withdrawn_at=invitation.created_at)
        .execution_options(synchronize_session=False)
    )


# Afterwards ----------------------------------------------------------------------------------


def one(db: Session, viewer: Viewer, public_id: str) -> Invitation:
    """An open invitation that the viewer may send again or withdraw, locked; else NotFound.

    Its sponsor does, and who owns the workspace; everybody who may invite there once the sponsor is gone.
    """
    found = db.scalar(
        select(Invitation).where(Invitation.public_id == public_id, is_open()).with_for_update()
    )
    if found is None or not viewer.is_employee:
        raise NotFound
    workspace = db.get_one(Workspace, found.workspace_id)
    own = found.sponsor_id == viewer.me
    if own or access.allowed(db, viewer, "manage", workspace):
        return found
    if not may_invite(db, viewer, workspace):
        raise NotFound
    if accounts.viewer_of(db, found.sponsor_id).is_employee:
        raise Refused(403, "may_not_invite")
    return found


def resend(db: Session, viewer: Viewer, settings: Settings, invitation: Invitation) -> None:
    """Write the mail anew, with a new link; the one before no longer works, and the time begins anew.

    Raises Invalid where the access would be over already, TooMany after some mails.
    """
    workspace = db.get_one(Workspace, invitation.workspace_id)
    if invitation.asked_by_id is not None and invitation.approved_at is None:
        raise NotFound
    now = clock.now()
    if invitation.ends_at <= now:
        raise Invalid({"": "end_in_past"})
    _count(db, viewer, invitation.email_key)
    if not backed(db, invitation) and may_invite(db, viewer, workspace):
        invitation.sponsor_id = viewer.me
    invitation.token_hash, invitation.asked_again_at = None, None
    invitation.send_at = now
    invitation.expires_at = now + timedelta(days=settings.invitation_days)
    invitation.sent_count += 1
    record(db, viewer, invitation, "invitation.resent", count=invitation.sent_count)


def withdraw(db: Session, viewer: Viewer, invitation: Invitation) -> None:
    """The invitation is nobody's any more; its mail, if it has not left, does not leave."""
    invitation.withdrawn_at = clock.now()
    record(db, viewer, invitation, "invitation.withdrawn")


def undo(db: Session, viewer: Viewer, invitation: Invitation) -> int:
    """Take back all that were made in one act with this one, and what they replaced is as before.

    Answers how many. What was accepted meanwhile stays.
    """
    made = db.scalars(
        select(Invitation)
        .where(
            Invitation.sponsor_id == invitation.sponsor_id,
            Invitation.workspace_id == invitation.workspace_id,
            Invitation.created_at == invitation.created_at,
            is_open(),
        )
        .with_for_update()
    ).all()
    for each in made:
        withdraw(db, viewer, each)
        db.execute(
            update(Invitation)
            .where(
                _same_place(each),
                Invitation.withdrawn_at == each.created_at,
                Invitation.id != each.id,
                Invitation.accepted_at.is_(None),
            )
            .values(withdrawn_at=None)
            .execution_options(synchronize_session=False)
        )
    return len(made)


def backed(db: Session, invitation: Invitation) -> bool:
    """Does somebody still answer for it: an employee who may invite there even now?"""
    sponsor = accounts.viewer_of(db, invitation.sponsor_id)
    if not sponsor.is_employee:
        return False
    if invitation.entry_id is None:
        return may_invite(db, sponsor, db.get_one(Workspace, invitation.workspace_id))
    found = db.scalar(access.select_entries(sponsor, Entry).where(Entry.id == invitation.entry_id))
    return found is not None and access.allowed(db, sponsor, "share", found)


def record(db: Session, viewer: Viewer, invitation: Invitation, kind: str, **data: Any) -> None:
    """Note what became of an invitation. The address stands in its row only, from where it goes in time."""
    activity.record(
        db,
        kind,
        viewer,
        workspace_id=invitation.workspace_id,
        entry_id=invitation.entry_id,
        subject_id=invitation.account_id,
        invitation=invitation.id,
        **data,
    )

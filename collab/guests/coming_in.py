"""Coming in by an invitation: looking at it, accepting, declining, asking for a new one.

The link proves the mailbox. So accepting makes the account, or finds it by the address, and what the
inviter promised becomes true, if the inviter could still promise it at this moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collab import clock, text
from collab.auth import services as accounts
from collab.auth.models import Account, Firm
from collab.errors import Invalid, Refused
from collab.guests import invitations
from collab.guests.models import Invitation
from collab.guests.seen import Seen, seen_by
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces import access, admission
from collab.workspaces.models import Entry, EntryGrant, Workspace

#: How often somebody may ask for a new invitation.
AGAIN_AFTER = timedelta(days=1)


class NotOpen(Refused):
    """The invitation cannot be accepted; ``invitation`` is None for one that tells nothing any more."""

    def __init__(self, status: int, code: str, invitation: Invitation | None = None) -> None:
        super().__init__(status, code)
        self.invitation = invitation


@dataclass(frozen=True)
class Invited:
    """An open invitation, as its holder may read it. ``account``: whose address it is already."""

    invitation: Invitation
    sponsor: Account
    seen: Seen
    account: Account | None


def look(db: Session, token: str) -> Invited:
    """What the link leads to. Changes nothing. Raises NotOpen for one that cannot be accepted (any more)."""
    return _opened(db, _found(db, token))


def _found(db: Session, token: str, *, lock: bool = False) -> Invitation:
    query = select(Invitation).where(Invitation.token_hash == accounts.digest(token))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = db.scalar(query)
    if found is None or found.withdrawn_at is not None:
        raise NotOpen(404, "invitation_unknown")
    return found


def _opened(db: Session, invitation: Invitation) -> Invited:
    account = db.scalar(select(Account).where(Account.email_key == invitation.email_key))
    employed = account is not None and account.kind != "guest"
    if invitation.accepted_at is not None or invitation.declined_at is not None or employed:
        raise NotOpen(410, "invitation_used", invitation)
    if not invitations.backed(db, invitation):
        raise NotOpen(404, "invitation_unknown")
    if min(invitation.expires_at, invitation.ends_at) <= clock.now():
        raise NotOpen(410, "invitation_expired", invitation)
    sponsor = db.get_one(Account, invitation.sponsor_id)
    seen = seen_by(db, accounts.viewer_of(db, sponsor.id), invitation)
    return Invited(invitation, sponsor, seen, account)


def accept(db: Session, token: str, name: str = "", locale: str = "") -> Account:
    """Take the invitation up, once: answers the account, made or found, that is a guest's now.

    Raises NotOpen; Refused for an account that may do nothing; Invalid without a name where none is known.
    """
    invited = _opened(db, _found(db, token, lock=True))
    invitation = invited.invitation
    if invited.account is not None and invited.account.status != "active":
        raise NotOpen(403, "account_inactive", invitation)
    account = invited.account or _account(db, invitation, name, locale)
    _prolong(db, account, invitation)
    invitation.accepted_at, invitation.account_id = clock.now(), account.id
    db.flush()
    _let_in(db, account, invitation)
    person = accounts.viewer_of(db, account.id)
    invitations.record(db, person, invitation, "invitation.accepted")
    return account


def _account(db: Session, invitation: Invitation, name: str, locale: str) -> Account:
    """A new account; of two who are making it at one time, for two invitations, one makes it."""
    name = text.clean_line(name)[:120] or invitation.name
    if not name:
        raise Invalid({"name": "required"})
    try:
        with db.begin_nested():
            account = accounts.create_account(
                db,
                ANONYMOUS,
                name=name,
                email=invitation.email,
                kind="guest",
                firm=db.get(Firm, invitation.firm_id) if invitation.firm_id else None,
                locale=locale or invitation.locale,
                ends_at=invitation.ends_at,
            )
            account.sponsor_id = invitation.sponsor_id
            db.flush()
            return account
    except (IntegrityError, Invalid):
        db.expire_all()
        return db.scalars(select(Account).where(Account.email_key == invitation.email_key)).one()


def _prolong(db: Session, account: Account, invitation: Invitation) -> None:
    """One person answers for a guest, and there is one end: whoever comes first, and the latest."""
    over = account.ends_at is not None and account.ends_at <= clock.now()
    if over or not accounts.viewer_of(db, account.sponsor_id).is_employee:
        account.sponsor_id = invitation.sponsor_id
        if account.end_reason == "sponsor_left":
            account.end_reason = ""
    if account.ends_at is not None and account.ends_at < invitation.ends_at:
        account.ends_at, account.end_reason = invitation.ends_at, ""


def _let_in(db: Session, account: Account, invitation: Invitation) -> None:
    """A membership, or a grant for one entry, that does not outlive what was promised."""
    sponsor = accounts.viewer_of(db, invitation.sponsor_id)
    if invitation.role is not None:
        sooner = account.ends_at is None or invitation.ends_at < account.ends_at
        workspace = db.get_one(Workspace, invitation.workspace_id)
        admission.admit(
            db, sponsor, workspace, account, invitation.role, invitation.ends_at if sooner else None
        )
        return
    entry = access.get(db, sponsor, Entry, Entry.id == invitation.entry_id)
    _grant(db, sponsor, entry, account, invitation.ends_at)


def _grant(db: Session, sponsor: Viewer, entry: Entry, account: Account, ends_at: datetime) -> None:
    grant = db.scalar(
        select(EntryGrant).where(EntryGrant.entry_id == entry.id, EntryGrant.account_id == account.id)
    )
    if grant is not None:
        grant.ends_at = max(grant.ends_at, ends_at)
        return
    db.add(
        EntryGrant(
            workspace_id=entry.workspace_id,
            entry_id=entry.id,
            account_id=account.id,
            granted_by_id=sponsor.me,
            ends_at=ends_at,
            created_at=clock.now(),
        )
    )


def decline(db: Session, token: str) -> Invitation:
    """The holder does not want to come. Raises NotOpen."""
    invitation = _opened(db, _found(db, token, lock=True)).invitation
    invitation.declined_at = clock.now()
    invitations.record(db, ANONYMOUS, invitation, "invitation.declined")
    return invitation


def ask_again(db: Session, token: str) -> Invitation:
    """Whoever holds an invitation that has run out asks for a new one: the sponsor is told, once a day."""
    invitation = _found(db, token, lock=True)
    try:
        _opened(db, invitation)
    except NotOpen as error:
        if error.code != "invitation_expired":
            raise
    else:
        return invitation  # it works, so there is nothing to ask for
    last, now = invitation.asked_again_at, clock.now()
    if last is None or last <= now - AGAIN_AFTER:
        invitation.asked_again_at = now
        invitations.record(db, ANONYMOUS, invitation, "invitation.asked_again")
    return invitation

"""Mails about invitations: to who is invited, and to who invites. Run by the worker.

The token of a link is made when its mail is written, from the secret key and the event: whoever is
killed while sending writes the same mail again, so that none with a dead link is left over.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy.orm import Session

from collab import clock
from collab.activity.models import Event
from collab.activity.outbox import Context, Later, Listener
from collab.auth import letters as accounts_letters
from collab.auth import sending
from collab.auth import services as accounts
from collab.auth.letters import Letter, Reader
from collab.auth.models import Account
from collab.auth.sending import Mail, reader_of
from collab.config import Settings
from collab.errors import NotFound
from collab.guests import invitation_letters as letters
from collab.guests.invitation_queries import state
from collab.guests.models import Invitation
from collab.guests.seen import seen_by
from collab.workspaces.models import Workspace
from collab.workspaces.net import as_system

TO_GUEST = ("invitation.made", "invitation.resent", "invitation.approved")
TO_SPONSOR = ("invitation.accepted", "invitation.declined", "invitation.asked_again", "invitation.proposed")


def handle(context: Context, events: Sequence[Event]) -> None:
    """Send what the events call for. Raises Later for an invitation that can still be taken back unsent."""
    sending.send_all(context, events, _mails)


def _mails(db: Session, settings: Settings, event: Event) -> Iterator[Mail]:
    invitation = db.get(Invitation, int(event.data["invitation"]))
    if invitation is not None:
        write = _to_guest if event.kind in TO_GUEST else _to_sponsor
        yield from write(as_system(db, "an invitation's mail"), settings, event, invitation)


def _to_guest(db: Session, settings: Settings, event: Event, invitation: Invitation) -> Iterator[Mail]:
    if not _wanted(event, invitation):
        return
    if invitation.send_at > clock.now():
        raise Later(invitation.send_at)
    locale = invitation.locale or settings.default_locale
    reader = Reader(invitation.name, invitation.email, locale, settings.default_timezone)
    yield reader, partial(_write, settings, event, invitation.id, reader)


def _wanted(event: Event, invitation: Invitation) -> bool:
    """Is it open, and this the newest of its mails?"""
    return state(invitation) in ("leaving", "sent") and invitation.sent_count == event.data.get("count", 1)


def token_for(settings: Settings, event: Event, invitation: Invitation) -> str:
    """The link's token: 43 letters of an HMAC-SHA-256 over the event, which only the secret key can tell."""
    said = f"invitation {event.id} {invitation.public_id} {event.at.isoformat()}"
    sealed = hmac.new(settings.key.encode(), said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _write(
    settings: Settings, event: Event, invitation_id: int, reader: Reader, db: Session
) -> Letter | None:
    """The mail, as it leaves; None if the invitation was withdrawn, answered or sent anew meanwhile."""
    as_system(db, "an invitation's mail")
    invitation = db.get(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    if invitation is None or not _wanted(event, invitation):
        return None
    sponsor = db.get_one(Account, invitation.sponsor_id)
    viewer = accounts.viewer_of(db, sponsor.id)
    try:
        seen = seen_by(db, viewer, invitation)
    except NotFound:  # the entry is gone, or is not the sponsor's to show any more
        return None
    token = token_for(settings, event, invitation)
    invitation.token_hash = accounts.digest(token)
    invitation.sent_at = clock.now()
    say = accounts_letters.voice(reader)
    return letters.invitation(
        say, reader, invitation, reader_of(settings, sponsor), seen, settings.site_name, token
    )


def _to_sponsor(db: Session, settings: Settings, event: Event, invitation: Invitation) -> Iterator[Mail]:
    sponsor = db.get(Account, invitation.sponsor_id)
    if sponsor is None or not sponsor.email or not accounts.viewer_of(db, sponsor.id).is_employee:
        return
    account = db.get(Account, invitation.account_id) if invitation.account_id else None
    asker = db.get(Account, invitation.asked_by_id) if invitation.asked_by_id else None
    names = {
        "who": account.name if account else invitation.name or invitation.email,
        "email": invitation.email,
        "by": asker.name if asker else "",
    }
    try:
        seen = seen_by(db, accounts.viewer_of(db, sponsor.id), invitation)
    except NotFound:
        return
    workspace = db.get_one(Workspace, invitation.workspace_id)
    link = "/my-guests/" if event.kind == "invitation.accepted" else f"/w/{workspace.slug}/invite"
    reader = reader_of(settings, sponsor)
    letter = letters.to_sponsor(accounts_letters.voice(reader), event.kind, names, seen, link)
    yield reader, partial(sending.as_written, letter)


LISTENER = Listener("invitation_mail", (*TO_GUEST, *TO_SPONSOR), handle)

"""What is done about guests: invited, come in, extended, ended, handed over, shared with alone."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.activity import Event
from collab.admin import services as admin
from collab.auth.models import Account, Firm
from collab.guests import firm_ending, invitations, leaving, sponsoring
from collab.guests.addresses import Addressee
from collab.guests.invitation_listeners import token_for
from collab.guests.invitations import Offer
from collab.guests.models import Invitation
from collab.viewer import Viewer
from collab.workspaces import access, alone, links
from collab.workspaces.models import Entry, EntryGrant, ShareLink, Workspace
from tests.guests.acts import Company

REASON = "for a test"
#: The events after which a mail with a link leaves.
MAILED = ("invitation.made", "invitation.resent", "invitation.approved")


class Host(Company):
    """A company that deals with guests."""

    # invitations
    def open_invitations(self) -> list[Invitation]:
        with self.system() as db:
            found = db.scalars(select(Invitation).where(invitations.is_open()).order_by(Invitation.id)).all()
            db.expunge_all()
            return list(found)

    def invite(self, who: int, place: int, email: str, role: str | None, entry: int, days: int) -> None:
        """Into a workspace, or, without a role, to one entry of it."""
        ends = self.now() + timedelta(days=days)
        offer = Offer(role=role, firm="" if "." in email.split("@", maxsplit=1)[0] else "Neu", ends_at=ends)
        with self.acting(who) as (db, viewer):
            only = access.get(db, viewer, Entry, Entry.id == entry) if role is None else None
            where = db.get_one(Workspace, only.workspace_id if only else place)
            people = [Addressee(email, email.partition("@")[0].title())]
            invitations.invite(db, viewer, self.context.settings, where, people, offer, only)

    def accept(self, invitation: int) -> None:
        """Whoever has the mail presses the button, in a new window."""
        self.drain()
        token = self._token(invitation)
        window = self.stranger()
        answer = window.send(f"/invitation/{token}/accept", {"name": f"New {invitation}"})
        assert answer.status_code < 500, answer.text
        if answer.status_code != 303:
            self.refused += 1
            return
        cookie = window.get_cookie("collab")
        with self.system() as db:
            account_id = db.get_one(Invitation, invitation).account_id
        assert cookie is not None and account_id is not None
        assert window.get("/welcome").status_code == 200
        self.cookies[account_id] = cookie.value

    def _token(self, invitation: int) -> str:
        with self.system() as db:
            events = db.scalars(select(Event).where(Event.kind.in_(MAILED)).order_by(Event.id)).all()
            last = [event for event in events if event.data["invitation"] == invitation]
            found = db.get_one(Invitation, invitation)
            return token_for(self.context.settings, last[-1], found) if last else "none"

    def withdraw_invitation(self, who: int, invitation: int) -> None:
        with self.acting(who) as (db, viewer):
            public_id = db.get_one(Invitation, invitation).public_id
            invitations.withdraw(db, viewer, invitations.one(db, viewer, public_id))

    def resend_invitation(self, who: int, invitation: int) -> None:
        with self.acting(who) as (db, viewer):
            found = invitations.one(db, viewer, db.get_one(Invitation, invitation).public_id)
            invitations.resend(db, viewer, self.context.settings, found)

    # sponsors
    def _on_guest(self, who: int, guest: int, do: Callable[[Session, Viewer, Account], object]) -> None:
        with self.acting(who) as (db, viewer):
            public_id = db.get_one(Account, guest).public_id
            do(db, viewer, sponsoring.get(db, viewer, public_id, waiting=True))

    def sponsor_of(self, guest: int) -> int:
        """Who answers for the guest, else the administrator."""
        with self.system() as db:
            return db.get_one(Account, guest).sponsor_id or self.accounts["root"]

    def extend(self, who: int, guest: int, days: int | None) -> None:
        ends = self.now() + timedelta(days=days) if days else None
        settings = self.context.settings
        self._on_guest(
            who, guest, lambda db, v, found: sponsoring.extend(db, v, settings, found, ends, REASON)
        )

    def end(self, who: int, guest: int) -> None:
        self._on_guest(who, guest, lambda db, viewer, found: sponsoring.end(db, viewer, found, REASON))

    def hand_over(self, who: int, guest: int, to: int) -> None:
        def do(db: Session, viewer: Viewer, found: Account) -> None:
            sponsoring.hand_over(db, viewer, found, db.get_one(Account, to).handle, REASON)

        self._on_guest(who, guest, do)

    def take_over(self, who: int, guest: int) -> None:
        settings = self.context.settings
        self._on_guest(who, guest, lambda db, v, found: sponsoring.take_over(db, v, settings, found, REASON))

    def undo(self, who: int, guest: int) -> None:
        with self.acting(who) as (db, viewer):
            sponsoring.undo(db, viewer, db.get_one(Account, guest).public_id)

    def leave(self, guest: int) -> None:
        """By the guest's own wish."""
        with self.acting(guest) as (db, viewer):
            if viewer.signed_in:
                leaving.leave(db, viewer)

    # administrators
    def end_firm(self, firm: int, *, back: bool) -> None:
        with self.acting(self.accounts["root"]) as (db, viewer):
            found = db.get_one(Firm, firm)
            if back:
                firm_ending.give_back(db, viewer, found)
            else:
                firm_ending.end_all(db, viewer, found, REASON)

    def change_end(self, person: int, days: int | None) -> None:
        ends = self.now() + timedelta(days=days) if days else None
        with self.acting(self.accounts["root"]) as (db, viewer):
            found = db.get_one(Account, person)
            admin.change(db, viewer, self.context.settings, found, {"ends_at": ends})

    def convert(self, person: int, sponsor: int) -> None:
        """A guest becomes an employee, an employee a guest for whom ``sponsor`` answers."""
        with self.acting(self.accounts["root"]) as (db, viewer):
            found, to = db.get_one(Account, person), db.get_one(Account, sponsor).handle
            if found.kind == "guest":
                leaving.make_employee(db, viewer, found, REASON)
            else:
                leaving.make_guest(db, viewer, self.context.settings, found, to, None, REASON)

    # one entry alone
    def grant(self, who: int, entry: int, guest: int | None, firm: int | None, after: int) -> None:
        ends = self.now() + timedelta(hours=after)

        def do(db: Session, viewer: Viewer, found: Entry) -> None:
            to: Any = db.get_one(Account, guest) if guest else db.get_one(Firm, firm)
            settings = self.context.settings
            alone.give(db, viewer, found, to, settings, ends_at=ends, may_comment=after % 2 == 0)

        self.on_entry(who, entry, do)

    def end_grant(self, who: int, grant: int) -> None:
        with self.acting(who) as (db, viewer):
            given = db.get_one(EntryGrant, grant)
            alone.end(db, viewer, access.get(db, viewer, Entry, Entry.id == given.entry_id), given)

    def link(self, who: int, entry: int, after: int, *, talk: bool) -> None:
        ends, token, number = self.now() + timedelta(hours=after), "", 0
        with self.acting(who) as (db, viewer):
            found = access.get(db, viewer, Entry, Entry.id == entry)
            made, token = links.make(
                db, viewer, found, self.context.settings, name="x", ends_at=ends, may_comment=talk
            )
            number = made.id
        if number:
            self.addresses[number] = f"/s/{token}"

    def revoke_link(self, who: int, link: int) -> None:
        with self.acting(who) as (db, viewer):
            made = db.get_one(ShareLink, link)
            links.revoke(db, viewer, access.get(db, viewer, Entry, Entry.id == made.entry_id), made)

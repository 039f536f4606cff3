"""Lives with guests: what may be done about them, and what holds whatever was done."""

from collections.abc import Iterator
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from sqlalchemy import select

from collab.auth.models import Account
from tests.guests.guest_acts import Host
from tests.guests.lives import ACTOR, ANY, Lives, nothing

ADDRESSES = st.sampled_from(["new@kessler.example", "neu@linotek.example", "anybody@nowhere.example"])
DAYS = st.sampled_from([1, 30, 90, 200])
LONGEST_ALONE = timedelta(days=14)


class GuestLives(Lives):
    """One life of a company that deals with guests."""

    life: Host

    def guest(self, number: int) -> int:
        return self.one([person for person in self.world.people if person.kind == "guest"], number).id

    # Invitations.
    @rule(
        actor=ACTOR,
        place=ANY,
        email=ADDRESSES,
        role=st.sampled_from(["contributor", "reader", None]),
        days=DAYS,
    )
    def invite(self, actor: int, place: int, email: str, role: str | None, days: int) -> None:
        where, entry = self.place(place), self.entry(place)
        usual = self.owner(where) if role else self.sharer(entry)
        self.life.invite(self.who(actor, usual), where, email, role, entry, days)

    @rule(which=ANY)
    def accept(self, which: int) -> None:
        found = self.life.open_invitations()
        if found:
            self.life.accept(self.one(found, which).id)

    @rule(actor=ACTOR, which=ANY, again=st.booleans())
    def withdraw_or_resend(self, actor: int, which: int, again: bool) -> None:
        found = self.life.open_invitations()
        if found:
            invitation = self.one(found, which)
            do = self.life.resend_invitation if again else self.life.withdraw_invitation
            do(self.who(actor, invitation.sponsor_id), invitation.id)

    # Sponsors.
    @rule(actor=ACTOR, guest=ANY, days=st.sampled_from([None, 1, 100]))
    def extend(self, actor: int, guest: int, days: int | None) -> None:
        number = self.guest(guest)
        self.life.extend(self.who(actor, self.life.sponsor_of(number)), number, days)

    @rule(actor=ACTOR, guest=ANY)
    def end(self, actor: int, guest: int) -> None:
        number = self.guest(guest)
        self.life.end(self.who(actor, self.life.sponsor_of(number)), number)

    @rule(actor=ACTOR, guest=ANY, to=ANY)
    def hand_over(self, actor: int, guest: int, to: int) -> None:
        number = self.guest(guest)
        self.life.hand_over(self.who(actor, self.life.sponsor_of(number)), number, self.person(to))

    @rule(who=ANY, guest=ANY)
    def take_over(self, who: int, guest: int) -> None:
        self.life.take_over(self.person(who), self.guest(guest))

    @rule(actor=ACTOR, guest=ANY)
    def undo(self, actor: int, guest: int) -> None:
        number = self.guest(guest)
        self.life.undo(self.who(actor, self.life.sponsor_of(number)), number)

    @rule(guest=ANY)
    def sponsor_leaves(self, guest: int) -> None:
        self.life.suspend(self.life.sponsor_of(self.guest(guest)), True)

    @rule(guest=ANY)
    def leave(self, guest: int) -> None:
        self.life.leave(self.guest(guest))

    # Administrators.
    @rule(firm=ANY, back=st.booleans())
    def end_firm(self, firm: int, back: bool) -> None:
        self.life.end_firm(self.one(sorted(self.life.firms.values()), firm), back=back)

    @rule(person=ANY, days=st.sampled_from([None, 1, 60]))
    def change_end(self, person: int, days: int | None) -> None:
        self.life.change_end(self.person(person), days)

    @rule(person=ANY, sponsor=ANY)
    def convert(self, person: int, sponsor: int) -> None:
        self.life.convert(self.person(person), self.person(sponsor))

    # One entry alone.
    @rule(actor=ACTOR, entry=ANY, to=ANY, firm=st.booleans(), after=st.sampled_from([3, 50, 501]))
    def grant(self, actor: int, entry: int, to: int, firm: bool, after: int) -> None:
        number, firms = self.entry(entry), sorted(self.life.firms.values())
        whom = (None, self.one(firms, to)) if firm else (self.guest(to), None)
        self.life.grant(self.who(actor, self.sharer(number)), number, *whom, after)

    @rule(actor=ACTOR, which=ANY)
    def end_grant(self, actor: int, which: int) -> None:
        if self.world.grants:
            grant = self.one(self.world.grants, which)
            self.life.end_grant(self.who(actor, self.owner(grant.place)), grant.id)

    @rule(actor=ACTOR, entry=ANY, talk=st.booleans(), after=st.sampled_from([3, 500]))
    def link(self, actor: int, entry: int, talk: bool, after: int) -> None:
        number = self.entry(entry)
        self.life.link(self.who(actor, self.sharer(number)), number, after, talk=talk)

    @rule(actor=ACTOR, which=ANY)
    def revoke_link(self, actor: int, which: int) -> None:
        if self.world.links:
            link = self.one(self.world.links, which)
            self.life.revoke_link(self.who(actor, self.owner(link.place)), link.id)

    # What holds.
    @invariant()
    def promises_are_kept(self) -> None:
        nothing(list(self._broken()))

    def _broken(self) -> Iterator[str]:
        now = self.life.now()
        with self.life.system() as db:
            people = {person.id: person for person in db.scalars(select(Account))}
        for guest in people.values():
            if guest.kind != "guest" or guest.id < self.world.people[0].id:
                continue
            sponsor = people.get(guest.sponsor_id or 0)
            if guest.ends_at is None:
                yield f"{guest.name} has no end"
            elif guest.status == "active" and guest.ends_at > now:
                if sponsor is None and guest.ends_at > now + LONGEST_ALONE:
                    yield f"{guest.name} runs on until {guest.ends_at} and nobody answers"
                if sponsor is not None and not self._answers(sponsor):
                    yield f"{guest.name} runs on, and {sponsor.name}, who answers, is gone"
        for words in self.world.entries:
            times = [moment for moment in (words.published, words.guests, words.public) if moment is not None]
            if times != sorted(times) or (words.public is not None and words.guests is None):
                yield f"{words}: not the staff first"

    def _answers(self, sponsor: Account) -> bool:
        active = sponsor.status == "active" and (sponsor.ends_at is None or sponsor.ends_at > self.life.now())
        return active and sponsor.kind == "employee"

"""Who gets a mail about how long guests stay, and who answers for them. Run by the worker."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.activity import Event
from collab.activity.outbox import Context, Listener
from collab.auth import sending, sponsors
from collab.auth.letters import Letter, Reader, Say, voice
from collab.auth.models import Account, Firm
from collab.auth.sending import Mail, as_written, reader_of
from collab.config import Settings
from collab.guests import renewal
from collab.guests import sponsor_letters as letters
from collab.guests.sponsor_letters import Told
from collab.workspaces import access
from collab.workspaces.models import Membership
from collab.workspaces.queries import current

KINDS = (
    "sponsor.reminded",
    "sponsor.left",
    "guest.ending",
    "guest.handed_over",
    "guest.renewal_asked",
    "guest.extended",
    "guest.taken_over",
    "guest.left",
)
#: A guest who has asked for more time within these days hears that it goes on.
ASKED = timedelta(days=30)
Written = Callable[[Say, Reader], Letter]


def handle(context: Context, events: Sequence[Event]) -> None:
    """Send what the events call for, about guests as they are now."""
    sending.send_all(context, events, _mails)


def _mails(db: Session, settings: Settings, event: Event) -> Iterator[Mail]:
    if event.kind == "sponsor.left":
        yield from _left_alone(db, settings, event)
        return
    account = db.get(Account, event.subject_id) if event.subject_id else None
    if account is None:
        return
    if event.kind == "sponsor.reminded":
        guests = _told(db, [number for number in event.data["guests"] if _still(db, number, account.id)])
        if guests and _able(db, [account.id]):
            yield from _mail(
                settings, account, lambda _, reader: letters.ending(_, reader, settings.url, guests)
            )
    elif event.kind == "guest.ending":
        yield from _ending(db, settings, event, account)
    elif event.kind in ("guest.extended", "guest.taken_over"):
        yield from _goes_on(db, settings, event, account)
    else:
        yield from _to_sponsor(db, settings, event, account)


def _mail(settings: Settings, account: Account, letter: Written) -> Iterator[Mail]:
    reader = reader_of(settings, account)
    if reader.email:
        yield reader, partial(as_written, letter(voice(reader), reader))


def _ending(db: Session, settings: Settings, event: Event, guest: Account) -> Iterator[Mail]:
    """To the guest, unless the end has been moved meanwhile."""
    ends_at = guest.ends_at
    if ends_at is None or ends_at.isoformat() != event.data["ends_at"] or guest.status != "active":
        return
    sponsor = sponsors.of(db, guest.id)
    name = sponsor.name if sponsor else ""
    yield from _mail(settings, guest, lambda _, reader: letters.ending_for_guest(_, reader, ends_at, name))


def _goes_on(db: Session, settings: Settings, event: Event, guest: Account) -> Iterator[Mail]:
    """To a guest who had ended, or had asked for it."""
    was, ends_at = event.data["was"]["ends_at"], guest.ends_at
    over = was is not None and datetime.fromisoformat(was) <= event.at
    if ends_at is not None and ends_at > event.at and (over or renewal.asked_lately(db, guest.id, ASKED)):
        yield from _mail(settings, guest, lambda _, reader: letters.goes_on(_, reader, ends_at))


def _to_sponsor(db: Session, settings: Settings, event: Event, guest: Account) -> Iterator[Mail]:
    """About one guest, to who answers for them; where nobody does, to who could take over."""
    found = _told(db, [guest.id])
    if not found:
        return
    told = found[0]
    actor = db.get(Account, event.actor_id) if event.actor_id else None
    by = actor.name if actor else ""
    written: dict[str, Written] = {
        "guest.handed_over": lambda _, reader: letters.handed_over(_, reader, settings.url, told, by),
        "guest.renewal_asked": lambda _, reader: letters.asked(_, reader, settings.url, told),
        "guest.left": lambda _, reader: letters.has_left(_, reader, told),
    }
    answering = [guest.sponsor_id] if guest.sponsor_id else [*_owners(db, [guest.id])]
    for account in _able(db, answering):
        if account.id != event.actor_id:
            yield from _mail(settings, account, written[event.kind])


def _left_alone(db: Session, settings: Settings, event: Event) -> Iterator[Mail]:
    """To each who owns a workspace with such guests, one mail with all of them; to administrators the rest."""
    alone = [number for number in event.data["guests"] if _still(db, number, None)]
    sponsor = db.get(Account, event.subject_id) if event.subject_id else None
    name = sponsor.name if sponsor else ""
    for owner, theirs in _owners(db, alone).items():
        guests = _told(db, theirs)
        for account in _able(db, [owner]):
            yield from _mail(
                settings,
                account,
                lambda _, reader, guests=guests: letters.left_alone(_, reader, settings.url, guests, name),  # type: ignore[misc]
            )


# Who it is about, and who can act ------------------------------------------------------------


def _still(db: Session, guest_id: int, sponsor_id: int | None) -> bool:
    """Is the guest here, and this who answers?"""
    answers = Account.sponsor_id.is_(None) if sponsor_id is None else Account.sponsor_id == sponsor_id
    return (
        db.scalar(select(Account.id).where(Account.id == guest_id, answers, access.active(access.NOW)))
        is not None
    )


def _told(db: Session, guests: Sequence[int]) -> list[Told]:
    rows = db.execute(
        select(Account.name, Firm.name.label("firm"), Account.ends_at, Account.public_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Account.id.in_(guests), Account.anonymised_at.is_(None))
        .order_by(Account.ends_at, Account.id)
    )
    return [Told(row.name, row.firm or "", row.ends_at, row.public_id) for row in rows]


def _able(db: Session, accounts: Sequence[int]) -> list[Account]:
    """Of these, the employees who can do something."""
    query = select(Account).where(
        Account.id.in_(accounts), Account.kind == "employee", access.active(access.NOW)
    )
    return list(db.scalars(query.order_by(Account.id)))


def _owners(db: Session, guests: Sequence[int]) -> dict[int, list[int]]:
    """Who may take the guests over -> which of them: owners of their workspaces, else administrators."""
    held = select(Membership.account_id, Membership.workspace_id).where(Membership.account_id.in_(guests))
    place = held.subquery()
    owning = (
        select(Membership.account_id.label("owner"), place.c.account_id.label("guest"))
        .join(place, place.c.workspace_id == Membership.workspace_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.role == "owner", current(access.NOW), access.active(access.NOW))
        .distinct()
        .order_by(Membership.account_id, place.c.account_id)
    )
    found: dict[int, list[int]] = {}
    for row in db.execute(owning):
        found.setdefault(row.owner, []).append(row.guest)
    homeless = [number for number in guests if not any(number in theirs for theirs in found.values())]
    if homeless:
        for admin in db.scalars(select(Account.id).where(Account.is_admin, access.active(access.NOW))):
            found.setdefault(admin, []).extend(homeless)
    return found


LISTENER = Listener("sponsor_mail", KINDS, handle)

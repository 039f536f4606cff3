"""Mails about accounts: links that were asked for, and what happened. Run by the worker."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.activity import Event
from collab.activity.outbox import Context, Listener
from collab.auth import letters, once, sending
from collab.auth.devices import device
from collab.auth.letters import Letter, Reader, Say
from collab.auth.methods import mailed, ways
from collab.auth.models import Account, OneTimeToken, SignInSession
from collab.auth.providers.models import SignInProvider
from collab.auth.providers.services import only_way
from collab.auth.sending import Mail, as_written, reader_of
from collab.auth.services import is_taken, usable
from collab.auth.throttle import network
from collab.config import Settings

#: For how long a browser and a network are remembered.
KNOWN_FOR = timedelta(days=90)
KINDS = (
    "password.reset_asked",
    "session.link_asked",
    "email.asked",
    "account.email_changed",
    "session.started",
    "account.password_changed",
    "account.password_reset",
    "account.password_set",
    "account.reset_link_made",
    "account.email_returned",
    "account.admin_changed",
    "passkey.added",
    "passkey.removed",
    "totp.added",
    "totp.removed",
    "recovery_code.used",
    "recovery_codes.made",
    "identity.linked",
    "identity.unlinked",
    "provider.misconfigured",
    "token.created",
)
#: Who asked for a link does not wait for one longer than it would work.
LATE = timedelta(hours=1)


def handle(context: Context, events: Sequence[Event]) -> None:
    """Send what the events call for."""
    sending.send_all(context, events, _mails)


def _mails(db: Session, settings: Settings, event: Event) -> Iterator[Mail]:
    if event.kind == "provider.misconfigured":
        yield from _misconfigured(db, settings, event)
        return
    account = db.get(Account, event.subject_id) if event.subject_id else None
    if account is not None and account.status != "locked":
        yield from _for(db, settings, event, account)


def _for(db: Session, settings: Settings, event: Event, account: Account) -> Iterator[Mail]:
    if event.kind in ("password.reset_asked", "session.link_asked"):
        yield from _link(db, settings, event, account)
    elif event.kind == "email.asked":
        yield from _proof(db, settings, event, account)
    elif event.kind == "account.email_changed":
        yield from _moved(db, settings, event, account)
    elif _worth_telling(db, event, account):
        reader = reader_of(settings, account)
        letter = letters.happened(letters.voice(reader), event.kind, event.data)
        if reader.email:
            yield reader, lambda _db: letter
        if event.kind == "account.admin_changed":
            yield from _other_admins(db, settings, event, account)


def _link(db: Session, settings: Settings, event: Event, account: Account) -> Iterator[Mail]:
    reader = reader_of(settings, account)
    say = letters.voice(reader)
    if account.email_key is None or event.at < clock.now() - LATE:
        return
    proves = ways.may_use_own if event.kind == "password.reset_asked" else ways.may_prove_own
    if not proves(db, account.id):
        provider = only_way(db, account.id)
        if provider:
            label = provider.label
            yield reader, lambda _db: letters.reset_elsewhere(say, label)
        return
    account_id = account.id
    if event.kind == "password.reset_asked":
        yield reader, lambda db: letters.reset(say, _new_token(db, mailed.RESET, account_id))
    else:
        yield reader, lambda db: letters.sign_in(say, _new_token(db, mailed.SIGN_IN, account_id))


def _new_token(db: Session, purpose: str, account_id: int) -> str:
    return once.issue(db, purpose, account_id, mailed.LIVES[purpose])


def _proof(db: Session, settings: Settings, event: Event, account: Account) -> Iterator[Mail]:
    row = db.get(OneTimeToken, int(event.data["link"]))
    if row is None:
        return
    reader = reader_of(settings, account, str(row.data["email"]))
    say, number = letters.voice(reader), row.id
    if is_taken(db, reader.email, account.id):
        yield _reader_of_nobody(reader), lambda _db: letters.prove_taken(say)
    else:
        yield reader, lambda db: _fulfilled(db, number, lambda token: letters.prove(say, token))


def _fulfilled(db: Session, number: int, write: Callable[[str], Letter]) -> Letter | None:
    made = once.fulfil(db, number)
    return write(made[1]) if made is not None else None


def _reader_of_nobody(reader: Reader) -> Reader:
    """The address's holder does not learn the name of who typed it."""
    return Reader(reader.email, reader.email, reader.locale, reader.timezone)


def _moved(db: Session, settings: Settings, event: Event, account: Account) -> Iterator[Mail]:
    reader = reader_of(settings, account)
    say, new = letters.voice(reader), reader.email
    yield reader, lambda _db: letters.email_is_new(say)
    row = db.get(OneTimeToken, int(event.data.get("back") or 0))
    if row is not None:
        number = row.id
        old = reader_of(settings, account, str(row.data["email"]))
        yield old, lambda db: _fulfilled(db, number, lambda token: letters.email_changed(say, token, new))


def _worth_telling(db: Session, event: Event, account: Account) -> bool:
    if event.kind == "token.created":
        return "feed" not in event.data.get("scopes", ())
    if event.kind == "session.started":
        return _new_device(db, event, account)
    return True


def _new_device(db: Session, event: Event, account: Account) -> bool:
    """Is it a browser and network not seen for 90 days? Not for the account's very first sign-in."""
    earlier = select(SignInSession.ip, SignInSession.user_agent, SignInSession.seen_at).where(
        SignInSession.account_id == account.id, SignInSession.id < int(event.data.get("session") or 0)
    )
    known = db.execute(earlier.order_by(SignInSession.id.desc()).limit(500)).all()
    seen = {
        (device(row.user_agent)[1], network(row.ip)) for row in known if row.seen_at > event.at - KNOWN_FOR
    }
    here = (device(str(event.data.get("user_agent") or ""))[1], network(str(event.data.get("ip") or "")))
    return bool(known) and here not in seen


def _other_admins(db: Session, settings: Settings, event: Event, account: Account) -> Iterator[Mail]:
    name, is_admin = account.name, bool(event.data.get("is_admin"))
    return _to_admins(db, settings, lambda say: letters.other_admin(say, name, is_admin), but=account.id)


def _misconfigured(db: Session, settings: Settings, event: Event) -> Iterator[Mail]:
    """Every administrator hears of a company's sign-in that cannot work as it is set up."""
    label = db.scalar(select(SignInProvider.label).where(SignInProvider.name == str(event.data["provider"])))
    check = str(event.data.get("check", ""))
    return _to_admins(db, settings, lambda say: letters.misconfigured(say, label or "?", check))


def _to_admins(
    db: Session, settings: Settings, write: Callable[[Say], Letter], but: int = 0
) -> Iterator[Mail]:
    """A letter to each administrator, in the reader's language, except to the account ``but``."""
    admins = select(Account).where(Account.is_admin, usable(clock.now()), Account.id != but)
    for admin in db.scalars(admins.order_by(Account.id)):
        reader = reader_of(settings, admin)
        if reader.email:
            yield reader, partial(as_written, write(letters.voice(reader)))


LISTENER = Listener("security_mail", KINDS, handle)

"""Writing a mail to somebody because of an event, and sending it once. Used by listeners.

What has left is noted under its Message-ID, which is made from event and address, so a delivery
that is tried again passes over it. A process that dies between sending and noting sends it twice,
under the same Message-ID.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete
from sqlalchemy.orm import Session

from collab import clock, mail
from collab.activity import Event
from collab.activity.outbox import Context
from collab.auth import letters
from collab.auth.letters import Letter, Reader
from collab.auth.methods.models import SentLetter
from collab.auth.models import Account
from collab.auth.services import digest
from collab.config import Settings

#: A mail to be: who reads it, and how it is written when it leaves. Tokens are made only then.
Write = Callable[[Session], Letter | None]
Mail = tuple[Reader, Write]


def reader_of(settings: Settings, account: Account, email: str = "") -> Reader:
    """The holder of the account, at ``email`` or the account's own address (which may be empty)."""
    return Reader(
        account.name,
        email or account.email or "",
        account.locale or settings.default_locale,
        account.timezone or settings.default_timezone,
    )


def as_written(letter: Letter, _db: Session) -> Letter:
    """``partial(as_written, letter)`` writes a letter that needs nothing more when it leaves."""
    return letter


def send_all(
    context: Context, events: Sequence[Event], mails: Callable[[Session, Settings, Event], Iterable[Mail]]
) -> None:
    """Send what ``mails`` says that each of the events calls for, of what is so now."""
    for event in events:
        with context.read() as db:
            called_for = list(mails(db, context.settings, event))
        for reader, write in called_for:
            send(context, event, reader, write)


def send(context: Context, event: Event, reader: Reader, write: Write) -> None:
    """Send one mail unless it has left already. Raises what the mail server makes of it."""
    settings, message_id = context.settings, _message_id(context.settings, event, reader)
    with context.write.begin() as db:
        if db.get(SentLetter, message_id) is not None:
            return
        letter = write(db)
    if letter is None:
        return
    body = letters.write(reader, letter, settings, event.at, event.data)
    message = mail.compose(settings.mail_from, reader.email, letter.subject, body, message_id)
    if letter.reply_to:
        message["Reply-To"] = letter.reply_to
    if letter.stop:
        message["List-Unsubscribe"] = f"<{settings.url}{letter.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.send(message, settings.mail_url, context.data_dir / "mail")
    with context.write.begin() as db:
        db.merge(SentLetter(message_id=message_id, sent_at=clock.now()))


def _message_id(settings: Settings, event: Event, reader: Reader) -> str:
    """The same for the same event and reader, whoever sends it, and however often."""
    host = urlsplit(settings.url).hostname or ""
    domain = host if "." in host and not host.rpartition(".")[2].isdigit() else "collab.invalid"
    return f"<{event.id}.{digest(f'{event.id} {event.at.isoformat()} {reader.email}')[:32]}@{domain}>"


def forget_old(db: Session) -> None:
    """What left a month ago is tried no more. Called by the worker."""
    db.execute(delete(SentLetter).where(SentLetter.sent_at < clock.now() - timedelta(days=30)))

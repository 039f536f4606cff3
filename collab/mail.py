"""Sending mail: a real SMTP conversation, or a file in the data folder where no server is set."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit


def compose(sender: str, to: str, subject: str, body: str, message_id: str = "") -> EmailMessage:
    """A plain text message. Line ends in ``to`` or ``subject`` are refused by the library.

    ``message_id`` is the whole ``<name@domain>``; the same one again is the same mail again.
    """
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"] = formatdate()
    message["Message-ID"] = message_id or make_msgid(domain="collab.invalid")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation answers
    message.set_content(body)
    return message


def send(message: EmailMessage, mail_url: str, outbox: Path) -> None:
    """Deliver ``message`` or raise; ``smtplib.SMTPException`` and ``OSError`` may be tried again."""
    if not mail_url:
        outbox.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").split("@")[0]
        (outbox / f"{name}.eml").write_bytes(message.as_bytes())
        return
    url = urlsplit(mail_url)
    secure = url.scheme == "smtps"
    kind = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or (465 if secure else 25), timeout=20) as server:
        if not secure and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)

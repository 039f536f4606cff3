"""Who gets a mail because pages ask whether they are still right, and what it says. Run by the worker."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from babel.dates import format_date
from sqlalchemy import Select
from sqlalchemy.orm import Session

from collab import dates
from collab.activity import Event
from collab.activity.outbox import Context, Listener
from collab.auth import sending
from collab.auth.letters import Letter, Reader, Say, voice
from collab.auth.models import Account
from collab.auth.sending import as_written, reader_of
from collab.auth.services import viewer_of
from collab.pages.models import Page
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts

#: So many pages stand in a mail; the rest is a number.
MOST = 50


def handle(context: Context, events: Sequence[Event]) -> None:
    """Ask about the pages as they are now, as far as whom it asks may read them."""
    for event in events:
        with context.read() as db:
            account = db.get(Account, event.subject_id)
            rows = _pages(db, event) if account is not None else []
            if account is None or not rows:
                continue
            reader = reader_of(context.settings, account)
        if reader.email:
            letter = ask(voice(reader), reader, context.settings.url, rows)
            sending.send(context, event, reader, partial(as_written, letter))


def _pages(db: Session, event: Event) -> Sequence[Any]:
    viewer = viewer_of(db, event.subject_id)
    return db.execute(_due(viewer).where(Page.id.in_(event.data["pages"]))).all() if viewer.signed_in else []


def _due(viewer: Viewer) -> Select[Any]:
    columns = (Page.title, Page.due_on, whereabouts.address(viewer, Page))
    return access.select_entries(viewer, Page, *columns).where(Page.due_on.is_not(None)).order_by(Page.due_on)


def ask(_: Say, reader: Reader, url: str, pages: Sequence[Any]) -> Letter:
    """One mail about all of them. ``pages``: rows of title, due_on, address."""
    one = len(pages) == 1
    subject = (
        _("Is “%(title)s” still right?") % {"title": pages[0].title}
        if one
        else _("%(number)s pages ask whether they are still right") % {"number": len(pages)}
    )
    lines = [_line(_, reader, url, row.title, row.due_on, row.address) for row in pages[:MOST]]
    if len(pages) > MOST:
        lines.append(_("… and %(number)s more") % {"number": len(pages) - MOST})
    return Letter(
        subject,
        _("You look after this page.") if one else _("You look after these pages."),
        _(
            "Is it still right? One click on the page says so. If not, change it there, or give it to somebody else."
        )
        if one
        else _(
            "Are they still right? One click on each says so. If not, change them, or give them to somebody else."
        ),
        "",
        tuple(lines),
    )


def _line(_: Say, reader: Reader, url: str, title: str, until: date, address: str) -> str:
    day = format_date(until, "long", dates.locale(reader.locale))
    return "- " + _("%(title)s, valid until %(day)s") % {"title": title, "day": day} + f"\n  {url}{address}"


LISTENER = Listener("page_validity", ("page.review_due",), handle)

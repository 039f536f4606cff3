"""The mails about how long guests stay, and who answers for them: what they say, in either language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collab.auth.letters import Letter, Reader, Say
from collab.guests.invitation_letters import day


@dataclass(frozen=True)
class Told:
    """A guest as a mail to an employee names them."""

    name: str
    firm: str
    ends_at: datetime | None
    public_id: str


def _line(_: Say, reader: Reader, url: str, guest: Told) -> str:
    firm = f" ({guest.firm})" if guest.firm else ""
    until = _("until %(day)s") % {"day": day(reader, guest.ends_at)} if guest.ends_at else ""
    return f"- {guest.name}{firm}, {until}\n  {url}/my-guests/{guest.public_id}"


def _lines(_: Say, reader: Reader, url: str, guests: Sequence[Told]) -> tuple[str, ...]:
    return tuple(_line(_, reader, url, guest) for guest in guests)


def ending(_: Say, reader: Reader, url: str, guests: Sequence[Told]) -> Letter:
    """To a sponsor, with all guests whose time is running out."""
    return Letter(
        _("The time of guests of yours ends soon"),
        _(
            "For these guests you answer, and their access ends soon. Each link leads to a page with a button:"
        ),
        _("Who is not extended is out after the last day; what was written stays. All your guests:"),
        "/my-guests/",
        _lines(_, reader, url, guests),
    )


def ending_for_guest(_: Say, reader: Reader, ends_at: datetime, contact: str) -> Letter:
    names = {"day": day(reader, ends_at), "name": contact}
    said = _("Your access here lasts until and including %(day)s.") % names
    if contact:
        said += " " + _("Your contact is %(name)s, who can extend it.") % names
    return Letter(
        _("Your access ends on %(day)s") % names,
        said,
        _(
            "If you need longer, ask with one click here. Otherwise there is nothing to do; what you wrote stays."
        ),
        "/my-access/",
        (),
    )


def left_alone(_: Say, reader: Reader, url: str, guests: Sequence[Told], sponsor: str) -> Letter:
    """To those who own a workspace with guests whose contact has gone, or to administrators."""
    said = (
        _("%(name)s no longer answers for guests.") % {"name": sponsor} + " "
        if sponsor
        else _("Nobody answers for some guests.") + " "
    )
    return Letter(
        _("Guests wait for somebody to take over"),
        said + _("Whoever takes over is their contact; otherwise their access ends by itself:"),
        _("One click under “My guests” takes over:"),
        "/my-guests/",
        _lines(_, reader, url, guests),
    )


def handed_over(_: Say, reader: Reader, url: str, guest: Told, by: str) -> Letter:
    return Letter(
        _("You answer for %(name)s now") % {"name": guest.name},
        _("%(by)s has handed over to you. The guest sees you as the contact.") % {"by": by}
        if by
        else _("You are the contact of this guest from now on."),
        _("You extend, hand over or end the access here:"),
        f"/my-guests/{guest.public_id}",
        _lines(_, reader, url, [guest]),
    )


def asked(_: Say, reader: Reader, url: str, guest: Told) -> Letter:
    return Letter(
        _("%(name)s asks for more time") % {"name": guest.name},
        _("A guest would like to go on working with you. Nothing happens before you press a button:"),
        _("The page shows where the guest is in, and extends with one click:"),
        f"/my-guests/{guest.public_id}",
        _lines(_, reader, url, [guest]),
    )


def has_left(_: Say, reader: Reader, guest: Told) -> Letter:
    return Letter(
        _("%(name)s has left") % {"name": guest.name},
        _("Your guest has ended the access. What was written stays under the name."),
        _("If that was a mistake, you can extend the access again:"),
        f"/my-guests/{guest.public_id}",
        (),
    )


def goes_on(_: Say, reader: Reader, ends_at: datetime) -> Letter:
    return Letter(
        _("Your access goes on"),
        _("You can come in until and including %(day)s.") % {"day": day(reader, ends_at)},
        _("Sign in as before:"),
        "/login",
        (),
    )

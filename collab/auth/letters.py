"""The mails about an account: what they say, in either language. Plain text, no more than is needed.

``_`` comes in as an argument: the language is the reader's, and no request says which that is.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.support import NullTranslations, Translations

import collab
from collab import dates
from collab.auth.devices import device
from collab.auth.throttle import network
from collab.config import Settings

Say = Callable[[str], str]


@dataclass(frozen=True)
class Reader:
    """Whom a mail is for, and how they read."""

    name: str
    email: str
    locale: str
    timezone: str


@dataclass(frozen=True)
class Letter:
    """What happened, and what to do about it. ``link`` is an address below the base address.

    ``facts`` stand in the place of when and where it happened. Who answers the mail writes to ``reply_to``.
    ``stop``: where a POST ends mails of this sort, for the mail program's own button (RFC 8058).
    """

    subject: str
    said: str
    then: str = ""
    link: str = ""
    facts: tuple[str, ...] | None = None
    reply_to: str = ""
    stop: str = ""


@cache
def _catalogue(locale: str) -> NullTranslations:
    return Translations.load(str(Path(collab.__file__).parent / "translations"), [locale])


def voice(reader: Reader) -> Say:
    """The reader's language."""
    return _catalogue(reader.locale).gettext


def write(reader: Reader, letter: Letter, settings: Settings, at: datetime, data: Mapping[str, Any]) -> str:
    """The whole text of a mail: what, when, where, what to do."""
    _ = voice(reader)
    facts = _happened_at(reader, at, data) if letter.facts is None else letter.facts
    parts = [
        _("Hello %(name)s,") % {"name": reader.name} if reader.name else _("Hello,"),
        letter.said,
        "\n".join(facts),
        letter.then,
        settings.url + letter.link if letter.link else "",
        f"-- \n{settings.site_name} · {settings.url}/",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _happened_at(reader: Reader, at: datetime, data: Mapping[str, Any]) -> list[str]:
    _ = voice(reader)
    facts = [_("When: %(when)s") % {"when": _when(reader, at)}]
    place = _where(data)
    if place:
        facts.append(_("Where: %(where)s") % {"where": place})
    return facts


def _when(reader: Reader, at: datetime) -> str:
    return format_datetime(at, "long", ZoneInfo(reader.timezone), dates.locale(reader.locale))


def _where(data: Mapping[str, Any]) -> str:
    """The device, and the network that it is in, as far as the event tells."""
    agent, ip = str(data.get("user_agent") or ""), str(data.get("ip") or "")
    words = [device(agent)[1] if agent else "", network(ip) if ip else ""]
    return ", ".join(word for word in words if word and word != "unknown")


# Links that somebody asked for ---------------------------------------------------------------


def reset(_: Say, token: str) -> Letter:
    return Letter(
        _("A new password for your account"),
        _(
            "Somebody, probably you, asked for a new password. This link leads to it and works for 30 minutes."
        ),
        _(
            "If it was not you, ignore this mail: nothing has changed. The page behind the link sets the password:"
        ),
        f"/login/reset/{token}",
    )


def reset_elsewhere(_: Say, label: str) -> Letter:
    return Letter(
        _("Your password is not kept here"),
        _(
            "Somebody, probably you, asked for a new password or a link to sign in. Your account signs in "
            "through %(provider)s only, so there is neither here."
        )
        % {"provider": label},
        _("Please sign in as always, or ask the administrators of your company:"),
        "/login",
    )


def sign_in(_: Say, token: str) -> Letter:
    return Letter(
        _("Your link to sign in"),
        _("Somebody, probably you, asked for a link to sign in. It works for 15 minutes, once."),
        _("If it was not you, ignore this mail. Nobody gets in without the link:"),
        f"/login/link/{token}",
    )


def prove(_: Say, token: str) -> Letter:
    return Letter(
        _("Is this your address?"),
        _("You want to be reached, and to sign in, by this address. Please confirm it within a day."),
        _("If it was not you, ignore this mail: nothing changes. The page behind the link confirms it:"),
        f"/login/email/{token}",
    )


def prove_taken(_: Say) -> Letter:
    return Letter(
        _("This address is in use already"),
        _(
            "Somebody wanted to use this address for an account, but it belongs to one already. Nothing changes."
        ),
        _("If it is yours, sign in with it:"),
        "/login",
    )


# What happened -------------------------------------------------------------------------------


def email_changed(_: Say, token: str, new: str) -> Letter:
    return Letter(
        _("Your address was changed"),
        _("Your account is reached by %(email)s from now on. This address no longer signs in.")
        % {"email": new},
        _("If it was not you, take your address back. The link works for 7 days and signs everybody out:"),
        f"/login/email-back/{token}",
    )


def email_is_new(_: Say) -> Letter:
    return Letter(
        _("This is your address now"),
        _("Your account is reached by this address from now on."),
        _not_you(_),
        "/account/methods",
    )


def _not_you(_: Say) -> str:
    return _(
        "If it was not you, sign in, end all other sessions and set a new password, or ask an administrator:"
    )


def happened(_: Say, kind: str, data: Mapping[str, Any]) -> Letter | None:
    """What is told of an event that concerns the reader's own account; None if nothing is."""
    name = {"name": str(data.get("name") or data.get("provider") or "")}
    told: dict[str, tuple[str, str]] = {
        "session.started": (
            _("Somebody signed in on a new device"),
            _(
                "Your account was used in a browser, or from a network, that we had not seen for three months."
            ),
        ),
        "account.password_changed": (_("Your password was changed"), _("Your password was changed.")),
        "account.password_reset": (
            _("Your password was changed"),
            _("A new password was set by a mailed link. All sessions have ended."),
        ),
        "account.password_set": (
            _("Your password was changed"),
            _("An administrator set a new password for you. All sessions and access keys have ended."),
        ),
        "account.reset_link_made": (
            _("A link for a new password was made"),
            _("The operators of the server made a link by which a new password can be set for your account."),
        ),
        "account.email_returned": (
            _("Your old address is back"),
            _("This address is your account's again. All sessions and access keys have ended."),
        ),
        "passkey.added": (
            _("A passkey was added"),
            _("The passkey “%(name)s” opens your account now.") % name,
        ),
        "passkey.removed": (
            _("A passkey was removed"),
            _("The passkey “%(name)s” no longer opens your account.") % name,
        ),
        "totp.added": (
            _("Signing in asks for a code now"),
            _("An authenticator app was set up. Besides the password, your account asks for its code."),
        ),
        "totp.removed": (
            _("Signing in no longer asks for a code"),
            _("The authenticator app was removed. Your password alone opens your account again."),
        ),
        "recovery_code.used": (
            _("A recovery code was used"),
            _("One of your recovery codes opened your account. %(left)s are left.")
            % {"left": data.get("number", 0)},
        ),
        "recovery_codes.made": (
            _("New recovery codes were made"),
            _("Your recovery codes were made anew. The old ones no longer work."),
        ),
        "identity.linked": (
            _("A way to sign in was added"),
            _("Your account can be opened through %(name)s now.") % name,
        ),
        "identity.unlinked": (
            _("A way to sign in was removed"),
            _("Your account can no longer be opened through %(name)s.") % name,
        ),
        "token.created": (
            _("An access key was made"),
            _("The access key “%(name)s” acts for you in programs.") % name,
        ),
        "account.admin_changed": (
            (_("You are administrator now"), _("You look after accounts and settings from now on."))
            if data.get("is_admin")
            else (
                _("You are no longer administrator"),
                _("You no longer look after accounts and settings."),
            )
        ),
    }
    if kind not in told:
        return None
    subject, said = told[kind]
    return Letter(
        subject, said, _not_you(_), "/account/sessions" if kind == "session.started" else "/account/methods"
    )


def other_admin(_: Say, name: str, is_admin: bool) -> Letter:
    """For the other administrators: somebody became one, or is none any more."""
    if is_admin:
        subject, said = (
            _("%(name)s is administrator now"),
            _("%(name)s looks after accounts and settings now."),
        )
    else:
        subject = _("%(name)s is no longer administrator")
        said = _("%(name)s no longer looks after accounts and settings.")
    then = _("If you do not know why, look into the audit log:")
    return Letter(subject % {"name": name}, said % {"name": name}, then, "/admin/audit/")


def misconfigured(_: Say, label: str, check: str) -> Letter:
    """For administrators: nobody can come in through this company as it is set up."""
    subject = _("Signing in with %(name)s does not work") % {"name": label}
    said = _(
        "What %(name)s says about itself cannot be believed, so nobody can sign in through it: %(check)s."
    )
    then = _("Test the connection to see what is wrong:")
    return Letter(subject, said % {"name": label, "check": check}, then, "/admin/providers/")

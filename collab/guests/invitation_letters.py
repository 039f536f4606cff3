"""The mails about invitations: what they say, in either language."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from collab.auth.letters import Letter, Reader, Say
from collab.guests.models import Invitation
from collab.guests.seen import Seen, for_guest

MOMENT = timedelta(microseconds=1)


def day(reader: Reader, until: datetime) -> str:
    """The last day of a time that ends at ``until``, where the reader is."""
    last = (until - MOMENT).astimezone(ZoneInfo(reader.timezone)).date()
    return format_date(last, "long", reader.locale)


def what(_: Say, seen: Seen) -> str:
    return _("“%(what)s”") % {"what": seen.title or seen.place}


def invitation(
    _: Say, reader: Reader, invited: Invitation, sponsor: Reader, seen: Seen, site: str, token: str
) -> Letter:
    """To somebody who may have never heard of this place: who, where to, what, how long."""
    names = {"name": sponsor.name, "what": what(_, seen), "site": site}
    said = [_("%(name)s (%(site)s) invites you as a guest to %(what)s.") % names]
    if invited.message:
        quoted = "\n".join(f"> {line}".rstrip() for line in invited.message.splitlines())
        said.append(_("%(name)s writes:") % names + "\n" + quoted)
    said.append(for_guest(_, seen))
    facts = (
        _("Your access ends after: %(day)s") % {"day": day(reader, invited.ends_at)},
        _("You can accept until: %(day)s") % {"day": day(reader, invited.expires_at + MOMENT)},
    )
    then = _(
        "This link shows the invitation. Nothing happens before you press a button there; you can also "
        "decline. Questions? Just answer this mail: it goes to %(name)s."
    )
    return Letter(
        _("%(name)s invites you to %(what)s") % names,
        "\n\n".join(said),
        then % names,
        f"/invitation/{token}",
        facts,
        sponsor.email,
    )


def to_sponsor(_: Say, kind: str, names: Mapping[str, str], seen: Seen, link: str) -> Letter:
    """What became of an invitation, to whoever answers for it; ``names``: ``who`` and ``email``."""
    known = {**names, "what": what(_, seen)}
    told = {
        "invitation.accepted": (
            _("%(who)s has come in"),
            _("%(who)s has accepted your invitation to %(what)s and is a guest there now."),
            _("You are the contact. Your guests, and until when they stay:"),
        ),
        "invitation.declined": (
            _("%(who)s has declined"),
            _("%(who)s has declined your invitation to %(what)s."),
            _("If that surprises you, please ask. All invitations there:"),
        ),
        "invitation.asked_again": (
            _("%(who)s asks for a new invitation"),
            _(
                "Your invitation to %(what)s has run out before %(who)s (%(email)s) came, who now asks for a new one."
            ),
            _("Send it again here:"),
        ),
        "invitation.proposed": (
            _("%(by)s would like to bring in a colleague"),
            _(
                "%(by)s proposes %(who)s (%(email)s) as a guest in %(what)s. You decide; until then nothing is sent."
            ),
            _("Approve or decline here:"),
        ),
    }
    subject, said, then = told[kind]
    return Letter(subject % known, said % known, then, link, ())

"""The audit log: who came in, who changed whose rights. Nothing of what people write is in it."""

import json
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import ColumnElement, String, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from collab.activity.models import Event, EventSeal
from collab.admin.forms import LogFilter
from collab.admin.queries import Rows, may_manage
from collab.auth.models import Account
from collab.auth.services import email_key
from collab.viewer import Viewer

#: The only kinds of events that the log shows. Those of workspaces and entries are for their readers.
KINDS: dict[str, Any] = {
    "session.started": _l("Signed in"),
    "session.refused": _l("Sign-in refused"),
    "session.ended": _l("Signed out"),
    "session.others_ended": _l("Signed out everywhere else"),
    "account.created": _l("Account made"),
    "account.changed": _l("Account changed"),
    "account.suspended": _l("Account suspended"),
    "account.activated": _l("Account activated"),
    "account.admin_changed": _l("Right of administrator changed"),
    "account.password_changed": _l("Own password changed"),
    "account.password_set": _l("Password set by an administrator"),
    "account.signed_out": _l("Sessions and tokens ended by an administrator"),
    "account.admin_kept": _l("Last administrator kept, although the company's groups say otherwise"),
    "identity.linked": _l("Sign-in through a company added"),
    "identity.unlinked": _l("Sign-in through a company removed"),
    "provider.created": _l("Company's sign-in set up"),
    "provider.changed": _l("Company's sign-in changed"),
    "provider.disabled": _l("Company's sign-in switched off"),
    "provider.misconfigured": _l("A company's sign-in is not set up properly"),
    "logout.refused": _l("Message of a sign-out refused"),
    "account.password_reset": _l("Password set by a mailed link"),
    "account.reset_link_made": _l("Link for a new password made by the operators"),
    "password.reset_asked": _l("Link for a new password asked for"),
    "session.link_asked": _l("Link to sign in asked for"),
    "email.asked": _l("Change of address asked for"),
    "account.email_changed": _l("Own address changed"),
    "account.email_returned": _l("Old address taken back"),
    "passkey.added": _l("Passkey added"),
    "passkey.removed": _l("Passkey removed"),
    "totp.added": _l("Authenticator app added"),
    "totp.removed": _l("Authenticator app removed"),
    "recovery_codes.made": _l("Recovery codes made"),
    "recovery_code.used": _l("Recovery code used"),
    "token.created": _l("Token made"),
    "token.revoked": _l("Token revoked"),
    "group.created": _l("Group made"),
    "group.changed": _l("Group changed"),
    "scim.adopted": _l("Account taken over by the directory"),
    "scim.released": _l("Account let go by the directory"),
    "scim.refused": _l("Wish of the directory not carried out"),
    "guest.extended": _l("Guest extended"),
    "guest.ended": _l("Guest ended"),
    "guest.handed_over": _l("Guest handed over to another contact"),
    "guest.taken_over": _l("Guest taken over"),
    "guest.orphaned": _l("Guest without a contact"),
    "guest.looked_at": _l("Sponsor saw what the guest sees"),
    "guest.left": _l("Guest left"),
    "guest.renewal_asked": _l("Guest asked for more time"),
    "guest.ending": _l("Guest told of the end"),
    "sponsor.left": _l("Sponsor gone, guests left alone"),
    "guest.forgotten": _l("Name of a former guest taken away"),
    "account.converted": _l("Guest became employee, or employee guest"),
    "guest.act_undone": _l("Taken back what was done about a guest"),
    "firm.created": _l("Firm made"),
    "firm.changed": _l("Firm changed"),
    "firm.lead_changed": _l("Who speaks for a firm changed"),
    "firm.ended": _l("All access of a firm ended"),
    "firm.given_back": _l("Access of a firm given back"),
    "invitation.made": _l("Guest invited"),
    "invitation.proposed": _l("Guest proposed by a firm's lead"),
    "invitation.approved": _l("Proposed guest approved"),
    "invitation.refused": _l("Proposed guest not approved"),
    "invitation.resent": _l("Invitation sent again"),
    "invitation.withdrawn": _l("Invitation taken back"),
    "invitation.accepted": _l("Invitation accepted"),
    "invitation.declined": _l("Invitation declined"),
    "invitation.asked_again": _l("New invitation asked for"),
    "account.handed_over": _l("Workspaces and guests handed over"),
    "accounts.exported": _l("List of accounts taken away as a file"),
    "accounts.table_used": _l("Accounts changed by a table"),
    "group.deleted": _l("Group deleted"),
    "tool.created": _l("Tool registered"),
    "tool.changed": _l("Tool changed"),
    "tool.secret_changed": _l("New secret for a tool"),
    "tool.disabled": _l("Tool switched off"),
    "tool.enabled": _l("Tool switched on"),
    "tool.signed_in": _l("Signed in to a tool"),
    "tool.allowed": _l("Tool allowed"),
    "tool.withdrawn": _l("Tool withdrawn"),
    "signing_keys.rotated": _l("Signing keys changed"),
    "delivery.retried": _l("Failed deliveries tried again"),
    "audit.exported": _l("Audit log exported"),
    "synonyms.created": _l("Synonyms added"),
    "synonyms.changed": _l("Synonyms changed"),
    "synonyms.deleted": _l("Synonyms deleted"),
    "synonyms.restored": _l("Deleted synonyms brought back"),
}
#: group -> its name, and with what its kinds begin.
GROUPS: dict[str, tuple[Any, frozenset[str]]] = {
    "access": (
        _l("Signing in"),
        frozenset(
            {
                "session",
                "password",
                "email",
                "passkey",
                "totp",
                "recovery_codes",
                "recovery_code",
                "identity",
                "logout",
            }
        ),
    ),
    "accounts": (_l("Accounts"), frozenset({"account", "accounts", "group", "scim", "token"})),
    "guests": (_l("Guests and firms"), frozenset({"guest", "invitation", "firm"})),
    "system": (
        _l("Tools and system"),
        frozenset({"tool", "signing_keys", "provider", "delivery", "audit", "synonyms"}),
    ),
}
FIELDS: dict[str, Any] = {
    "name": _l("name"),
    "email": _l("e-mail"),
    "firm_id": _l("firm"),
    "ends_at": _l("end date"),
    "title": _l("job title"),
    "location": _l("place"),
    "locale": _l("language"),
    "timezone": _l("time zone"),
}
#: Reasons that Collab gives itself.
REASONS: dict[str, Any] = {
    "directory": _l("the company's directory says so"),
    "last_admin": _l("the last administrator stays"),
    "admin_address": _l("an administrator's address is changed by administrators only"),
}
EVENT_ID: Any = Event.__table__.c.id
_Actor, _Subject = aliased(Account, name="actor"), aliased(Account, name="subject")


def events(viewer: Viewer, wanted: LogFilter) -> Rows:
    """Rows of the events that fit, of those that the log shows, for administrators.

    It shows accounts, rights and firms, and no places: into which workspace somebody was invited is for
    its members to know. What is unknown finds nothing.
    """
    query = (
        select(
            Event.id,
            Event.kind,
            Event.at,
            Event.data,
            _Actor.name.label("actor_name"),
            _Actor.handle.label("actor_handle"),
            _Actor.public_id.label("actor_public_id"),
            _Subject.name.label("subject_name"),
            _Subject.handle.label("subject_handle"),
            _Subject.public_id.label("subject_public_id"),
        )
        .outerjoin(_Actor, _Actor.id == Event.actor_id)
        .outerjoin(_Subject, _Subject.id == Event.subject_id)
        .where(may_manage(viewer), Event.kind.in_(_kinds(wanted)))
    )
    if wanted.begins:
        query = query.where(Event.at >= wanted.begins)
    if wanted.ends:
        query = query.where(Event.at < wanted.ends)
    for word in wanted.words.split()[:8]:
        query = query.where(_says(word))
    return query.where(_about(wanted.q)) if wanted.q else query


def last(db: Session, viewer: Viewer) -> int:
    """The number of the latest event, for administrators; 0 for others."""
    return db.scalar(select(func.max(EVENT_ID)).where(may_manage(viewer))) or 0


def sealed(query: Rows) -> Rows:
    """The same with the seal of each event, for a copy that proves later what it was."""
    return query.add_columns(EventSeal.seal).outerjoin(EventSeal, EventSeal.event_id == Event.id)


def kinds_of(group: str) -> list[str]:
    """The kinds of a group; all without one, none of a group that there is not."""
    if not group:
        return list(KINDS)
    begin = GROUPS[group][1] if group in GROUPS else frozenset()
    return [kind for kind in KINDS if kind.partition(".")[0] in begin]


def _kinds(wanted: LogFilter) -> list[str]:
    if wanted.kind:
        return [wanted.kind] if wanted.kind in KINDS else []
    return kinds_of(wanted.group)


def _says(word: str) -> ColumnElement[bool]:
    """The word stands in the details, where other letters than ASCII are written as JSON escapes."""
    written = cast(Event.data, String)
    escaped = json.dumps(word)[1:-1]
    return or_(written.icontains(word, autoescape=True), written.icontains(escaped, autoescape=True))


def _about(person: str) -> ColumnElement[bool]:
    who = select(Account.id).where(
        or_(
            Account.public_id == person,
            Account.handle == person.removeprefix("@"),
            Account.email_key == email_key(person),
        )
    )
    return or_(Event.actor_id.in_(who), Event.subject_id.in_(who))


def details(data: dict[str, Any]) -> list[str]:
    """What of an event's data the log tells, as sentences; nothing that is not named here."""
    told = (
        [_("Reason: %(reason)s", reason=REASONS.get(data["reason"], data["reason"]))]
        if data.get("reason")
        else []
    )
    if data.get("name"):
        told.append(str(data["name"]))
    if data.get("fields"):
        told.append(", ".join(str(FIELDS.get(name, name)) for name in data["fields"]))
    if "is_admin" in data:
        told.append(_("is administrator") if data["is_admin"] else _("is no longer administrator"))
    if "is_lead" in data:
        told.append(_("speaks for the firm") if data["is_lead"] else _("no longer speaks for the firm"))
    numbers = data.get("numbers") or data
    if isinstance(numbers.get("workspaces"), int):
        told.append(ngettext("%(num)s workspace", "%(num)s workspaces", numbers["workspaces"]))
    if isinstance(numbers.get("guests"), int):
        told.append(ngettext("%(num)s guest", "%(num)s guests", numbers["guests"]))
    if data.get("kind") in ("employee", "guest"):
        told.append(_("Guest") if data["kind"] == "guest" else _("Employee"))
    if data.get("number"):
        told.append(str(data["number"]))
    told += [
        str(data[name]) for name in ("provider", "code", "check", "detail", "request", "ip") if data.get(name)
    ]
    return told

"""What the directory does with people: create, change, suspend, give back, let go."""

import json
from typing import Any
from zoneinfo import available_timezones

from scim2_models import InvalidValueException, Path, UniquenessException, default_comparison_key
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.auth import groups
from collab.auth import services as accounts
from collab.auth.directory import ScimLink
from collab.auth.models import Account, Group, GroupMember
from collab.errors import Invalid
from collab.scim.schemas import Person
from collab.viewer import Viewer

LONGEST_NAME = 255
LARGEST = 64 << 10
#: Told from the tables, or not of a person's own saying: no part of what is kept as it was written.
ELSEWHERE = frozenset({"schemas", "id", "externalId", "userName", "active", "groups", "meta"})
_USER_NAME = Path[Person]("userName").resolve()


def folded(name: str) -> str:
    """The form in which two spellings of a userName are equal (RFC 7643, 4.1.1)."""
    return default_comparison_key(_USER_NAME, name)


def create(db: Session, viewer: Viewer, wanted: Any) -> ScimLink:
    """Take a person into the directory's keeping.

    An employee's account with the same address is taken over, and so is the one that the directory let
    go under the same userName: people come back to what is theirs. Raises UniquenessException for a
    userName that is kept already, and for the address of a guest or of somebody kept already.
    """
    name = _checked_name(wanted.user_name)
    if db.scalar(_live().where(ScimLink.name_key == folded(name), ScimLink.account_id.is_not(None))):
        raise UniquenessException(detail="This userName is in use")
    account = _known(db, name, wanted)
    now = clock.now()
    is_new = account is None
    if account is None:
        account = accounts.create_account(db, viewer, name=_name(wanted), email=_address(wanted))
    else:
        activity.record(db, "scim.adopted", viewer, subject_id=account.id)
    link = ScimLink(account_id=account.id, name=name, name_key=folded(name), created_at=now, changed_at=now)
    _keep(link, wanted)
    db.add(link)
    db.flush()
    changed = _apply(db, viewer, account, wanted, {})
    if changed and not is_new:
        activity.record(db, "account.changed", viewer, subject_id=account.id, fields=changed)
    _set_active(db, viewer, account, wanted.active)
    return link


def change(db: Session, viewer: Viewer, link: ScimLink, wanted: Any) -> None:
    """Make the person what ``wanted`` says. Raises UniquenessException for another's name or address."""
    name, before = _checked_name(wanted.user_name), dict(link.attributes)
    same = _live().where(
        ScimLink.name_key == folded(name), ScimLink.account_id.is_not(None), ScimLink.id != link.id
    )
    if db.scalar(same):
        raise UniquenessException(detail="This userName is in use")
    account = db.get_one(Account, link.account_id)
    state = (link.name, link.external_id, before)
    link.name, link.name_key = name, folded(name)
    _keep(link, wanted)
    if (link.name, link.external_id, link.attributes) != state:
        link.version += 1
        link.changed_at = clock.now()
    changed = _apply(db, viewer, account, wanted, before)
    if changed:
        activity.record(db, "account.changed", viewer, subject_id=account.id, fields=changed)
    _set_active(db, viewer, account, wanted.active)


def let_go(db: Session, viewer: Viewer, link: ScimLink) -> None:
    """The directory deletes the person: no access any more, out of its groups; what was written stays."""
    account = db.get_one(Account, link.account_id)
    _set_active(db, viewer, account, False)
    mine = (
        select(Group)
        .join(GroupMember)
        .where(GroupMember.account_id == account.id, Group.managed_by == "scim")
    )
    for group in db.scalars(mine).all():
        groups.remove(db, viewer, group, account.id)
    link.deleted_at = clock.now()
    activity.record(db, "scim.released", viewer, subject_id=account.id)


# Who is it? ----------------------------------------------------------------------------------


def _live() -> Any:
    return select(ScimLink.id).where(ScimLink.deleted_at.is_(None))


def _known(db: Session, name: str, wanted: Any) -> Account | None:
    """The account that the person has already; None for somebody new."""
    address = _address(wanted)
    key = accounts.email_key(address) if address else None
    found = db.scalar(select(Account).where(Account.email_key == key)) if key else None
    if found is None:
        before = db.scalar(
            select(Account)
            .join(ScimLink, ScimLink.account_id == Account.id)
            .where(ScimLink.name_key == folded(name), ScimLink.deleted_at.is_not(None))
            .order_by(ScimLink.id.desc())
            .limit(1)
        )
        same = before is not None and (key is None or before.email_key in (None, key))
        found = before if same else None
    if found is not None and (
        found.kind != "employee" or db.scalar(_live().where(ScimLink.account_id == found.id))
    ):
        raise UniquenessException(detail="The address belongs to another account")
    return found


# What of it is the account's -----------------------------------------------------------------


def _checked_name(name: str | None) -> str:
    name = text.clean_line(name or "")
    if not name or len(name) > LONGEST_NAME:
        raise InvalidValueException(detail=f"A userName has 1 to {LONGEST_NAME} characters")
    return name


def _keep(link: ScimLink, wanted: Any) -> None:
    said = {key: value for key, value in wanted.model_dump().items() if key not in ELSEWHERE}
    if len(json.dumps(said)) > LARGEST:
        raise InvalidValueException(detail=f"A person has at most {LARGEST} bytes of attributes")
    if len(wanted.external_id or "") > LONGEST_NAME:
        raise InvalidValueException(detail=f"An externalId has at most {LONGEST_NAME} characters")
    link.attributes, link.external_id = said, wanted.external_id or None


def _line(value: str | None, most: int = 120) -> str:
    return text.clean_line(value or "")[:most].strip()


def _name(wanted: Any) -> str:
    """How the person is called: as shown, else as formatted, else first and last name, else userName."""
    own = wanted.name
    parts = [own.formatted, f"{own.given_name or ''} {own.family_name or ''}"] if own else []
    names = [wanted.display_name, *parts, wanted.user_name]
    return next((found for name in names if (found := _line(name))), "?")


def _address(wanted: Any) -> str | None:
    """The address to write to: the primary one, else that of work, else the first, else the userName."""
    mails = [mail for mail in wanted.emails or [] if mail.value]
    mails.sort(key=lambda mail: (not mail.primary, (mail.type or "").lower() != "work"))
    for value in [*(mail.value for mail in mails), wanted.user_name]:
        line = text.clean_line(value or "")
        if accounts.is_address(line):
            return line
    return None


def _place(wanted: Any) -> str:
    places = sorted(wanted.addresses or [], key=lambda place: (not place.primary, place.type != "work"))
    return next((line for place in places if (line := _line(place.locality))), "")


def _locale(wanted: Any) -> str:
    said = (wanted.preferred_language or wanted.locale or "").lower().replace("_", "-")
    return next((code for code in ("de", "en") if said.split("-")[0] == code), "")


def _apply(db: Session, viewer: Viewer, account: Account, wanted: Any, before: dict[str, Any]) -> list[str]:
    """What the directory says of the person holds; language and time zone are the person's own choice.

    Answers the names of what changed.

    An administrator's address is not taken from the directory: by a mail to another one, whoever holds
    the directory's token would become administrator. An account does not lose its address either.
    """
    values: dict[str, Any] = {"name": _name(wanted)}
    if wanted.title or "title" in before:
        values["title"] = _line(wanted.title)
    if _place(wanted) or "addresses" in before:
        values["location"] = _place(wanted)
    if not account.locale:
        values["locale"] = _locale(wanted)
    if not account.timezone and wanted.timezone in available_timezones():
        values["timezone"] = wanted.timezone
    changed = [name for name, value in values.items() if getattr(account, name) != value]
    for name in changed:
        setattr(account, name, values[name])
    if _set_address(db, viewer, account, _address(wanted)):
        changed.append("email")
    return changed


def _set_address(db: Session, viewer: Viewer, account: Account, address: str | None) -> bool:
    if not address or (address, accounts.email_key(address)) == (account.email, account.email_key):
        return False
    key = accounts.email_key(address)
    if accounts.is_taken(db, address, account.id):
        raise UniquenessException(detail="The address belongs to another account")
    if account.is_admin and account.email_key not in (None, key):
        activity.record(db, "scim.refused", viewer, subject_id=account.id, reason="admin_address")
        return False
    account.email, account.email_key = address, key
    return True


def _set_active(db: Session, viewer: Viewer, account: Account, active: bool | None) -> None:
    """Access as the directory says. The last administrator keeps it: a sync must lock nobody out."""
    if active is None:
        return
    if active:
        accounts.activate(db, viewer, account)
        return
    try:
        accounts.suspend(db, viewer, account, reason="directory")
    except Invalid:
        activity.record(db, "scim.refused", viewer, subject_id=account.id, reason="last_admin")

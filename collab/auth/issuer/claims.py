"""What tools learn about people, by scope (OpenID Connect Core, 5.4)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.auth.models import Account, Group, GroupMember

#: Scope -> claims. ``openid`` and ``offline_access`` tell nothing about the person.
SCOPES: dict[str, tuple[str, ...]] = {
    "openid": ("sub",),
    "profile": ("name", "preferred_username", "locale", "zoneinfo"),
    "email": ("email", "email_verified"),
    "groups": ("groups",),
    "offline_access": (),
}
#: Everybody is in one of these. A group that is called so is not told, or it could pass for it.
EVERYBODY = {"employee": "employees", "guest": "guests"}


def about(db: Session, account: Account, scopes: list[str], default_timezone: str) -> dict[str, Any]:
    """The claims of ``account`` for these scopes. ``sub`` is never given to anybody else.

    No ``picture``: pictures are for people who are signed in, so a tool could not fetch it.
    """
    told: dict[str, Any] = {"sub": account.public_id}
    if "profile" in scopes:
        told |= {"name": account.name, "preferred_username": account.handle}
        told |= {"zoneinfo": account.timezone or default_timezone}
        told |= {"locale": account.locale} if account.locale else {}
    if "email" in scopes and account.email:
        told |= {"email": account.email, "email_verified": account.email_key is not None}
    if "groups" in scopes:
        told |= {"groups": [EVERYBODY[account.kind], *_groups(db, account)]}
    return told


def _groups(db: Session, account: Account) -> list[str]:
    names = db.scalars(
        select(Group.name)
        .join(GroupMember, GroupMember.group_id == Group.id)
        .where(GroupMember.account_id == account.id, Group.name.not_in(EVERYBODY.values()))
    )
    return sorted(set(names))

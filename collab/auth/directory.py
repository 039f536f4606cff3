"""Which accounts and groups the company's directory keeps (by SCIM), and under which names.

The table is here and not in the room ``scim`` because signing in asks it too: a provider whose
``subject_claim`` carries the directory's own id of a person finds the account by it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, and_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from collab.auth.models import Account
from collab.db import Base, new_public_id


class ScimLink(Base):
    """An account or group as the directory manages it. ``public_id`` is its SCIM id.

    ``name`` is the userName or the group's displayName and ``name_key`` the form in which two
    spellings of it are equal. ``attributes`` holds what the directory wrote, so that it reads back
    what it wrote (RFC 7643, 3.1). After a DELETE the id is gone (``deleted_at``), the account is not.
    """

    __tablename__ = "scim_link"
    __table_args__ = (
        CheckConstraint("(account_id IS NULL) <> (group_id IS NULL)", name="one_thing"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("account_group.id"), index=True)
    external_id: Mapped[str | None] = mapped_column(index=True)
    name: Mapped[str]
    name_key: Mapped[str]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


_LIVE = ScimLink.deleted_at.is_(None)
_USER, _GROUP = and_(_LIVE, ScimLink.account_id.is_not(None)), and_(_LIVE, ScimLink.group_id.is_not(None))
#: Two requests at the same moment cannot make two of one name, or link one account twice.
for _name, _column, _where in (
    ("ux_scim_link_user_name", ScimLink.name_key, _USER),
    ("ux_scim_link_group_name", ScimLink.name_key, _GROUP),
    ("ux_scim_link_account", ScimLink.account_id, _USER),
    ("ux_scim_link_group", ScimLink.group_id, _GROUP),
):
    Index(_name, _column, unique=True, sqlite_where=_where, postgresql_where=_where)


def link_of(db: Session, account_id: int) -> ScimLink | None:
    """What the directory keeps of the account; None for one that it does not keep."""
    return db.scalar(select(ScimLink).where(ScimLink.account_id == account_id, _LIVE))


def account_by_external_id(db: Session, value: str) -> Account | None:
    """The employee whom the directory knows by exactly this id of its own (SCIM ``externalId``).

    None if there is nobody or more than one, and for administrators: who holds the directory's
    token could write any id, and must not become administrator by it.
    """
    found = db.scalars(
        select(Account)
        .join(ScimLink, ScimLink.account_id == Account.id)
        .where(ScimLink.external_id == value, _LIVE, Account.kind == "employee")
        .limit(2)
    ).all()
    return found[0] if value and len(found) == 1 and not found[0].is_admin else None

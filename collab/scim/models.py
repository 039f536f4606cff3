"""Table of what the company's directory knows about accounts and groups."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base, new_public_id


class ScimLink(Base):
    """An account or group as the directory manages it. ``public_id`` is its SCIM id.

    ``attributes`` holds what the directory sent and Collab has no use for, so that it reads back
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
    user_name: Mapped[str] = mapped_column(default="")
    user_name_key: Mapped[str | None] = mapped_column(index=True)
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

"""The table of attachments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base, new_public_id
from collab.workspaces.models import Part, part_of_entry


class Attachment(Part, Base):
    """A file on an entry. The bytes lie in the storage under ``sha256``."""

    __tablename__ = "attachment"
    __table_args__ = (
        part_of_entry(),
        Index("ix_attachment_entry", "entry_id"),
        {"sqlite_autoincrement": True},
    )
    inside = False

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int]
    entry_id: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    alt: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]

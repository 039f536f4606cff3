"""The table of tags on entries."""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base
from collab.workspaces.models import Part, part_of_entry


class EntryTag(Part, Base):
    """A tag on an entry. ``key`` is equal for spellings that differ in case or hyphens only."""

    __tablename__ = "entry_tag"
    __table_args__ = (part_of_entry(), Index("ix_entry_tag_key", "key", "entry_id"))
    inside = False

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    workspace_id: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)

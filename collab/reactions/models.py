"""The table of reactions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base
from collab.workspaces.models import Part, part_of_entry

KINDS = ("like", "thanks", "read")


class Reaction(Part, Base):
    """One person's sign on an entry; at most one of each kind."""

    __tablename__ = "reaction"
    __table_args__ = (part_of_entry(), CheckConstraint("kind IN ('like', 'thanks', 'read')", name="kind"))

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[int]
    created_at: Mapped[datetime]

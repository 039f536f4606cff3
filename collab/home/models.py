"""What owners put onto the first page of their workspace."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base
from collab.workspaces.models import Part, part_of_entry


class Pin(Part, Base):
    """An entry that stands on the first page of its workspace, for those who may read it."""

    __tablename__ = "pin"
    __table_args__ = (part_of_entry(), UniqueConstraint("entry_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(index=True)
    entry_id: Mapped[int]
    position: Mapped[int]

"""What earlier imports brought, so that a later one brings nothing twice."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base


class ImportedSource(Base):
    """A file of a tree, and the entry that it became.

    ``digest``: SHA-256 of the file as it was; empty for a page that no file describes. A page
    that only redirected belongs to the entry that it led to.
    """

    __tablename__ = "imported_source"

    source_tree: Mapped[str] = mapped_column(primary_key=True)
    source_path: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(default="")
    imported_at: Mapped[datetime]


class ImportedPerson(Base):
    """Somebody whom a tree names, and the account that stands for the person."""

    __tablename__ = "imported_person"

    source_tree: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)

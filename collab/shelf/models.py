"""Tables of folders, of files with their versions, and of uploads that are still on their way."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from collab.db import Base, new_public_id
from collab.workspaces.models import Entry, Part, part_of_entry


class Item(Entry):
    """What lies in a folder of a workspace, or beside its folders: a folder or a file.

    ``place_id`` is the workspace again: a folder and what is in it are in the same one. What lies in
    a folder that somebody cannot see, or that is deleted, lies beside the folders for them.
    ``sort_key`` (see ``names``) puts folders first. Of a file, ``size`` and ``media_type`` are those
    of its latest version, ``number``; while it is locked, only ``locked_by_id`` changes it.
    """

    __tablename__ = "shelf_item"
    __table_args__: Any = (
        ForeignKeyConstraint(
            ["place_id", "id"], ["entry.workspace_id", "entry.id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        UniqueConstraint("place_id", "id"),
        ForeignKeyConstraint(["place_id", "parent_id"], ["shelf_item.place_id", "shelf_item.id"]),
        Index("ix_shelf_item_parent", "place_id", "parent_id", "sort_key"),
    )
    edited_by = "contributors"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int]
    parent_id: Mapped[int | None]
    sort_key: Mapped[str]
    size: Mapped[int] = mapped_column(default=0)
    media_type: Mapped[str] = mapped_column(default="")
    number: Mapped[int] = mapped_column(default=0)
    locked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    locked_until: Mapped[datetime | None]

    __mapper_args__: Any = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        "polymorphic_abstract": True,
        "inherit_condition": id == Entry.id,  # noqa: A003 - the column above
    }


class Folder(Item):
    """A folder. Who may read it says nothing about what is in it, each of which has readers of its own."""

    __mapper_args__: Any = {"polymorphic_identity": "folder"}  # noqa: RUF012 - as above

    def below(self) -> Select[int]:
        """The ids of what is in it, at any depth."""
        rows: Any = Item.__table__
        lower = aliased(rows)
        found = select(rows.c.id).where(rows.c.parent_id == self.id).cte("below", recursive=True)
        found = found.union(select(lower.c.id).where(lower.c.parent_id == found.c.id))
        return select(found.c.id)


class Document(Item):
    """A file. Its words say what it is about; its bytes are attachments, one for each version."""

    __mapper_args__: Any = {"polymorphic_identity": "document"}  # noqa: RUF012 - as above


class DocumentVersion(Part, Base):
    """What a file was from ``created_at`` on, and ``note``: why it changed."""

    __tablename__ = "document_version"
    __table_args__ = (part_of_entry(),)

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int]
    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class Upload(Base):
    """A file that comes in several parts, and may be interrupted; its bytes lie in the data folder.

    It belongs to one person and is nobody else's to see. ``path`` are the folders below ``folder_id``
    to put it into, with slashes between. ``entry_id`` is what has become of it.
    """

    __tablename__ = "upload"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    folder_id: Mapped[int | None]
    document_id: Mapped[int | None]
    name: Mapped[str]
    path: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    guests: Mapped[bool] = mapped_column(default=False)
    size: Mapped[int]
    entry_id: Mapped[int | None]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    created_at: Mapped[datetime]

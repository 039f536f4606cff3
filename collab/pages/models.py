"""Tables of pages and of the links between them."""

from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base
from collab.workspaces.models import Entry, Part, part_of_entry


class Page(Entry):
    """A page in the tree of a workspace. ``path`` is its slug behind those of its parents.

    ``place_id`` is the workspace again: the key that keeps paths unique in it and parents
    in the same workspace.
    """

    __tablename__ = "page"
    __table_args__ = (
        ForeignKeyConstraint(
            ["place_id", "id"], ["entry.workspace_id", "entry.id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        UniqueConstraint("place_id", "path"),
        UniqueConstraint("place_id", "id"),
        ForeignKeyConstraint(["place_id", "parent_id"], ["page.place_id", "page.id"]),
        Index("ix_page_parent", "parent_id", "position"),
    )
    edited_by = "contributors"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int]
    parent_id: Mapped[int | None]
    slug: Mapped[str]
    path: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)

    __mapper_args__: ClassVar = {"polymorphic_identity": "page", "inherit_condition": id == Entry.id}


class PageLink(Part, Base):
    """A ``[[link]]`` in a page, to the path of a page that is there or is still to be written."""

    __tablename__ = "page_link"
    __table_args__ = (part_of_entry(), Index("ix_page_link_target", "workspace_id", "target"))

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[int]

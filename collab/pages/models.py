"""Tables of pages, of the links between them, and of who is writing in one right now."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from collab.db import Base
from collab.workspaces.models import Entry, Part, part_of_entry


class Page(Entry):
    """A page in the tree of a workspace. ``path`` is its slug behind those of its parents.

    ``place_id`` is the workspace again: the key that keeps paths unique in it and parents
    in the same workspace. The path of a deleted page or a draft starts with ``~``, which no
    address does. Where a parent is deleted or hidden, a page stands below the nearest page
    whose path its own begins with; so the tree that people see is read off the paths.

    ``due_on`` is until when it is valid: its owner (``keeper_id``; the author, where that is NULL) is asked
    before whether it still is, last on ``reminded_on``; a yes holds for ``review_months``. An
    ``is_template`` one is offered to begin new pages of the workspace with.
    """

    __tablename__ = "page"
    __table_args__: Any = (
        ForeignKeyConstraint(
            ["place_id", "id"], ["entry.workspace_id", "entry.id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        UniqueConstraint("place_id", "path"),
        UniqueConstraint("place_id", "id"),
        ForeignKeyConstraint(["place_id", "parent_id"], ["page.place_id", "page.id"]),
        Index("ix_page_parent", "parent_id", "position"),
    )
    edited_by = "contributors"
    has_passages = True

    def below(self) -> Select[int]:
        """The ids of the pages below this one, as the paths tell."""
        above = aliased(Page.__table__)
        under = Page.path.startswith(above.c.path.concat("/"))
        return (
            select(Page.id).join(above, above.c.place_id == Page.place_id).where(above.c.id == self.id, under)
        )

    def above(self) -> Select[int]:
        """The ids of the pages whose slugs its address begins with."""
        here = aliased(Page.__table__)
        over = here.c.path.startswith(Page.path.concat("/"))
        return select(Page.id).join(here, here.c.place_id == Page.place_id).where(here.c.id == self.id, over)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int]
    parent_id: Mapped[int | None]
    slug: Mapped[str]
    path: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)
    keeper_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    review_months: Mapped[int] = mapped_column(default=12)
    reminded_on: Mapped[date | None]
    is_template: Mapped[bool] = mapped_column(default=False)

    __mapper_args__: Any = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        "polymorphic_identity": "page",
        "inherit_condition": id == Entry.id,  # noqa: A003 - the column above
    }


class PageLink(Part, Base):
    """A ``[[link]]`` in a page, to the path of a page that is there or is still to be written."""

    __tablename__ = "page_link"
    __table_args__ = (part_of_entry(), Index("ix_page_link_target", "workspace_id", "target"))

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[int]


class Editing(Part, Base):
    """Somebody has the page open for writing: since when, and seen when for the last time."""

    __tablename__ = "page_editing"
    __table_args__ = (part_of_entry(),)

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    workspace_id: Mapped[int]
    since: Mapped[datetime]
    seen_at: Mapped[datetime]

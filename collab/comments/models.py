"""The table of comments."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base, new_public_id
from collab.workspaces.models import Part, part_of_entry


class Comment(Part, Base):
    """A comment on an entry, or an answer to another comment on it.

    An ``internal`` one is for employees only. A deleted one stays as a stub that says who
    deleted it and why; its words are gone from pages but can be brought back. ``guest_id`` is
    the guest who wrote it, or to whom somebody up the thread answered: in a clean room, that
    guest's competitors must not notice the answers either.
    """

    __tablename__ = "comment"
    __table_args__ = (
        part_of_entry(),
        UniqueConstraint("entry_id", "id"),
        ForeignKeyConstraint(["entry_id", "parent_id"], ["comment.entry_id", "comment.id"]),
        Index("ix_comment_entry", "entry_id", "created_at"),
        Index("ix_comment_created", "created_at"),
        {"sqlite_autoincrement": True},
    )
    spoken = True
    tally = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int]
    entry_id: Mapped[int]
    parent_id: Mapped[int | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    rules: Mapped[str] = mapped_column(default="")
    lang: Mapped[str] = mapped_column(default="")
    guest_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    internal: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    delete_reason: Mapped[str] = mapped_column(default="")


class Quotation(Part, Base):
    """The passage of an entry that a comment is about, and whether that is settled.

    ``quote``, ``before``, ``after`` and ``start`` are what ``passages.Passage`` says. It is read with its
    comment and by whom the comment is read.
    """

    __tablename__ = "comment_passage"
    __table_args__ = (
        part_of_entry(),
        ForeignKeyConstraint(
            ["entry_id", "comment_id"], ["comment.entry_id", "comment.id"], ondelete="CASCADE"
        ),
    )
    spoken = True

    comment_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    workspace_id: Mapped[int]
    entry_id: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")
    start: Mapped[int] = mapped_column(default=0)
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Origin(Part, Base):
    """An entry was made from a comment on another one. It is told to those who read both."""

    __tablename__ = "entry_origin"
    __table_args__ = (part_of_entry(),)

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)


class ReadMark(Base):
    """Up to when somebody has read what is said about an entry. Nobody else learns of it."""

    __tablename__ = "read_mark"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    read_at: Mapped[datetime]

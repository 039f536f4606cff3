"""Tables of tasks, of the columns that they stand in, and of what hangs on a task."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base, new_public_id
from collab.workspaces.models import Entry, Part, part_of_entry


class TaskColumn(Base):
    """A column of a workspace's board, from the left by ``position``.

    ``preset`` says which of the three it is that every board begins with; as long as ``name`` is
    empty, it is called so in each reader's language. What is put into one that ``is_done`` is done.
    One that was removed holds nothing; it is kept for a while, so that it can come back.
    """

    __tablename__ = "task_column"
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        CheckConstraint("name <> '' OR preset <> ''", name="has_a_name"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    name: Mapped[str] = mapped_column(default="")
    preset: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    is_done: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None]


class Task(Entry):
    """Something to be done, in one column of its workspace's board, there in the order of ``rank``.

    ``due_on`` and ``settled_at`` are the entry's. ``rrule`` (RFC 5545, 3.3.10, without its name; empty:
    once) says when the next one is due after this one. ``touched_at``: when somebody did
    something about it for the last time; ``warned_at``: since when its people know that it goes to the
    place beside the board if nobody does; ``later_at``: since when it is there. ``came_from_id`` is a removed
    column that it stood in, as long as nobody has moved it since.
    """

    __tablename__ = "task"
    __table_args__: Any = (
        ForeignKeyConstraint(
            ["place_id", "id"], ["entry.workspace_id", "entry.id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["place_id", "column_id"], ["task_column.workspace_id", "task_column.id"]),
        ForeignKeyConstraint(["place_id", "came_from_id"], ["task_column.workspace_id", "task_column.id"]),
        UniqueConstraint("place_id", "id"),
        Index("ix_task_column", "column_id", "rank"),
        Index("ix_task_came_from", "came_from_id"),
        Index("ix_task_touched", "touched_at"),
    )
    edited_by = "contributors"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int]
    column_id: Mapped[int]
    came_from_id: Mapped[int | None]
    rank: Mapped[str]
    rrule: Mapped[str] = mapped_column(default="")
    touched_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    later_at: Mapped[datetime | None]

    __mapper_args__: Any = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        "polymorphic_identity": "task",
        "inherit_condition": id == Entry.id,  # noqa: A003 - the column above
    }


class TaskAssignee(Part, Base):
    """Somebody works on the task; one at most is ``responsible``.

    The person stands in ``author_id``, by which the policy keeps competitors apart.
    """

    __tablename__ = "task_assignee"
    __table_args__ = (part_of_entry(), Index("ix_task_assignee_person", "author_id", "entry_id"))

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    workspace_id: Mapped[int]
    responsible: Mapped[bool] = mapped_column(default=False)


class TaskItem(Part, Base):
    """A line of the task's checklist, done or still to do. One that was removed is kept for a while."""

    __tablename__ = "task_item"
    __table_args__ = (
        part_of_entry(),
        Index("ix_task_item_entry", "entry_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int]
    entry_id: Mapped[int]
    words: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class TaskDependency(Part, Base):
    """The task waits for ``other_id``, a task of the same workspace."""

    __tablename__ = "task_dependency"
    __table_args__ = (
        part_of_entry(),
        ForeignKeyConstraint(
            ["workspace_id", "other_id"],
            ["entry.workspace_id", "entry.id"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        CheckConstraint("entry_id <> other_id", name="not_for_itself"),
    )

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    other_id: Mapped[int] = mapped_column(primary_key=True, index=True)
    workspace_id: Mapped[int]


class TaskApproval(Part, Base):
    """Somebody (``author_id``, as for assignees) is asked whether the task is all right, and has answered or not.

    ``approved`` is None until then; ``words`` are the person's own. An answer is kept for ever.
    """

    __tablename__ = "task_approval"
    __table_args__ = (
        part_of_entry(),
        Index("ix_task_approval_entry", "entry_id", "id"),
        Index("ix_task_approval_person", "author_id", "answered_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int]
    entry_id: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    approved: Mapped[bool | None]
    words: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]

"""The table of topics. What is said in one are its comments."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from collab.workspaces.models import Entry


class Topic(Entry):
    """Something to talk about, until it is closed (``settled_at``).

    What was decided is a comment (``decision_id``), shown to those who may read it, or a sentence
    (``decision``), or both.
    """

    __tablename__ = "topic"
    __table_args__: Any = (
        ForeignKeyConstraint(
            ["place_id", "id"], ["entry.workspace_id", "entry.id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["id", "decision_id"], ["comment.entry_id", "comment.id"]),
        Index("ix_topic_place", "place_id"),
    )
    is_talk = True

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int]
    decision: Mapped[str] = mapped_column(default="")
    decision_id: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __mapper_args__: Any = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        "polymorphic_identity": "topic",
        "inherit_condition": id == Entry.id,  # noqa: A003 - the column above
    }

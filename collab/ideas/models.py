"""Tables of ideas: what is proposed, what became of it, and who is for it."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base
from collab.workspaces.models import Entry, Part, part_of_entry

STATES = ("new", "considered", "trial", "done", "declined")
#: In these nothing more is to come.
ENDED = ("done", "declined")


class Idea(Entry):
    """A proposal. ``due_on`` is the day by which an answer is owed, by ``answerer_id`` or an owner.

    ``reason`` is the answer in words (Markdown), ``before`` and ``after`` what it changed, once it is
    done; each with the safe HTML that is made from it. ``merged_into_id`` is another idea of the
    workspace that says the same.
    """

    __tablename__ = "idea"
    __table_args__: Any = (
        ForeignKeyConstraint(
            ["place_id", "id"], ["entry.workspace_id", "entry.id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        CheckConstraint("state IN ('new', 'considered', 'trial', 'done', 'declined')", name="state"),
        Index("ix_idea_place", "place_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int]
    state: Mapped[str] = mapped_column(default="new")
    answerer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    reason_html: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[str] = mapped_column(Text, default="")
    before_html: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    after_html: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"), index=True)

    __mapper_args__: Any = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        "polymorphic_identity": "idea",
        "inherit_condition": id == Entry.id,  # noqa: A003 - the column above
    }


class IdeaVote(Part, Base):
    """Somebody is for an idea."""

    __tablename__ = "idea_vote"
    __table_args__ = (part_of_entry(), Index("ix_idea_vote_place", "workspace_id", "entry_id"))

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    workspace_id: Mapped[int]
    created_at: Mapped[datetime]

"""The table of posts."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from collab.workspaces.models import Entry


class Post(Entry):
    """A post in the company blog, or in a workspace's own."""

    __tablename__ = "post"
    __mapper_args__: Any = {"polymorphic_identity": "post"}  # noqa: RUF012 - SQLAlchemy reads it
    edited_by = "authors"
    has_passages = True

    id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    image_id: Mapped[int | None] = mapped_column(ForeignKey("attachment.id"))

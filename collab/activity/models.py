"""Events and their deliveries."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base


class Event(Base):
    """Something that somebody did. Rows are added and never changed, but for ``dispatched_at``.

    The numbers point at rows of other rooms without a foreign key: an event outlives
    what it tells of, and listeners look at the rows as they are then.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index(
            "ix_event_waiting",
            "id",
            sqlite_where=text("dispatched_at IS NULL"),
            postgresql_where=text("dispatched_at IS NULL"),
        ),
        Index("ix_event_kind", "kind", "id"),
        Index("ix_event_actor", "actor_id", "id"),
        Index("ix_event_subject", "subject_id", "id"),
        Index("ix_event_place", "workspace_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    actor_id: Mapped[int | None]
    workspace_id: Mapped[int | None]
    entry_id: Mapped[int | None] = mapped_column(index=True)
    subject_id: Mapped[int | None] = mapped_column(index=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]


class EventSeal(Base):
    """A link of the chain by which a change to the events of the past is noticed.

    ``seal`` is the HMAC-SHA-256 of the seal before and of the event; made by the worker, in the order
    of ``id``. An event that is changed, taken out or put in no longer fits its seal.
    """

    __tablename__ = "event_seal"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(unique=True)
    seal: Mapped[str]


class Delivery(Base):
    """One event on its way to one listener. Done deliveries are deleted."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "listener"),
        Index("ix_delivery_due", "failed_at", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    listener: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    error: Mapped[str | None]
    failed_at: Mapped[datetime | None]

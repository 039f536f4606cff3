"""Tables of events, of changed occurrences, and of who comes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, ForeignKeyConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base
from collab.workspaces.models import Entry, Part, part_of_entry


class CalendarEvent(Entry):
    """An event, or a series of them.

    ``starts`` and ``ends`` are what a clock on the wall of ``zone`` (IANA) shows, so that a meeting at nine
    stays at nine when the clocks change. Of all-day events they are midnights, the last one excluded, and
    ``zone`` is "". ``rrule``: how it recurs (``rules``; "" not at all) until ``last_on``; ``rdates`` are further
    starts, ``exdates`` cancelled ones. All occurrences lie between ``first_at`` and ``last_at`` (None: without
    end), wherever on earth one looks. ``uid`` names it in other calendars (RFC 5545, 3.8.4.7). ``reminder``:
    so many minutes before mails go out; ``remind_at``: when next. ``place_id`` is the workspace again.
    """

    __tablename__ = "calendar_event"
    __table_args__: Any = (
        ForeignKeyConstraint(
            ["place_id", "id"], ["entry.workspace_id", "entry.id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
        Index("ix_calendar_event_place", "place_id", "first_at"),
        Index("ix_calendar_event_uid", "place_id", "uid"),
        Index("ix_calendar_event_remind_at", "remind_at"),
    )
    edited_by = "contributors"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int]
    starts: Mapped[datetime] = mapped_column(DateTime)
    ends: Mapped[datetime] = mapped_column(DateTime)
    zone: Mapped[str] = mapped_column(default="")
    all_day: Mapped[bool] = mapped_column(default=False)
    milestone: Mapped[bool] = mapped_column(default=False)
    location: Mapped[str] = mapped_column(default="")
    rrule: Mapped[str] = mapped_column(default="")
    rdates: Mapped[list[str]] = mapped_column(default=list)
    exdates: Mapped[list[str]] = mapped_column(default=list)
    last_on: Mapped[date | None]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime | None]
    uid: Mapped[str]
    reminder: Mapped[int | None]
    remind_at: Mapped[datetime | None]

    __mapper_args__: Any = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        "polymorphic_identity": "event",
        "inherit_condition": id == Entry.id,  # noqa: A003 - the column above
    }


class CalendarChange(Part, Base):
    """One occurrence of a series that differs from it.

    ``occurrence`` is the start that it would have had, as ``times.key`` writes it; what is None is as in the series.
    """

    __tablename__ = "calendar_change"
    __table_args__ = (part_of_entry(),)
    inside = False

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    occurrence: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[int]
    starts: Mapped[datetime] = mapped_column(DateTime)
    ends: Mapped[datetime] = mapped_column(DateTime)
    title: Mapped[str | None]
    location: Mapped[str | None]
    body: Mapped[str | None] = mapped_column(Text)


class CalendarAnswer(Part, Base):
    """Somebody was invited, or said that they come: ``waiting``, ``yes``, ``no`` or ``maybe``, and a word.

    ``occurrence`` is "" for the series, else as in ``CalendarChange``: the nearer one counts.
    ``author_id`` is whose answer it is.
    """

    __tablename__ = "calendar_answer"
    __table_args__ = (part_of_entry(), Index("ix_calendar_answer_author", "author_id", "entry_id"))

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    occurrence: Mapped[str] = mapped_column(primary_key=True, default="")
    workspace_id: Mapped[int]
    answer: Mapped[str] = mapped_column(default="waiting")
    word: Mapped[str] = mapped_column(default="")
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]

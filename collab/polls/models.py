"""Tables of polls: the question, what one can choose, and the votes, open or secret."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab import clock
from collab.db import Base, new_public_id
from collab.workspaces.models import Entry, Part, part_of_entry


class Poll(Entry):
    """A question with answers to choose from, one or (``multiple``) several, until it is closed.

    By hand (``settled_at``) or at ``closes_at``. ``blind``: nobody sees a number before that.
    ``anonymous``: who chose what is kept under a seal (``Ballot``) until then, and nowhere after.
    """

    __tablename__ = "poll"
    __table_args__: Any = (
        ForeignKeyConstraint(
            ["place_id", "id"], ["entry.workspace_id", "entry.id"], onupdate="CASCADE", ondelete="CASCADE"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place_id: Mapped[int]
    multiple: Mapped[bool] = mapped_column(default=False)
    anonymous: Mapped[bool] = mapped_column(default=False)
    blind: Mapped[bool] = mapped_column(default=False)
    closes_at: Mapped[datetime | None]

    __mapper_args__: Any = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        "polymorphic_identity": "poll",
        "inherit_condition": id == Entry.id,  # noqa: A003 - the column above
    }

    @property
    def is_closed(self) -> bool:
        return self.settled_at is not None or (self.closes_at is not None and self.closes_at <= clock.now())


class PollOption(Part, Base):
    """What one can choose, for those who may vote.

    ``counted``: the secret votes for it, once they were counted and thrown away.
    """

    __tablename__ = "poll_option"
    __table_args__ = (part_of_entry(), UniqueConstraint("entry_id", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int]
    entry_id: Mapped[int] = mapped_column(index=True)
    position: Mapped[int]
    text: Mapped[str]
    counted: Mapped[int] = mapped_column(default=0)


def _of_option() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["entry_id", "option_id"], ["poll_option.entry_id", "poll_option.id"], ondelete="CASCADE"
    )


class Vote(Part, Base):
    """Somebody's choice in a poll that is not anonymous."""

    __tablename__ = "poll_vote"
    __table_args__ = (part_of_entry(), _of_option())

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    option_id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    workspace_id: Mapped[int]


class Voter(Part, Base):
    """Somebody has voted in an anonymous poll. Without a number or a time, which would tell an order."""

    __tablename__ = "poll_voter"
    __table_args__ = (part_of_entry(), {"sqlite_with_rowid": False})

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    workspace_id: Mapped[int]


class Ballot(Part, Base):
    """A choice in an anonymous poll that is not closed.

    ``seal`` is made from the voter with the installation's secret key, so that one can change one's
    mind; the database alone does not say whose it is.
    """

    __tablename__ = "poll_ballot"
    __table_args__ = (part_of_entry(), _of_option(), {"sqlite_with_rowid": False})

    seal: Mapped[str] = mapped_column(primary_key=True)
    option_id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(index=True)
    workspace_id: Mapped[int]

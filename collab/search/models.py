"""What people keep of the search: their saved searches, the company's own words, and what was asked."""

import datetime as dt
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base, new_public_id


class SavedSearch(Base):
    """A search that somebody keeps under a name. ``query`` is the question of its address.

    ``seen`` and ``told`` are packed keys of things (``news.pack``): those that its owner has had
    before their eyes, and those that mails have told. None: nobody has looked yet.
    """

    __tablename__ = "saved_search"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
    seen: Mapped[bytes | None]
    followed: Mapped[bool] = mapped_column(default=False)
    told: Mapped[bytes | None]
    #: When the worker last looked for what could be told.
    looked_at: Mapped[datetime | None]


class SynonymGroup(Base):
    """Words of the company that mean the same. ``version`` grows with each change to any group."""

    __tablename__ = "synonym_group"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    words: Mapped[list[str]]
    version: Mapped[int] = mapped_column(index=True)
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class AskedWords(Base):
    """How often words were asked for on a day, and how often nothing was found. By nobody in particular."""

    __tablename__ = "asked_words"
    __table_args__ = (UniqueConstraint("day", "words"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[dt.date]
    words: Mapped[str]
    asked: Mapped[int]
    in_vain: Mapped[int]

"""What PostgreSQL keeps of things to find them by. On SQLite these tables stay empty: Whoosh has them there."""

from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base

_LEXEMES = Text().with_variant(TSVECTOR(), "postgresql")
#: A number of a thing.
LONG = Integer().with_variant(BigInteger(), "postgresql")


class SearchDocument(Base):
    """One thing that can be found. ``thing``: see ``weights.number_of``; ``at``: seconds since 1970, UTC.

    ``words`` holds what decides whether it answers: its terms and their places, and what questions are
    narrowed to. ``levels`` holds each term again behind the level of how often it is said.
    """

    __tablename__ = "search_document"
    __table_args__ = (
        # Without a list of what waits to be put in: every question would have to read through it.
        Index(
            "ix_search_document_words",
            "words",
            "levels",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        Index("ix_search_document_at", "at", "thing"),
        # Words are kept beside the rows, so that many rows are on a page.
        {"postgresql_with": {"toast_tuple_target": 128, "parallel_workers": 0}},
    )

    thing: Mapped[int] = mapped_column(LONG, primary_key=True, autoincrement=False)
    place: Mapped[int]
    entry: Mapped[int]
    at: Mapped[int] = mapped_column(LONG)
    length: Mapped[int]
    has_file: Mapped[bool]
    words: Mapped[Any] = mapped_column(_LEXEMES, nullable=False)
    levels: Mapped[Any] = mapped_column(_LEXEMES, nullable=False)


class SearchWaiting(Base):
    """A thing that the worker has yet to bring to its present state in the index."""

    __tablename__ = "search_waiting"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    thing: Mapped[int] = mapped_column(LONG)


class SearchState(Base):
    """Whether everything is in the index: the one row, once it has been begun.

    ``form``: in which form; ``reached``: the key after which to go on; ``whole``: nothing is missing.
    """

    __tablename__ = "search_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form: Mapped[str]
    reached: Mapped[str]
    whole: Mapped[bool]


class SearchWord(Base):
    """A term that stands in some text, for "did you mean". One whose last text is gone does no harm."""

    __tablename__ = "search_word"

    word: Mapped[str] = mapped_column(
        String(collation="C").with_variant(String(), "sqlite"), primary_key=True
    )

"""The engine on PostgreSQL: its own full text, of lexemes that our analysis made.

What answers is decided by ``words``; how much it says by ``levels``, of which every level of every word
is looked up in the same index. BM25F as in ``weights``; adding up as in ``ranking``.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from collab.search import nearly, tsvector
from collab.search.plan import plan
from collab.search.postgresql_rows import FORM
from collab.search.postgresql_sql import COUNT, Statement, newest, ranked, together
from collab.search.question import Question
from collab.search.ranking import rareness
from collab.search.weights import KEYS, key_of, usual

#: How long counts are believed: a second for so many documents, at least one, at most so many.
PER_SECOND, LONGEST = 1000, 300.0
#: The counts of so many needs are kept.
COUNTS = 5000


class NotWhole(Exception):
    """Not everything is in the index yet."""


@dataclass
class Counts:
    """What ranking knows of all documents: how many there are, how long texts usually are, how many meet a need."""

    total: int
    usual: float
    until: float
    held: "OrderedDict[str, int]" = field(default_factory=OrderedDict)


class PostgresEngine:
    """Asks the tables of the session's database. Keeps counts for a while; they only order answers."""

    def __init__(self) -> None:
        self._kept: Counts | None = None
        self._lock = threading.Lock()

    def find(self, db: Session, question: Question, limit: int) -> list[str]:
        """See ``Engine``. One statement; another for words that nobody has asked for lately."""
        asked = plan(question)
        counts, held = self._counts(db, [tsvector.asked(need) for need in asked.needs])
        if asked.asks and question.order == "relevance":
            rare = [
                need.worth * rareness(counts.total, number)
                for need, number in zip(asked.needs, held, strict=True)
            ]
            statement = ranked(asked, question, rare, counts.usual, limit)
        elif asked.asks or question.narrowed:
            statement = newest(asked, question, limit)
        else:
            return []
        return [key_of(thing) for (thing,) in _asked(db, statement)]

    def matching(self, db: Session, question: Question) -> Mapping[str, Sequence[int]]:
        """See ``Engine``. One statement."""
        self._counts(db, [])
        asked = plan(question)
        if not (asked.asks or question.narrowed):
            return {}
        return {KEYS[at]: numbers for at, numbers in _asked(db, together(asked, question))}

    def similar(self, db: Session, word: str) -> Sequence[str]:
        """See ``Engine``."""
        found = nearly.spelt(db, word)
        _, held = self._counts(db, [tsvector.exactly(term) for _, term in found])
        near = sorted(
            (edits, -often, term) for (edits, term), often in zip(found, held, strict=True) if often
        )
        return [term for *_, term in near[: nearly.MOST]]

    def _counts(self, db: Session, needs: Sequence[str]) -> tuple[Counts, list[int]]:
        """The counts, and how many documents meet each of the needs. Raises ``NotWhole``."""
        with self._lock:
            kept = self._kept if self._kept and time.monotonic() < self._kept.until else None
            held = {need: kept.held[need] for need in needs if kept and need in kept.held}
        unknown = [need for need in dict.fromkeys(needs) if need not in held]
        if kept is None or unknown:
            kept, counted = _count(db, kept, unknown)
            held |= counted
            with self._lock:
                kept.held.update(counted)
                while len(kept.held) > COUNTS:
                    kept.held.popitem(last=False)
                self._kept = kept
        return kept, [held[need] for need in needs]


def _count(db: Session, kept: Counts | None, needs: Sequence[str]) -> tuple[Counts, dict[str, int]]:
    """Count again: everything if nothing is kept, and who meets the needs."""
    [(form, total, length, texts, held)] = _asked(
        db, (COUNT, {"asked": list(needs), "counting": kept is None})
    )
    if form != FORM:
        raise NotWhole
    if kept is None:
        until = time.monotonic() + min(LONGEST, max(1.0, total / PER_SECOND))
        kept = Counts(total, usual(length or 0, texts), until)
    return kept, dict(zip(needs, held, strict=True))


def _asked(db: Session, statement: Statement) -> Any:
    """The rows. The driver prepares what is asked often, so that PostgreSQL plans it once."""
    return db.connection().exec_driver_sql(*statement)

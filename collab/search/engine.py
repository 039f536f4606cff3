"""What answers plans: one interface, an engine for each kind of database."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from sqlalchemy.orm import Session

from collab.search.question import Question


class Engine(Protocol):
    """Proposes; what it proposes has not passed the policy yet.

    Both engines answer a question with the same things, whatever their order among equals. Everything
    here raises for an index that cannot be used; the caller says then that the search is catching up.
    """

    def find(self, db: Session, question: Question, limit: int) -> list[str]:
        """The keys of at most ``limit`` things, the best (or newest) first."""

    def matching(self, db: Session, question: Question) -> Mapping[str, Sequence[int]]:
        """Everything that answers: the letters of the keys -> their numbers."""

    def similar(self, db: Session, word: str) -> Sequence[str]:
        """Terms of the index that are spelt nearly like the word, the likeliest first, at most 20."""

"""The engine beside SQLite: Whoosh's index in the data folder, which the worker writes."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from collab.search.question import Question
from collab.search.weights import KEYS
from collab.search.whoosh_reader import Reader

#: Edits between a word as typed and what it may have meant: of up to so many letters, so many edits.
ONE_EDIT, TWO_EDITS = 3, 7
SIMILAR = 20


class WhooshEngine:
    """Asks the index of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.reader = Reader(data_dir)

    def find(self, _db: Session, question: Question, limit: int) -> list[str]:
        """See ``Engine``."""
        return self.reader.find(question, limit)

    def matching(self, _db: Session, question: Question) -> Mapping[str, Sequence[int]]:
        """See ``Engine``."""
        found: dict[str, list[int]] = {letter: [] for letter in KEYS}
        each = [found[letter] for letter in KEYS]
        for thing in self.reader.matching(question):
            each[thing % len(KEYS)].append(thing // len(KEYS))
        return {letter: numbers for letter, numbers in found.items() if numbers}

    def similar(self, _db: Session, word: str) -> Sequence[str]:
        """See ``Engine``."""
        edits = 0 if len(word) < ONE_EDIT else 1 if len(word) < TWO_EDITS else 2
        return self.reader.similar(word, edits)[:SIMILAR] if edits else ()

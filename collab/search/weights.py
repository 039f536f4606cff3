"""What is known about a thing, and how much each of its words says about it.

The weights are those of BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009,
section 3.6.2). How often a word is said is counted when a text is written; how long texts usually
are is known when they are read.
"""

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from collab.search.analysis import Token, tokens

#: How soon saying a word once more adds nothing, and how much a text's length counts against it.
SATURATION, LENGTH = 2.2, 0.75
#: A word of a title is worth that of so many of a text; of a title of so many words.
TITLE, USUAL_TITLE = 5.0, 8
#: A part of a compound is worth that of a word.
PART = 0.5
#: So many letters of a text can be found, and a word in so many places of it, by phrases (the limits of
#: PostgreSQL's tsvector: https://www.postgresql.org/docs/current/textsearch-limitations.html).
LETTERS, PLACES, LAST_PLACE = 300_000, 255, 16_000
#: Between title, tags and text, so that no phrase runs across.
GAP = 20


@dataclass(frozen=True)
class Document:
    """What is known to the index about one thing. ``key`` is its kind's letter and its number.

    ``place`` is its workspace, ``entry`` the entry that it is or hangs on (0: none of either).
    """

    key: str
    kind: str
    place: int
    title: str
    text: str = ""
    tags: Sequence[str] = ()
    tag_keys: Sequence[str] = ()
    authors: Sequence[int] = ()
    lang: str = ""
    at: datetime = datetime.fromtimestamp(0, UTC)
    entry: int = 0
    has_file: bool = False


@dataclass
class Said:
    """The terms of a document: how often each is said, a title's counting more; where; and how long the text is."""

    often: dict[str, float] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    length: int = 0

    def add(self, found: Iterable[Token], first: int, worth: float) -> int:
        """Count the terms of a text that begins at the place ``first``; answers its number of words."""
        words = 0
        for term, position, _start, _end in found:
            self.often[term] = self.often.get(term, 0.0) + (worth if position is not None else PART * worth)
            if position is not None:
                words = max(words, position + 1)
                if first + position <= LAST_PLACE:
                    known = self.places.setdefault(term, [])
                    if len(known) < PLACES:
                        known.append(first + position)
        return words


def said(document: Document) -> Said:
    """The terms of a document."""
    found = Said()
    named = [list(tokens(line, document.lang)) for line in (document.title, *document.tags)]
    words = sum(len({token.position for token in line} - {None}) for line in named)
    first, worth = 1, TITLE / (1 - LENGTH + LENGTH * words / USUAL_TITLE)
    for line in named:
        first += found.add(line, first, worth) + GAP
    found.length = found.add(tokens(document.text[:LETTERS], document.lang), first, 1.0)
    return found


#: The letters of keys, in the order of the numbers that stand for them where only numbers can be kept.
KEYS = "ecfpw"


def number_of(key: str) -> int:
    """The key as a number."""
    return int(key[1:]) * len(KEYS) + KEYS.index(key[0])


def key_of(number: int) -> str:
    """The key that the number stands for."""
    return f"{KEYS[number % len(KEYS)]}{number // len(KEYS)}"


def usual(length: int, texts: int) -> float:
    """How long an entry's text is on average, in steps of a tenth, so that it seldom changes."""
    average = max(10.0, length / (texts or 1))
    return float(1.1 ** round(math.log(average, 1.1)))


def patience(lengths: Iterable[int], usual: float) -> "array[float]":
    """For texts of so many words, how often a word must be said for half of its weight."""
    return array("f", (SATURATION * (1 - LENGTH + LENGTH * length / usual) for length in lengths))


def weigh(documents: Iterable[int], said: Iterable[float], needed: Sequence[float]) -> "array[float]":
    """The weight of a word in each document, from 0 to ``SATURATION + 1``. ``needed``: see ``patience``."""
    most = SATURATION + 1
    return array(
        "f",
        [often * most / (often + needed[document]) for document, often in zip(documents, said, strict=True)],
    )

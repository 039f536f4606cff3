"""What is known about a thing, and how much each of its words says about it.

The weights are those of BM25F (Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009,
section 3.6.2). How often a word is said is counted when a text is written; how long texts usually
are is known when they are read.
"""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from collab.search.words import fold, terms, words

#: How soon saying a word once more adds nothing, and how much a text's length counts against it.
SATURATION, LENGTH = 2.0, 0.8
#: A word of a title is worth that of so many of a text; of a title of so many words.
TITLE, USUAL_TITLE = 4.0, 8
#: Beginnings of words that may be typed to find a title.
SHORTEST_PREFIX, LONGEST_PREFIX = 2, 24


@dataclass(frozen=True)
class Document:
    """What is known to the index about one thing. ``key`` is its kind's letter and its number."""

    key: str
    kind: str
    place: int
    title: str
    text: str = ""
    tags: Sequence[str] = ()
    authors: Sequence[int] = ()
    lang: str = ""
    at: datetime = datetime.fromtimestamp(0, UTC)


def of_terms(document: Document) -> tuple[Mapping[str, float], int]:
    """Each term of the document -> how often it is said; and the number of words of the text."""
    named = words(f"{document.title} {' '.join(document.tags)}")
    text = words(document.text)
    said: dict[str, float] = {}
    _count(said, terms(named, ""), _worth(named))
    _count(said, terms(text, document.lang), 1.0)
    return said, len(text)


def of_beginnings(document: Document) -> Mapping[str, float]:
    """What may be typed of the title's words until the thing is offered -> how often it is said."""
    named = words(document.title)
    worth = _worth(named)
    return {
        word[:length]: worth
        for word in map(fold, named)
        for length in range(SHORTEST_PREFIX, min(len(word), LONGEST_PREFIX) + 1)
    }


def _count(said: dict[str, float], found: Iterable[str], worth: float) -> None:
    for term in found:
        said[term] = said.get(term, 0.0) + worth


def _worth(named: Sequence[str]) -> float:
    return TITLE / (1 - LENGTH + LENGTH * len(named) / USUAL_TITLE)


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

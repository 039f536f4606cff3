"""From text to the terms that are looked up, the same for texts and questions and for every engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from collab.search.whoosh import stoplists
from collab.search.words import alternatives, fold, parts, stem

__all__ = ["Option", "Token", "beginnings", "fold", "is_small", "readings", "tokens"]

#: Beginnings of words that may be typed to find a title.
SHORTEST_PREFIX, LONGEST_PREFIX = 2, 24
_SMALL = frozenset(stoplists["de"]) | frozenset(stoplists["en"])


class Token(NamedTuple):
    """A term, the number of the word where it stands (None: only part of one), and its letters in the text."""

    term: str
    position: int | None
    start: int
    end: int


@dataclass(frozen=True)
class Option:
    """One way in which a word may stand in a text: for each set one of its terms, next to each other if so said."""

    sets: tuple[tuple[str, ...], ...]
    adjacent: bool = False


def tokens(text: str, lang: str = "") -> Iterator[Token]:
    """The terms of a text in ``de``, ``en``, or of unknown language (then of both), in their order."""
    position = 0
    for whole, pieces in parts(text):
        terms = alternatives if lang not in ("de", "en") else (lambda word: (stem(word, lang),))
        for at, word in enumerate(pieces or (whole,)):
            for term in terms(word):
                yield Token(term, position + at, 0, 0)
        if pieces:
            for term in terms(whole):
                yield Token(term, position, 0, 0)
        position += len(pieces) or 1


@lru_cache(maxsize=10_000)
def readings(word: str) -> tuple[Option, ...]:
    """How a word that is asked for may stand in a text, whatever the text's language; the likeliest first."""
    found = [(alternatives(whole), tuple(map(alternatives, pieces))) for whole, pieces in parts(word)]
    if len(found) == 1:
        [(whole, pieces)] = found
        return (Option((whole,)), Option(pieces, adjacent=True)) if pieces else (Option((whole,)),)
    return (Option(tuple(whole for whole, _ in found), adjacent=True),) if found else ()


def is_small(word: str) -> bool:
    """Does the word say nothing by itself, in German or English?"""
    return word.lower() in _SMALL


def beginnings(title: str) -> set[str]:
    """What may be typed of a title's words until the thing is offered."""
    words = [fold(word) for whole, pieces in parts(title) for word in (whole, *pieces)]
    return {
        word[:length]
        for word in words
        for length in range(SHORTEST_PREFIX, min(len(word), LONGEST_PREFIX) + 1)
    }

"""From text to the terms that are looked up, the same for texts and questions and for every engine.

One chain, made of Whoosh's parts: ``Words() | Compounds() | Stems(...)``. Words are found and flattened
(tokenizer.py), German compounds are taken apart (compounds.py), and what is left is stemmed with
Snowball, German, English, or both where the language of a text is not known.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any, NamedTuple

from Stemmer import Stemmer

from collab.search.compounds import german
from collab.search.letters import flat, plain
from collab.search.tokenizer import SMALL, Words, spelt
from collab.search.whoosh import Filter
from collab.search.whoosh import Token as WhooshToken

__all__ = ["Option", "Token", "beginnings", "fold", "is_small", "readings", "tokens"]

#: Beginnings of words that may be typed to find a title.
SHORTEST_PREFIX, LONGEST_PREFIX = 2, 24
#: Of compounds with more parts, neighbours are not put together.
MOST_JOINS = 5
_german: Callable[[str], str] = Stemmer("german", 0).stemWord
_english: Callable[[str], str] = Stemmer("english", 0).stemWord
#: Terms, each with whether it is only part of the word.
Found = tuple[tuple[str, bool], ...]


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


class Terms(Filter):  # type: ignore[misc] # Whoosh has no types
    """Puts the terms of a word in its place, those of its parts and stems; ``partial`` says which is which."""

    is_morph = True

    def __init__(self, terms: Callable[[str, bool], Found]) -> None:
        self.terms: Callable[[str, bool], Found] = terms

    def __call__(self, tokens: Iterator[WhooshToken]) -> Iterator[WhooshToken]:
        """The tokens, always the same object, as Whoosh does it."""
        terms = self.terms
        for token in tokens:
            for term in terms(token.text, token.joined):
                token.text, token.partial = term
                yield token


def tokens(text: str, lang: str = "") -> Iterator[Token]:
    """The terms of a text in ``de``, ``en``, or of unknown language (then of both), in their order."""
    for token in _CHAINS.get(lang, _CHAINS[""])(text):
        place = None if token.partial else token.pos
        yield Token(token.text, place, token.startchar, token.endchar)


@lru_cache(maxsize=5_000)
def readings(word: str) -> tuple[Option, ...]:
    """How a word that is asked for may stand in a text, whatever the text's language; the likeliest first.

    A joined word: as it is, or its pieces next to each other. A compound: as it is, or all its parts.
    """
    found = [(token.text, token.joined) for token in Words()(word)]
    if not found:
        return ()
    whole, joined = found[0]
    if joined and len(found) == 1 + len(spelt(word).pieces):
        return Option((_both(whole),)), Option(tuple(_both(piece) for piece, _ in found[1:]), adjacent=True)
    if len(found) > 1:
        return (Option(tuple(_both(piece) for piece, joined in found if not joined), adjacent=True),)
    parts = _apart(whole)
    if any(part in SMALL for part in parts):
        parts = ()
    return (Option((_both(whole),)), *((Option(tuple(map(_both, parts))),) if parts else ()))


def is_small(word: str) -> bool:
    """Does the word say nothing by itself, in German or English?"""
    return flat(word) in SMALL


def fold(word: str) -> str:
    """A word, or the beginning of one, as beginnings are compared."""
    return plain(spelt(word).whole)


def beginnings(title: str) -> set[str]:
    """What may be typed of a title's words, and of the parts of its compounds, until the thing is offered."""
    words = {token.text for token in Words()(title)}
    words |= {part for word in words for part in _apart(word)} - SMALL
    return {
        word[:length]
        for word in map(plain, words)
        for length in range(SHORTEST_PREFIX, min(len(word), LONGEST_PREFIX) + 1)
    }


def _both(word: str) -> tuple[str, ...]:
    """The terms for a word in a text of either language."""
    return tuple(dict.fromkeys((_in_german(word), _in_english(word))))


def _in_german(word: str) -> str:
    """The term for a word of a German text; of a compound, only the last part is inflected."""
    parts = _apart(word)
    return "".join(parts[:-1]) + _stemmed(parts[-1]) if parts else _stemmed(word)


def _stemmed(word: str) -> str:
    """Snowball's stem, but for nouns that are no others, and for regular verbs ("prüft", "geprüft")."""
    words, word = german(), plain(word)
    if word in words.stems:
        return words.stems[word]
    stem = _german(word)
    if stem[-1:] == "t":
        if stem.endswith("iert"):
            return stem[:-3]
        root = stem[:-1]
        if root in words.verbs or (root[:2] == "ge" and (root := root[2:]) in words.verbs):
            return _german(root + "en")
    return stem


def _in_english(word: str) -> str:
    return _english(word)


def _apart(word: str) -> tuple[str, ...]:
    """The parts of a compound as they stand in it, however its umlauts are spelt; none if it is none."""
    words = german()
    found = words.parts(word)
    if not found and (other := plain(word)) != word:
        found = words.parts(other)
    return found


@lru_cache(maxsize=20_000)
def _german_terms(word: str, joined: bool) -> Found:
    """The terms of a word of a German text: the word; of compounds also the parts, and neighbours together."""
    found = {_in_german(word): False}
    parts = () if joined else _apart(word)
    for part in parts:
        if part not in SMALL:
            found.setdefault(_stemmed(part), True)
    if 2 < len(parts) <= MOST_JOINS:
        for first, last in combinations(range(len(parts) + 1), 2):
            if 1 < last - first < len(parts):
                found.setdefault("".join(parts[first : last - 1]) + _stemmed(parts[last - 1]), True)
    return tuple(found.items())


@lru_cache(maxsize=20_000)
def _english_terms(word: str, joined: bool) -> Found:
    return ((_in_english(word), False),)


@lru_cache(maxsize=20_000)
def _all_terms(word: str, joined: bool) -> Found:
    """The terms of a word of a text that may be in either language."""
    return tuple({_in_english(word): False, **dict(_german_terms(word, joined))}.items())


_CHAINS: dict[str, Any] = {
    "de": Words() | Terms(_german_terms),
    "en": Words() | Terms(_english_terms),
    "": Words() | Terms(_all_terms),
}

"""From text to the terms that are looked up: folded, stemmed in German or English."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from collab.search.whoosh import EnglishStemmer, GermanStemmer

_WORD = re.compile(r"\w+(?:[-./]\w+)*", re.UNICODE)
_PARTS = re.compile(r"[-./_]")
_SPELT_OUT = re.compile(r"(?<![qaeiouäöü])([aou])e(?!u)")
_UMLAUT = {"a": "ä", "o": "ö", "u": "ü"}
_german, _english = GermanStemmer(), EnglishStemmer()
LONGEST = 64


def words(text: str) -> list[str]:
    """The words of a text, small, in their order; ``WS-320`` as itself and in its parts."""
    found = []
    for whole, pieces in parts(text):
        found.append(whole)
        found += pieces
    return found


def parts(text: str) -> list[tuple[str, Sequence[str]]]:
    """The words of a text, small, in their order, each with its parts if it has several."""
    found: list[tuple[str, Sequence[str]]] = []
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text).lower()):
        word = match.group()[:LONGEST]
        pieces = [piece for piece in _PARTS.split(word) if piece]
        found.append((word, pieces if len(pieces) > 1 else ()))
    return found


def fold(word: str) -> str:
    """Without accents and with ``ss`` for ``ß``."""
    flat = unicodedata.normalize("NFKD", word.replace("ß", "ss"))
    return "".join(c for c in flat if not unicodedata.combining(c))


@lru_cache(maxsize=100_000)
def stem(word: str, lang: str) -> str:
    """The term for a word in a text of that language."""
    if lang == "en":
        return fold(_english.stem(word))
    umlauts = _SPELT_OUT.sub(lambda match: _UMLAUT[match.group(1)], word)
    return fold(_german.stem(umlauts))


@lru_cache(maxsize=10_000)
def alternatives(word: str) -> tuple[str, ...]:
    """The terms that a word may stand under, whatever the language of the text that has it."""
    return tuple(dict.fromkeys((stem(word, "de"), stem(word, "en"))))


def terms(found: Sequence[str], lang: str) -> list[str]:
    """The terms of a text's words; of unknown language, in both."""
    if lang in ("de", "en"):
        return [stem(word, lang) for word in found]
    return [term for word in found for term in alternatives(word)]

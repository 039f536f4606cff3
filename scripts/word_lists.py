"""Reads the lists that german_words.py works with from the wheels that they come in."""

import csv
import gzip
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collab.search.letters import flat

NAMES = ("Toponym", "Vorname", "Nachname", "Eigenname", "Abkürzung", "Affix", "Straßenname", "Wortverbindung")


@dataclass
class Noun:
    """A noun's forms, small; ``plurals`` are nominative."""

    genera: set[str] = field(default_factory=set)
    plurals: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)


def small(word: str) -> str:
    """In small letters and without ``ß``, which comes and goes with the spelling."""
    return word.lower().replace("ß", "ss")


def nouns(lists: Path) -> tuple[dict[str, Noun], set[str]]:
    """Nouns by their lemma, and names."""
    found: dict[str, Noun] = defaultdict(Noun)
    names: set[str] = set()
    with zipfile.ZipFile(next(lists.glob("german_nouns-*.whl"))) as wheel:
        table = io.TextIOWrapper(wheel.open("german_nouns/nouns.csv"), "utf-8", newline="")
        for row in csv.DictReader(table):
            lemma = small(row["lemma"])
            if not flat(lemma).isascii() or not lemma.isalpha():
                continue
            forms = {small(value) for key, value in row.items() if " " in key and value and value.isalpha()}
            if any(kind in row["pos"] for kind in NAMES) or row["lemma"][1:].lower() != row["lemma"][1:]:
                names |= {lemma, *forms}
                continue
            noun = found[lemma]
            noun.genera |= {row[key] for key in row if key.startswith("genus") and row[key]}
            noun.plurals |= {
                small(row[key]) for key in row if key.startswith("nominativ plural") and row[key]
            }
            noun.forms |= {lemma, *forms}
    return dict(found), names - set(found)


def frequencies(lists: Path, lang: str) -> dict[str, int]:
    """Words, small -> centibels below all words: the smaller the more often."""
    with zipfile.ZipFile(next(lists.glob("wordfreq-*.whl"))) as wheel:
        packed = wheel.read(f"wordfreq/data/large_{lang}.msgpack.gz")
    found: dict[str, int] = {}
    for rarity, words in enumerate(_unpacked(iter(gzip.decompress(packed)))[1:]):
        for word in words:
            found.setdefault(small(word), rarity)
    return found


def _unpacked(data: Iterator[int]) -> Any:
    """What MessagePack holds: numbers, texts, lists and tables, all that wordfreq needs."""
    first = next(data)
    if first < 0x80:
        return first
    if first < 0x90:
        return {_unpacked(data): _unpacked(data) for _ in range(first & 15)}
    if first < 0xA0:
        return [_unpacked(data) for _ in range(first & 15)]
    if first < 0xC0:
        return bytes(next(data) for _ in range(first & 31)).decode()
    size = int.from_bytes(bytes(next(data) for _ in range({0xD9: 1, 0xDA: 2, 0xDC: 2, 0xDD: 4}[first])))
    if first in (0xDC, 0xDD):
        return [_unpacked(data) for _ in range(size)]
    return bytes(next(data) for _ in range(size)).decode()

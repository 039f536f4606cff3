"""Who wrote: ids, names, one text with several names, and spellings of one person.

A tree may describe its people (``_authors/*.md``, ``_data/authors.yml``, ``_data/team.yaml``
and the like). An author is looked up there by id, then by name. Names are one person when
they agree but for case, accents, the German way of writing umlauts (``Krakenbuerger`` is
``Krakenbürger``), academic titles, pronouns and a former name (``Paula Grünwald (geb. Glaser)``
is also Paula Glaser). Ids are people: two ids with one name stay two people.
"""

import html
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from collab.imports.documents import Person
from collab.imports.frontmatter import Data, words
from collab.imports.reading import one_line

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "œ": "oe"})
_TITLES = re.compile(r"^(?:(?:prof|dr|dipl|ing|mag|herr|frau|mr|mrs|ms)\b\.?[\s-]*)+(?=\S)", re.IGNORECASE)
_PRONOUNS = re.compile(
    r"\s*(?:[(\[,–—-]\s*)(?:she|he|they|sie|er)\s*/\s*\w+(?:\s*/\s*\w+)?\s*[)\]]?\s*$", re.IGNORECASE
)
_BORN = re.compile(r"\s*\((?:geb\.|geborene|née|nee|born)\s+([^)]+)\)\s*$", re.IGNORECASE)
_ARTICLE = re.compile(r"^the\s+(?=\w+\s)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:,|;|/|&|\+|\bund\b|\band\b|\bu\.)\s*")
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){1,4}$")
_SMALL = re.compile(r"\b(?:of|on|for|the|team|group|wg|gruppe|verein|behalf)\b", re.IGNORECASE)
_MAIL = re.compile(r"\s*<[^<>@\s]+@[^<>\s]+>\s*")


def name_key(name: str) -> str:
    """What spellings of one name have in common."""
    folded = _ARTICLE.sub("", unicodedata.normalize("NFKC", clean_name(name)).casefold())
    folded = unicodedata.normalize("NFC", _TITLES.sub("", folded)).translate(_GERMAN)
    plain = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", plain)) or folded


def clean_name(written: str) -> str:
    """A name without entities, mail address, pronouns and odd blanks."""
    text = one_line(_MAIL.sub(" ", html.unescape(written)))
    return _PRONOUNS.sub("", text).strip(" ,;") or text


@dataclass(slots=True)
class _Known:
    """A person whom the tree describes."""

    key: str
    names: list[str]
    title: str = ""
    bio: str = ""


class People:
    """The people of one tree: describe those it knows, then look up every author."""

    def __init__(self) -> None:
        self._ids: dict[str, _Known] = {}
        self._names: dict[str, _Known] = {}
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._all: dict[str, _Known] = {}
        self._met: dict[str, _Known] = {}

    def describe(self, ids: list[str], data: Data) -> None:
        """A person from the tree's data. ``ids``: all names under which files know the person."""
        full = words(data.get("full_name")) or [" ".join(_parts(data, "first_name", "last_name"))]
        name = clean_name(full[0] or (words(data.get("name")) or words(data.get("title")) or ids)[0])
        former = _BORN.search(name)
        names = [_BORN.sub("", name)]
        if former:
            names.append(f"{names[0].rpartition(' ')[0]} {former[1]}".strip())
        title = (words(data.get("position")) or words(data.get("role")) or [""])[0]
        bio = (words(data.get("bio")) or [""])[0]
        key = f"id:{ids[0]}" if ids else name_key(names[0])
        known = self._all.setdefault(key, _Known(key, names, one_line(html.unescape(title)), _plain(bio)))
        for name_or_id in ids:
            self._ids.setdefault(name_or_id.casefold(), known)
        for each in names:
            self._names.setdefault(name_key(each), known)

    def authors(self, value: Any) -> tuple[str, ...]:
        """The keys of the people in an author field, whatever its form, each once."""
        keys: dict[str, None] = {}
        for item in value if isinstance(value, list) else [value]:
            named = (
                item.get("name") or item.get("id") or item.get("login") if isinstance(item, dict) else item
            )
            for written in words(named):
                keys |= dict.fromkeys(self._each(written))
        return tuple(keys)

    def find(self, written: str) -> Person | None:
        """The person of an id or name, if the tree knows one; nobody is met by this."""
        known = self._lookup(written)
        return self.person(known.key) if known else None

    def person(self, key: str) -> Person:
        """The person behind a key; names as most documents spell them."""
        known = self._all[key]
        spelt = self._spellings[key]
        name = known.names[0]
        if spelt and not key.startswith("id:"):
            # An umlaut spelt out is a keyboard's doing, whatever its number.
            name = max(spelt, key=lambda each: (not each.isascii(), spelt[each], each != each.lower(), each))
        return Person(key, name, known.title, known.bio)

    def met(self) -> Iterator[Person]:
        """Everybody who is an author of something."""
        return (self.person(key) for key in self._met)

    def is_met(self, key: str) -> bool:
        """Is the person an author of something?"""
        return key in self._met

    def unused(self) -> int:
        """How many described people are authors of nothing."""
        return len(self._all.keys() - self._met.keys())

    def namesakes(self) -> dict[str, list[str]]:
        """Names that several met people share, with their keys."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for person in self.met():
            found[name_key(person.name)].append(person.key)
        return {self.person(keys[0]).name: keys for keys in found.values() if len(keys) > 1}

    def variants(self) -> dict[str, list[str]]:
        """Names shown for people who are spelt in several ways, with those spellings."""
        return {
            self.person(key).name: sorted(spelt)
            for key, spelt in self._spellings.items()
            if len(spelt) > 1 and not key.startswith("id:")
        }

    def _lookup(self, written: str) -> _Known | None:
        name = clean_name(written)
        return self._ids.get(name.casefold()) or self._names.get(name_key(name))

    def _each(self, written: str) -> Iterator[str]:
        name = clean_name(written)
        if self._lookup(name) is None:
            parts = [part for part in _BETWEEN.split(name) if part]
            if len(parts) > 1 and all(self._is_name(part) for part in parts):
                for part in parts:
                    yield self._meet(part)
                return
        yield self._meet(name)

    def _is_name(self, part: str) -> bool:
        return self._lookup(part) is not None or bool(_NAME.match(part) and not _SMALL.search(part))

    def _meet(self, name: str) -> str:
        known = self._lookup(name)
        if known is None:
            known = _Known(name_key(name), [name])
            self._names[known.key] = self._all[known.key] = known
        self._met.setdefault(known.key, known)
        self._spellings[known.key][name] += 1
        return known.key


def _parts(data: Data, *keys: str) -> list[str]:
    return [part for key in keys for part in words(data.get(key))]


def _plain(text: str) -> str:
    return one_line(html.unescape(re.sub(r"<[^>]*>", " ", text)))

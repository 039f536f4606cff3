"""Documents and questions in PostgreSQL's types for words: ``tsvector`` and ``tsquery``.

A lexeme is a term as our own analysis made it. ``words`` has each term with its places, and, behind a
sign that stands in no word, what questions are narrowed to. ``levels`` has each term behind the level of
how often it is said: an index answers which documents say a word about so often, and no document
has to be unpacked to weigh it (https://www.postgresql.org/docs/current/datatype-textsearch.html).
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from collab.search.analysis import beginnings
from collab.search.plan import BEGINS, NAME, Need, Plan, Terms, Way
from collab.search.question import Question
from collab.search.weights import Document, said

#: Before what is no word of a text; and before its value, what it is.
SIGN = "\x01"
KIND, LANG, AUTHOR, TAG, PLACE, NAMED = (SIGN + letter for letter in "klatpn")
#: Levels for each doubling of how often a word is said, the lowest and the highest.
STEPS, LOWEST, HIGHEST = 2, -3, 10
LEVELS = range(LOWEST, HIGHEST + 1)
#: A tsvector has room for so many bytes of lexemes and places; we stay below.
ROOM = 1_000_000
#: Of so many workspaces, each is looked up in the index; of more, each row found is looked at.
FEW = 16
#: What stands in no document.
NOWHERE = "\x02"
#: Letters of the longest lexeme; PostgreSQL refuses those of 2 KB.
LONGEST = 400
NOTHING = f"'{NOWHERE}'"


def level(often: float) -> int:
    """The level of something that is said so often, counted as ``weights.said`` does."""
    return max(LOWEST, min(HIGHEST, round(STEPS * math.log2(often))))


def often_at(level: int) -> float:
    """How often something of this level is said."""
    return float(2 ** (level / STEPS))


@dataclass(frozen=True)
class Lexemes:
    """What is kept of a document's words, as PostgreSQL reads it."""

    words: str
    levels: str
    length: int


def lexemes(document: Document) -> Lexemes:
    """The words of a document. A text of too many different words loses their places, then the last ones."""
    found = said(document)
    facts = [KIND + document.kind, f"{PLACE}{document.place}"]
    facts += [LANG + document.lang] if document.lang else []
    facts += [f"{AUTHOR}{author}" for author in document.authors] + [TAG + key for key in document.tag_keys]
    names = [NAMED + name for name in _longest(beginnings(document.title))]
    where: dict[str, Sequence[int]] = dict.fromkeys((*facts, *names), ())
    where |= {_plain(term): found.places.get(term, ()) for term in found.often}
    levels = [_leveled(level(1.0), name) for name in names]
    levels += [_leveled(level(often), _plain(term)) for term, often in found.often.items()]
    return Lexemes(_vector(where), _vector(dict.fromkeys(levels, ())), found.length)


def _longest(begun: Iterable[str]) -> Iterator[str]:
    """Of beginnings, those that no other one begins with."""
    for one, following in pairwise([*sorted(begun), ""]):
        if not following.startswith(one):
            yield one


def _vector(where: Mapping[str, Sequence[int]]) -> str:
    if sum(map(_size, where.keys(), where.values())) > ROOM:
        where = dict.fromkeys(where, ())
    room, written = ROOM, []
    for lexeme, places in where.items():
        room -= _size(lexeme, places)
        if room < 0:
            break
        written.append(_quoted(lexeme) + (":" + ",".join(map(str, places)) if places else ""))
    return " ".join(written)


def _size(lexeme: str, places: Sequence[int]) -> int:
    """The bytes that a tsvector has for it at most."""
    return len(lexeme.encode()) + 4 + 2 * len(places)


def _plain(term: str) -> str:
    """A term that is none of our facts, whoever typed it."""
    return term.replace(SIGN, NOWHERE).replace("\0", NOWHERE) or NOWHERE


def _leveled(number: int, lexeme: str) -> str:
    return chr(ord("a") + number - LOWEST) + lexeme


def _quoted(lexeme: str) -> str:
    return "'" + lexeme[:LONGEST].replace("\\", "\\\\").replace("'", "''") + "'"


# --- questions ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Probe:
    """Something to look up: the documents that say about so ``often`` what a need (its number) is about."""

    need: int
    often: float
    levels: str
    words: str


def probes(plan: Plan, whole: str) -> Iterator[Probe]:
    """What weighs the documents that answer ``whole``: for each need, and each level at which it is met."""
    for number, need in enumerate(plan.needs):
        single = [term for way in need.ways if len(way.sets) == 1 for term in way.sets[0]]
        for at in LEVELS if single else ():
            yield Probe(number, often_at(at), _any(_at_level(at, single)), whole)
        for way in need.ways:
            if len(way.sets) > 1:
                words = f"{whole}&{_way(way)}" if way.adjacent else whole
                for at in LEVELS:
                    yield Probe(
                        number, often_at(at), _all(_from_level(at, terms) for terms in way.sets), words
                    )


def _at_level(at: int, terms: Iterable[tuple[str, str]]) -> Iterator[str]:
    for field, text in terms:
        if field != NAME:
            yield _lexeme(_leveled(at, _plain(text)), begins=field == BEGINS)
        if field in (NAME, BEGINS) and at == level(1.0):
            yield _lexeme(_leveled(at, NAMED + _plain(text)), begins=True)


def _from_level(lowest: int, terms: Terms) -> str:
    return _any(one for at in LEVELS if at >= lowest for one in _at_level(at, terms))


def asked(need: Need) -> str:
    """Which documents meet the need in some way."""
    return _any(map(_way, need.ways))


def any_of(needs: Iterable[Need]) -> str:
    """Which documents meet one of them."""
    return _any(map(asked, needs))


def facts(question: Question) -> list[str]:
    """What documents must have that the question is narrowed to, of what stands in the index."""
    narrowed: list[tuple[str, Iterable[object]]] = [
        (KIND, question.kinds),
        (AUTHOR, question.authors),
        (TAG, question.tags),
        (LANG, question.langs),
    ]
    found = [_any(_lexeme(f"{sign}{value}") for value in values) for sign, values in narrowed if values]
    if question.places is not None and len(question.places) <= FEW:
        found.append(_any(_lexeme(f"{PLACE}{place}") for place in question.places))
    return found


def _way(way: Way) -> str:
    sets = [_any(one for field, text in terms for one in _word(field, text)) for terms in way.sets]
    return f"({'<->'.join(sets)})" if way.adjacent else _all(sets)


def _word(field: str, text: str) -> Iterator[str]:
    if field != NAME:
        yield _lexeme(_plain(text), begins=field == BEGINS)
    if field in (NAME, BEGINS):
        yield _lexeme(NAMED + _plain(text), begins=True)


def _lexeme(lexeme: str, *, begins: bool = False) -> str:
    return _quoted(lexeme) + (":*" if begins else "")


def _any(each: Iterable[str]) -> str:
    """One of them; of none, something that no document has."""
    return f"({'|'.join(each) or NOTHING})"


def _all(each: Iterable[str]) -> str:
    return f"({'&'.join(each)})"


def exactly(term: str) -> str:
    """Which documents hold the term."""
    return _lexeme(_plain(term))


def either(each: Iterable[str]) -> str:
    """One of them."""
    return _any(each)


def both(wanted: Iterable[str], unwanted: Iterable[str]) -> str:
    """All that is wanted, of which there is something, and nothing that is not."""
    return _all([*wanted, *("!" + one for one in unwanted)])

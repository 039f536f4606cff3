"""From a question to terms: what an engine looks up. One way for all engines."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from collab.search.analysis import LONGEST_PREFIX, SHORTEST_PREFIX, Option, fold, is_small, readings
from collab.search.question import ALL_OF, MOST_IN_PHRASE, SHARE, Group, Item, Phrase, Question, Term, Word

#: Fields in which a term may stand: a word, the beginning of a title's word, what a word begins with.
WORD, NAME, BEGINS = "terms", "name", "begins"

#: What is not needed (small words, a compound as it is written) counts so much of what it says.
ASIDE = 0.5

#: One of these, each with its field.
Terms = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Way:
    """One way in which something may be there: of every set one term, one after the other if ``adjacent``."""

    sets: tuple[Terms, ...]
    adjacent: bool = False


@dataclass(frozen=True)
class Need:
    """Something asked for, and the ways in which it may be there; not ``needed``: it only adds weight."""

    ways: tuple[Way, ...]
    needed: bool = True

    @property
    def worth(self) -> float:
        """What it counts where it is met."""
        return 1.0 if self.needed else ASIDE


@dataclass(frozen=True)
class Plan:
    """Answers have at least ``least`` of the needed needs and none of ``without``."""

    needs: tuple[Need, ...]
    least: int
    without: tuple[Need, ...] = ()

    @property
    def asks(self) -> bool:
        """Is any word asked for?"""
        return bool(self.needs)


def plan(question: Question) -> Plan:
    """The terms that answer the question. What holds no word is left out."""
    last = len(question.groups) - 1
    found: dict[tuple[Way, ...], bool] = {}
    for number, group in enumerate(question.groups):
        ways = tuple(_ways(group, typing=question.typing and number == last))
        if ways:
            small = all(isinstance(item, Word) and is_small(item.text) for item in group)
            found.setdefault(ways, not small)
    if not any(found.values()):
        found = dict.fromkeys(found, True)
    needs = (*(Need(ways, needed) for ways, needed in found.items()), *_as_written(question.groups))
    count = sum(found.values())
    if question.wide:
        least = min(1, count)
    elif question.strict or count <= ALL_OF:
        least = count
    else:
        least = math.ceil(SHARE * count)
    without = (Need(ways) for item in question.without if (ways := tuple(_ways((item,)))))
    return Plan(needs, least, tuple(without))


def _as_written(groups: tuple[Group, ...]) -> Iterator[Need]:
    """Words that may also stand in their parts: those that stand as they are say more."""
    for group in dict.fromkeys(groups):
        if len(group) == 1 and isinstance(group[0], Word) and not group[0].prefix:
            whole, *parts = readings(group[0].text) or (None,)
            if whole and parts:
                yield Need((Way(tuple(map(_terms, whole.sets)), whole.adjacent),), needed=False)


def _ways(group: Group, *, typing: bool = False) -> Iterator[Way]:
    for item in group:
        yield from _way_of(item)
        if typing and isinstance(item, Word) and len(item.text) >= SHORTEST_PREFIX:
            yield Way((((NAME, fold(item.text.lower())[:LONGEST_PREFIX]),),))


def _way_of(item: Item) -> Iterator[Way]:
    if isinstance(item, Phrase):
        sets = [one for word in item.words[:MOST_IN_PHRASE] for one in _in_a_row(readings(word))]
        if sets:
            yield Way(tuple(map(_terms, sets)), adjacent=len(sets) > 1)
    elif isinstance(item, Term):
        yield Way((((WORD, item.term),),))
    elif item.prefix:
        begun = fold(item.text.lower())
        if len(begun) >= SHORTEST_PREFIX:
            yield Way((((BEGINS, begun),),))
        yield from _way_of(Word(item.text))  # a longer word may have a shorter stem
    else:
        for option in readings(item.text):
            yield Way(tuple(map(_terms, option.sets)), option.adjacent)


def _in_a_row(options: tuple[Option, ...]) -> tuple[tuple[str, ...], ...]:
    """The sets of a word inside a phrase: a joined word by its parts, another by itself."""
    joined = next((option for option in options if option.adjacent), None)
    if joined is not None:
        return joined.sets
    return options[0].sets if options else ()


def _terms(terms: tuple[str, ...]) -> Terms:
    return tuple((WORD, term) for term in terms)

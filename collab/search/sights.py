"""What to look for in a text, to show why it was found: words, passages and beginnings, however written."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from collab.search.analysis import SHORTEST_PREFIX, Token, fold, is_small, readings
from collab.search.question import Group, Item, Phrase, Question, Term, Word, plain

#: Shorter terms are looked for where words begin, not inside compounds.
INSIDE = 4


@dataclass(frozen=True)
class Sight:
    """Words one after the other, of each some term; or, of ``begun``, a word that begins so."""

    sets: tuple[frozenset[str], ...] = ()
    begun: str = ""

    @property
    def needles(self) -> Sequence[str]:
        """Letters of which some stand in a text that has the first word; the end of a stem may differ."""
        terms = self.sets[0] if self.sets else {self.begun}
        return sorted({term[:-1] if len(term) > INSIDE and term[-1] == "i" else term for term in terms})

    def spans(self, found: Sequence[Token], text: str) -> Iterator[tuple[int, int]]:
        """Where it stands in a text of these tokens."""
        if self.begun:
            for token in found:
                written = fold(text[token.start : token.end])
                if written.startswith(self.begun) or token.term.startswith(self.begun):
                    yield token.start, token.end
        elif len(self.sets) == 1:
            yield from ((token.start, token.end) for token in found if token.term in self.sets[0])
        else:
            yield from self._in_a_row(found)

    def _in_a_row(self, found: Sequence[Token]) -> Iterator[tuple[int, int]]:
        ends = [
            {token.position: token for token in found if token.position is not None and token.term in terms}
            for terms in self.sets
        ]
        for position, token in ends[0].items():
            rest = [known.get(position + n) for n, known in enumerate(ends[1:], 1)]
            if all(rest) and rest[-1]:
                yield token.start, rest[-1].end


#: The ways in which something asked for may be seen, the likeliest first; each is things to be seen.
Wanted = tuple[tuple[Sight, ...], ...]


def wanted(asked: str | Question) -> tuple[Wanted, ...]:
    """What is to be seen of what was asked. Words that say nothing are not, unless there are no others."""
    question = plain(asked) if isinstance(asked, str) else asked
    return _wanted(question.groups, question.typing)


@lru_cache(maxsize=500)
def _wanted(groups: tuple[Group, ...], typing: bool) -> tuple[Wanted, ...]:
    items = [item for group in groups for item in group]
    telling = [item for item in items if not (isinstance(item, Word) and is_small(item.text))]
    found = {_of(item, begun=typing and item is items[-1]): None for item in telling or items}
    return tuple(one for one in found if one)


def _of(item: Item, *, begun: bool) -> Wanted:
    if isinstance(item, Term):
        return ((Sight((frozenset((item.term,)),)),),)
    if isinstance(item, Phrase):
        sets = [one for word in item.words for one in _sets_in_a_row(word)]
        return ((Sight(tuple(sets)),),) if sets else ()
    ways: list[tuple[Sight, ...]] = []
    for option in readings(item.text):
        each = tuple(map(frozenset, option.sets))
        ways.append((Sight(each),) if option.adjacent else tuple(Sight((terms,)) for terms in each))
    start = fold(item.text)
    if (begun or item.prefix) and len(start) >= SHORTEST_PREFIX:
        first = ways[0] if ways else ()
        ways[:1] = [(*first, Sight(begun=start))]
    return tuple(ways)


def _sets_in_a_row(word: str) -> Sequence[frozenset[str]]:
    options = readings(word)
    joined = next((option for option in options if option.adjacent), None)
    chosen = joined.sets if joined else options[0].sets if options else ()
    return [frozenset(terms) for terms in chosen]


@lru_cache(maxsize=500)
def spelt_otherwise(needle: str) -> re.Pattern[str]:
    """The needle as it may stand in small letters without dots: "haeuser", "strase" for "straße", "e-mail"."""
    ways = {"a": "ae?", "o": "oe?", "u": "ue?"}
    letters = needle.replace("ss", "s")
    each = (ways.get(letter) or ("ss?" if letter == "s" else re.escape(letter)) for letter in letters)
    return re.compile(r"[-\u00ad]?".join(each))

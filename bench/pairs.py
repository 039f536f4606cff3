"""Says how many German words are found by the words that people ask for, of pairs with the right answer.

    python -m bench.pairs

tests/search/german_pairs.tsv holds in each line a group, a question, a text, and whether the one should
find the other. Prints the share that is right in each group, and what is wrong.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from collab.search.analysis import Option, Token, readings, tokens

PAIRS = Path(__file__).resolve().parent.parent / "tests/search/german_pairs.tsv"


class Pair(NamedTuple):
    """A question, a German text, and whether the question should find it."""

    group: str
    asked: str
    text: str
    match: bool

    @property
    def right(self) -> bool:
        """Is it as it should be?"""
        return matches(self.asked, self.text) == self.match


def main() -> int:
    """Print the table; return the exit code."""
    every = list(pairs())
    for pair in every:
        if not pair.right:
            print(f"{pair.asked!r} should {'' if pair.match else 'not '}find {pair.text!r}")
    total, right = (Counter(pair.group for pair in some) for some in (every, (p for p in every if p.right)))
    for group in total:
        print(f"{group:14} {total[group]:4} pairs {right[group] / total[group]:7.1%}")
    print(f"{'all':14} {len(every):4} pairs {share(every):7.1%}")
    return 0


def pairs() -> Iterator[Pair]:
    """The pairs of the file."""
    for line in PAIRS.read_text("utf-8").splitlines():
        group, asked, text, match = line.split("\t")
        yield Pair(group, asked, text, match == "yes")


def share(some: Sequence[Pair]) -> float:
    """How many of the pairs are as they should be, from 0 to 1."""
    return sum(pair.right for pair in some) / len(some)


def matches(asked: str, text: str, lang: str = "de") -> bool:
    """Does every word that is asked for stand in the text in one of the ways in which it may?"""
    found = list(tokens(text, lang))
    return all(any(_met(option, found) for option in readings(word)) for word in asked.split())


def _met(option: Option, found: Sequence[Token]) -> bool:
    places = [{token.position for token in found if token.term in terms} for terms in option.sets]
    if not option.adjacent:
        return all(places)
    first, *others = (numbers - {None} for numbers in places)
    return any(all(at + n in other for n, other in enumerate(others, 1)) for at in first if at is not None)


if __name__ == "__main__":
    raise SystemExit(main())

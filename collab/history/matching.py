"""What two sequences have in common, found in bounded time whatever people write.

Lines that occur once on both sides are the anchors (Bram Cohen's patience diff); between two
anchors difflib looks for more, as long as the work for it stays small. So a page of a megabyte
made of a hundred sentences in turn costs no more than any other.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

#: Pairs of equal lines that difflib may look at between two anchors, and in all.
GAP, ALL = 20_000, 200_000


class Match(NamedTuple):
    """``a[a : a + size] == b[b : b + size]``."""

    a: int
    b: int
    size: int


class Budget:
    """How much may still be looked at."""

    def __init__(self, pairs: int = ALL) -> None:
        self.left = pairs

    def allows(self, a: Sequence[str], b: Sequence[str]) -> bool:
        """Take what comparing ``a`` with ``b`` costs, if there is that much."""
        mine, yours = Counter(a), Counter(b)
        cost = sum(count * yours[line] for line, count in mine.items())
        if cost > min(GAP, self.left):
            return False
        self.left -= cost
        return True


def matches(a: Sequence[str], b: Sequence[str], budget: Budget | None = None) -> list[Match]:
    """Runs that are equal in both, in order, none touching the next in both; the last is empty."""
    budget = budget or Budget()
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    a_end, b_end = len(a) - end, len(b) - end
    found = [Match(0, 0, start)]
    at_a = at_b = start
    for line_a, line_b in [*_anchors(a, b, start, a_end, b_end), (a_end, b_end)]:
        if line_a < at_a or line_b < at_b:
            continue  # already in the run of the anchor before
        found += _between(a, b, (at_a, line_a), (at_b, line_b), budget)
        size = _common(a[line_a:a_end], b[line_b:b_end]) if line_a < a_end else 0
        found.append(Match(line_a, line_b, size))
        at_a, at_b = line_a + size, line_b + size
    found.append(Match(a_end, b_end, end))
    return [*_joined(found), Match(len(a), len(b), 0)]


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    for n, (one, other) in enumerate(zip(a, b, strict=False)):
        if one != other:
            return n
    return min(len(a), len(b))


def _anchors(a: Sequence[str], b: Sequence[str], start: int, a_end: int, b_end: int) -> list[tuple[int, int]]:
    """The longest rising chain of lines that occur once in ``a`` and once in ``b``."""
    in_a, in_b = Counter(a[start:a_end]), Counter(b[start:b_end])
    place = {line: n for n, line in enumerate(b[start:b_end], start) if in_b[line] == 1}
    pairs = [
        (n, place[line]) for n, line in enumerate(a[start:a_end], start) if in_a[line] == 1 and line in place
    ]
    tails: list[int] = []  # the smallest end of a chain of each length, and which pair that is
    ends: list[int] = []
    before: list[int] = []
    for n, (_, b_line) in enumerate(pairs):
        length = bisect_left(tails, b_line)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [b_line]
        ends[length : length + 1] = [n]
    chain: list[tuple[int, int]] = []
    n = ends[-1] if ends else -1
    while n >= 0:
        chain.append(pairs[n])
        n = before[n]
    return chain[::-1]


def _between(
    a: Sequence[str], b: Sequence[str], in_a: tuple[int, int], in_b: tuple[int, int], budget: Budget
) -> list[Match]:
    left, right = a[slice(*in_a)], b[slice(*in_b)]
    if not left or not right or not budget.allows(left, right):
        return []
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return [Match(in_a[0] + block.a, in_b[0] + block.b, block.size) for block in blocks]


def _joined(found: list[Match]) -> list[Match]:
    runs: list[Match] = []
    for match in found:
        if not match.size:
            continue
        last = runs[-1] if runs else None
        if last and (last.a + last.size, last.b + last.size) == (match.a, match.b):
            runs[-1] = Match(last.a, last.b, last.size + match.size)
        else:
            runs.append(match)
    return runs


class Matcher:
    """The part of ``difflib.SequenceMatcher`` that merge3 uses."""

    def __init__(
        self,
        isjunk: Callable[[str], bool] | None = None,
        a: Sequence[str] = (),
        b: Sequence[str] = (),
        autojunk: bool = True,
    ) -> None:
        del isjunk, autojunk
        self._found = matches(a, b)

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        return [tuple(match) for match in self._found]  # type: ignore[misc] # three numbers each

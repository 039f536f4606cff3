"""Which changes are not worth telling others of."""

from itertools import takewhile

#: So few letters between the first and the last difference: a mistyped word, a number.
SMALL = 12


def is_small(before: str, after: str) -> bool:
    """From ``before`` to ``after``, next to nothing has changed."""
    if abs(len(before) - len(after)) > SMALL:
        return False
    start = _alike(before, after)
    end = _alike(before[start:][::-1], after[start:][::-1])
    return max(len(before), len(after)) - start - end <= SMALL


def _alike(one: str, other: str) -> int:
    """How many letters are the same at the beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))

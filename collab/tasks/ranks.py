"""Places between two others, for lists that several people put into order at the same time.

A rank is a text of decimal digits: twelve, and as many more as it needs to stand between its neighbours.
Ranks are compared as texts; digits alone, because every database puts those into the same order,
whatever language it sorts by. Only the thing that moves gets another rank.
"""

WIDTH = 12
STEP = 1_000_000
MIDDLE = "5" + "0" * (WIDTH - 1)


def between(before: str | None, after: str | None) -> str:
    """A rank behind ``before`` and in front of ``after``; None for an end of the list.

    Raises ValueError unless ``before`` < ``after``.
    """
    if before is None and after is None:
        return MIDDLE
    if after is None:
        assert before is not None  # noqa: S101 - just asked
        return _at(int(before[:WIDTH]) + STEP)
    if before is None:
        return _at(int(after[:WIDTH]) - STEP)
    if not before < after:
        raise ValueError(f"{before} does not stand before {after}")
    return _middle(before, after)


def _at(number: int) -> str:
    if not 0 <= number < 10**WIDTH:
        raise ValueError("half a million things were put to one end of a list")
    return str(number).zfill(WIDTH)


def _middle(before: str, after: str) -> str:
    width = max(len(before), len(after))
    while True:
        low, high = int(before.ljust(width, "0")), int(after.ljust(width, "0"))
        if high - low > 1:
            found = str((low + high) // 2).zfill(width)
            return found[:WIDTH] + found[WIDTH:].rstrip("0")
        width += 1

"""Words of the index that are spelt nearly like another one."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab.search.postgresql_models import SearchWord

#: Words longer than so many letters are known as correct; a word of so many may have so many errors.
ONE_EDIT, TWO_EDITS = 3, 7
MOST = 20


def spelt(db: Session, word: str) -> Sequence[tuple[int, str]]:
    """Words that begin alike and are one or two edits away, with the number of edits, the nearest first."""
    edits = 0 if len(word) < ONE_EDIT else 1 if len(word) < TWO_EDITS else 2
    if not edits:
        return ()
    length, column = func.length(SearchWord.word), SearchWord.word
    found = db.scalars(
        select(column).where(
            column >= word[0],
            column < chr(ord(word[0]) + 1),
            length.between(max(3, len(word) - edits), len(word) + edits),
        )
    )
    near = ((distance(word, one, edits), one) for one in found if one != word)
    return sorted(each for each in near if each[0] <= edits)


def distance(one: str, other: str, most: int) -> int:
    """The edits between two words (Damerau, Levenshtein: two letters swapped are one); above ``most``, any number.

    Words that share too few letters are not compared in full.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    rest = list(other)
    for letter in one:
        if letter in rest:
            rest.remove(letter)
    if len(rest) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        fresh = [at]
        for n, beside in enumerate(other, 1):
            least = min(row[n] + 1, fresh[n - 1] + 1, row[n - 1] + (letter != beside))
            if at > 1 and n > 1 and letter == other[n - 2] and beside == one[at - 2]:
                least = min(least, before[n - 2] + 1)
            fresh.append(least)
        before, row = row, fresh
    return row[-1]

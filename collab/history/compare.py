"""Texts compared and merged, line by line. Pure: asks nobody, the same for the same arguments."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from merge3 import Merge3

from collab.history.matching import Budget, Match, Matcher, matches

#: Lines around a change that are shown with it.
AROUND = 3
#: Lines of more words, and runs of more changed lines, are marked as a whole.
LONGEST, MOST = 4000, 500
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")


# Merging -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Merge:
    """Two changes of one text, put together.

    ``text`` is None where they overlap; then ``conflicts`` holds for each such place what the
    text said (base), and what mine and theirs say. ``draft`` is all of both, with mine at those
    places: what a person starts from who has to decide.
    """

    text: str | None
    conflicts: list[tuple[str, str, str]]
    draft: str


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Put together what ``mine`` and ``theirs`` each changed in ``base``.

    Changes overlap if no unchanged line stands between them. A missing newline at the end is
    no change of the line before it.
    """
    if theirs in (base, mine):
        return Merge(mine, [], mine)
    if mine == base:
        return Merge(theirs, [], theirs)
    merger = Merge3(_split(base), _split(mine), _split(theirs), sequence_matcher=Matcher)
    lines: list[str] = []
    conflicts: list[tuple[str, str, str]] = []
    for group in merger.merge_groups():
        if group[0] == "conflict":
            _, was, here, there = group
            conflicts.append(("\n".join(was), "\n".join(here), "\n".join(there)))
            lines += here
        else:
            lines += group[1]
    draft = _join(lines, ends=mine.endswith("\n") or theirs.endswith("\n"))
    return Merge(None if conflicts else draft, conflicts, draft)


def merge_line(base: str, mine: str, theirs: str) -> str | None:
    """Two changes of a title: the changed one, or None if they differ."""
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _join(lines: list[str], *, ends: bool) -> str:
    return "\n".join(lines) + ("\n" if ends and lines else "")


# Showing differences ---------------------------------------------------------------------------

Mark = Literal["", "ins", "del"]


class Words(NamedTuple):
    """Some words of a line; ``mark`` names the element they stand in."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Row:
    """A line of a comparison. ``skipped`` unchanged lines are left out in place of a "skip" row."""

    kind: Literal["same", "added", "removed", "skip"]
    old: int | None = None
    new: int | None = None
    words: list[Words] = field(default_factory=list)
    skipped: int = 0


def lines(old: str, new: str, around: int | None = AROUND) -> list[Row]:
    """The lines of both, with what was added and removed, down to words inside a changed line.

    Unchanged lines further than ``around`` from a change are left out; with None all are there.
    """
    rows = list(_rows(_split(old), _split(new)))
    return rows if around is None else list(_folded(rows, around))


def counts(rows: Sequence[Row]) -> tuple[int, int]:
    """How many lines were added and removed."""
    return sum(row.kind == "added" for row in rows), sum(row.kind == "removed" for row in rows)


def _rows(old: list[str], new: list[str]) -> Iterator[Row]:
    at_old = at_new = 0
    budget = Budget()
    for match in matches(old, new, budget):
        yield from _changed(old[at_old : match.a], new[at_new : match.b], at_old, at_new, budget)
        for n in range(match.size):
            yield Row("same", match.a + n + 1, match.b + n + 1, [Words("", old[match.a + n])])
        at_old, at_new = match.a + match.size, match.b + match.size


def _changed(old: list[str], new: list[str], at_old: int, at_new: int, budget: Budget) -> Iterator[Row]:
    """First what went, then what came; the n-th of both are taken as one line that changed."""
    pairs = zip(old, new, strict=False) if max(len(old), len(new)) <= MOST else ()
    marked = [_words(*pair, budget) for pair in pairs]
    for n, line in enumerate(old):
        yield Row("removed", old=at_old + n + 1, words=marked[n][0] if n < len(marked) else [Words("", line)])
    for n, line in enumerate(new):
        yield Row("added", new=at_new + n + 1, words=marked[n][1] if n < len(marked) else [Words("", line)])


def _words(old: str, new: str, budget: Budget) -> tuple[list[Words], list[Words]]:
    """Both lines with their differences marked; plain if they have little in common."""
    a, b = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(a), len(b)) > LONGEST:
        return [Words("", old)], [Words("", new)]
    found = matches(a, b, budget)
    kept = sum(len("".join(a[match.a : match.a + match.size]).strip()) for match in found)
    if kept * 3 < min(len(old.strip()), len(new.strip())):
        return [Words("", old)], [Words("", new)]
    return _marked(a, found, 0, "del"), _marked(b, found, 1, "ins")


def _marked(words: list[str], found: list[Match], side: int, mark: Mark) -> list[Words]:
    parts: list[Words] = []
    at = 0
    for match in found:
        parts.append(Words(mark, "".join(words[at : match[side]])))
        at = match[side] + match.size
        parts.append(Words("", "".join(words[match[side] : at])))
    return [part for part in parts if part.text]


def _folded(rows: list[Row], around: int) -> Iterator[Row]:
    changes = [n for n, row in enumerate(rows) if row.kind != "same"]
    near = bytearray(len(rows))
    for n in changes:
        low, high = max(0, n - around), min(len(rows), n + around + 1)
        near[low:high] = b"\1" * (high - low)
    skipped = 0
    for n, row in enumerate(rows):
        if not near[n]:
            skipped += 1
            continue
        if skipped:
            yield Row("skip", skipped=skipped)
            skipped = 0
        yield row
    if skipped and changes:
        yield Row("skip", skipped=skipped)

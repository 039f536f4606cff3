"""Merging and comparing texts: whatever people write, nothing is lost and it ends soon."""

import random
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.history import compare
from collab.history.matching import matches

BASE = "one\ntwo\nthree\nfour\nfive\nsix\n"
LINES = st.lists(st.sampled_from("abcdefg") | st.text("xy", max_size=2), max_size=12)


def text_of(lines: list[str]) -> str:
    return "\n".join(lines)


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


def test_changes_in_different_places_are_both_kept() -> None:
    merged = compare.merge(BASE, changed(BASE, "one", "ONE"), changed(BASE, "six", "SIX"))
    assert merged.text == "ONE\ntwo\nthree\nfour\nfive\nSIX\n"
    assert merged.conflicts == []


def test_changes_of_one_line_are_shown_with_what_was_there() -> None:
    merged = compare.merge(BASE, changed(BASE, "two", "mine"), changed(BASE, "two", "theirs"))
    assert merged.text is None
    assert merged.conflicts == [("two", "mine", "theirs")]
    assert merged.draft == changed(BASE, "two", "mine")


def test_the_draft_of_a_conflict_holds_their_other_changes() -> None:
    theirs = changed(changed(BASE, "two", "theirs"), "six", "SIX")
    assert compare.merge(BASE, changed(BASE, "two", "mine"), theirs).draft == (
        "one\nmine\nthree\nfour\nfive\nSIX\n"
    )


def test_the_same_change_on_both_sides_is_no_conflict() -> None:
    both = changed(BASE, "two", "2")
    assert compare.merge(BASE, both, both).text == both


@pytest.mark.parametrize("base", [BASE, BASE.rstrip("\n")])
@pytest.mark.parametrize("mine", ["six", "six\n"])
def test_a_missing_last_newline_is_no_change_of_the_last_line(base: str, mine: str) -> None:
    merged = compare.merge(base, changed(BASE, "six\n", mine), changed(BASE, "one", "ONE"))
    assert merged.text is not None
    assert merged.text.rstrip("\n") == changed(BASE, "one", "ONE").rstrip("\n")


@given(LINES, LINES, LINES)
def test_no_line_of_either_side_is_lost_without_a_conflict(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    merged = compare.merge(text_of(base), text_of(mine), text_of(theirs))
    kept = Counter(merged.draft.split("\n"))
    for conflict in merged.conflicts:
        for side in conflict[1:]:
            kept += Counter(side.split("\n"))
    for side in (mine, theirs):
        for line, count in (Counter(side) - Counter(base)).items():
            assert line == "" or kept[line] >= count
    for line, count in Counter(base).items():  # what nobody took away is still there
        if line and Counter(mine)[line] >= count and Counter(theirs)[line] >= count:
            assert kept[line] >= count


@given(LINES, LINES)
def test_one_side_alone_is_taken_as_it_is(base: list[str], mine: list[str]) -> None:
    was, now = text_of(base), text_of(mine)
    assert compare.merge(was, now, was).text == now
    assert compare.merge(was, was, now).text == now


@given(LINES, LINES, LINES)
def test_who_saves_first_does_not_matter(base: list[str], mine: list[str], theirs: list[str]) -> None:
    was, one, other = text_of(base), text_of(mine), text_of(theirs)
    here, there = compare.merge(was, one, other), compare.merge(was, other, one)
    assert here.text == there.text
    assert [(old, b, a) for old, a, b in here.conflicts] == there.conflicts


@given(LINES, LINES)
def test_matches_are_equal_and_in_order(a: list[str], b: list[str]) -> None:
    at_a = at_b = 0
    for match in matches(a, b):
        assert match.a >= at_a
        assert match.b >= at_b
        assert a[match.a : match.a + match.size] == b[match.b : match.b + match.size]
        at_a, at_b = match.a + match.size, match.b + match.size
    assert (at_a, at_b) == (len(a), len(b))


@given(LINES, LINES)
def test_a_comparison_holds_both_texts(old: list[str], new: list[str]) -> None:
    rows = compare.lines(text_of(old), text_of(new), around=None)
    sides = {
        kind: ["".join(part.text for part in row.words) for row in rows if row.kind in ("same", kind)]
        for kind in ("removed", "added")
    }
    assert text_of(sides["removed"]) == text_of(old).removesuffix("\n")
    assert text_of(sides["added"]) == text_of(new).removesuffix("\n")


def test_words_are_marked_inside_a_changed_line() -> None:
    removed, added = compare.lines("We meet on Monday at ten.", "We meet on Friday at ten.")
    assert [part for part in removed.words if part.mark] == [("del", "Monday")]
    assert [part for part in added.words if part.mark] == [("ins", "Friday")]


def test_lines_far_from_a_change_are_left_out() -> None:
    long = "\n".join(f"line {n}" for n in range(100))
    rows = compare.lines(long, long.replace("line 50", "line fifty"))
    assert [row.kind for row in rows] == ["skip", *["same"] * 3, "removed", "added", *["same"] * 3, "skip"]
    assert sum(row.skipped for row in rows) + 7 == 100


@pytest.mark.parametrize("lines", [["a", "b"], ["We agree.", "We do not agree.", ""]])
def test_hostile_repetition_does_not_take_long(lines: list[str]) -> None:
    dice = random.Random(5)
    old, new = ("\n".join(dice.choice(lines) for _ in range(20_000)) for _ in range(2))
    started = time.process_time()
    compare.lines(old, new)
    compare.merge(old, new, old + "\nend")
    compare.merge(old, new, "\n".join(reversed(old.split("\n"))))
    assert time.process_time() - started < 5

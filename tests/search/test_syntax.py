"""What a typed text means, and that what is written means the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.search.question import MOST_GROUPS, Phrase, Word
from collab.search.syntax import LONGEST, MOST_FILTERS, MOST_WITHOUT, parse
from collab.search.wanted import FIELDS, VALUES, Filter, Wanted, written

A, B, C = Word("a"), Word("b"), Word("c")


@pytest.mark.parametrize(
    ("typed", "groups", "without", "strict"),
    [
        ("a b", ((A,), (B,)), (), False),
        ('"a b" c', ((Phrase(("a", "b")),), (C,)), (), True),
        ("„a b“", ((Phrase(("a", "b")),),), (), True),
        ("a OR b c", ((A, B), (C,)), (), True),
        ("a ODER b OR c", ((A, B, C),), (), True),
        ("a or b", ((A,), (Word("or"),), (B,)), (), False),
        ("a AND b", ((A,), (B,)), (), True),
        ("a UND b OR c", ((A,), (B, C)), (), True),
        ("a -b", ((A,),), (B,), True),
        ('a -"b c"', ((A,),), (Phrase(("b", "c")),), True),
        ("a OR -b", ((A,),), (B,), True),
        ("-a*", (), (Word("a", prefix=True),), True),
        ("lüft*", ((Word("lüft", prefix=True),),), (), False),
        ("WS-320 a - b", ((Word("WS-320"),), (A,), (Word("-"),), (B,)), (), False),
        ('5" a', ((Word("5"),), (A,)), (), False),
        ('"a b', ((Phrase(("a", "b")),),), (), True),
        ("OR a", ((Word("or"),), (A,)), (), False),
        ("a OR", ((A,), (Word("or"),)), (), False),
        ("a OR AND OR b", ((A, B),), (), True),
        ("(a OR b) c", ((Word("(a"), Word("b)")), (C,)), (), True),
        (
            "foo:bar http://x 12:30 C:\\x",
            tuple((Word(w),) for w in ("foo:bar", "http://x", "12:30", "C:\\x")),
            (),
            False,
        ),
        ('"kind:page"', ((Phrase(("kind:page",)),),), (), True),
        ("x-kind:page", ((Word("x-kind:page"),),), (), False),
        ("kind: page", ((Word("kind:"),), (Word("page"),)), (), False),
        ("\0 \u202e", (), (), False),
        ('* -* "" ', (), (), False),
    ],
)
def test_words_and_signs(typed: str, groups: object, without: object, strict: bool) -> None:
    found = parse(typed)
    assert (found.groups, found.without, found.strict) == (groups, without, strict)
    assert found.filters == ()


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("kind:page", [("kind", "page")]),
        ("ART:Seite", [("kind", "page")]),
        ("kind:page art:beitrag", [("kind", "page"), ("kind", "post")]),
        ('projekt:"Neue Anlage"', [("workspace", "Neue Anlage")]),
        ("bereich:neue-anlage", [("workspace", "neue-anlage")]),
        ("von:anna author:anna", [("author", "anna")]),
        ("schlagwort:c*", [("tag", "c*")]),
        ("ab:2026-01 nach:2026 after:x", [("after", "2026-01"), ("after", "2026"), ("after", "x")]),
        ("vor:2026 bis:31.1.2026", [("before", "2026"), ("before", "31.1.2026")]),
        ("mit:datei has:file", [("has", "file")]),
        ("sprache:deutsch", [("language", "de")]),
        ('tag:""', []),
        ('tag:"a', [("tag", "a")]),
    ],
)
def test_filters_have_names_in_both_languages(typed: str, filters: list[tuple[str, str]]) -> None:
    found = parse(typed)
    assert found.filters == tuple(Filter(*one) for one in filters)
    assert (found.groups, found.strict) == ((), False)


def test_a_filter_leaves_the_words_as_they_are() -> None:
    assert parse("a b c d kind:page").strict is False
    assert parse("a OR kind:page").strict is False
    assert parse("a -kind:page") == Wanted(((A,),), filters=(Filter("kind", "page", away=True),))


PIECES = st.sampled_from(
    [
        *(
            '"',
            "-",
            "*",
            " ",
            ":",
            "(",
            ")",
            "OR",
            "ODER",
            "AND",
            "a",
            "b-c",
            "Ä",
            "\0",
            "🎉",
            "„",
            "“",
            "\u3000",
        ),
        *(f"{name}:" for names in FIELDS.values() for name in names),
        *(name for values in VALUES.values() for names in values.values() for name in names),
    ]
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=14).map("".join),
    st.lists(PIECES, max_size=14).map(" ".join),
)


@given(TEXTS)
def test_what_is_written_means_what_was_typed(typed: str) -> None:
    found = parse(typed)
    assert parse(written(found)) == parse(written(found, "de")) == found


@given(TEXTS, st.sampled_from(sorted(FIELDS)), st.sampled_from(["page", "file", "de", "a b", "2026-01"]))
def test_filters_are_put_in_and_taken_out(typed: str, name: str, value: str) -> None:
    found = parse(typed)
    narrowed = parse(written(found.setting(name, value)))
    assert narrowed.values(name) == (value,)
    assert parse(written(narrowed.leaving(name, value))) == found.leaving(name)
    assert parse(written(found.only_words())).filters == ()


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 10_000,
        '"' * 10_000,
        "a " * 5000,
        "-a" * 5000,
        " OR " * 3000,
        "a OR " * 3000,
        "x" * 10_000,
        "kind:" * 3000,
    ],
)
def test_what_is_too_long_is_cut_and_says_so(typed: str) -> None:
    found = parse(typed)
    assert found.cut
    assert len(found.groups) <= MOST_GROUPS and len(written(found)) <= 2 * LONGEST
    assert not parse("a b c").cut


def test_of_many_the_first_count() -> None:
    assert parse(" ".join(f"w{n}" for n in range(MOST_GROUPS + 1))).cut
    assert not parse(" ".join(f"w{n}" for n in range(MOST_GROUPS))).cut
    assert len(parse(" ".join(f"-w{n}" for n in range(99))).without) == MOST_WITHOUT
    assert len(parse(" ".join(f"tag:w{n}" for n in range(99))).filters) == MOST_FILTERS

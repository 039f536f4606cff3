"""From text to terms: German words are found as people ask for them, and every word stands where it is said to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.pairs import matches, pairs, share
from collab.search.analysis import beginnings, fold, is_small, readings, tokens

WORDS = """
    Wohnraumlüftungsanlage Lueftung WS-320 3.11 C++ a.b@c.de Kolleg:innen Heiz-\nund Lüf\u00adtung ﬁlter ½ İ ß _ __x__
    Lu\u0308ftung DIN 18017-3 don't ﷺ २० - \x00 \u200b Straße R&D 1.000,50 geprüft \n
"""
TEXT = st.text(max_size=60) | st.lists(st.sampled_from(WORDS.split(" ")), max_size=8).map(" ".join)


@pytest.mark.parametrize("group", dict.fromkeys(pair.group for pair in pairs()))
def test_german_words_are_found_as_people_ask_for_them(group: str) -> None:
    some = [pair for pair in pairs() if pair.group == group]
    wrong = [pair for pair in some if not pair.right]
    print(f"{group}: {share(some):.1%} of {len(some)}")
    assert share(some) >= (1 if group == "must" else 0.95), wrong


def test_nearly_all_german_pairs_are_right() -> None:
    every = list(pairs())
    assert len(every) >= 400
    assert share(every) >= 0.98


@given(TEXT, st.sampled_from(["de", "en", ""]))
def test_terms_stand_in_the_text_in_their_order(text: str, lang: str) -> None:
    position, start = -1, 0
    for token in tokens(text, lang):
        assert 0 <= token.start < token.end <= len(text)
        assert token.start >= start
        assert token.term and not any(letter.isspace() or letter == "\x00" for letter in token.term)
        if token.position is not None:
            assert token.position in (position, position + 1)
            position = token.position
        start = token.start


@given(TEXT, st.sampled_from(["de", "en", ""]))
def test_every_word_of_a_text_finds_the_text(text: str, lang: str) -> None:
    for word in text.split():
        if readings(word):
            assert matches(word, text, lang), word


@given(st.text(max_size=30))
def test_what_is_typed_of_a_title_offers_it(title: str) -> None:
    offered = beginnings(title)
    assert all(fold(begun) for begun in offered)
    for word in title.split():
        begun = fold(word)[:24]
        if word.isalpha() and len(begun) > 1:
            assert begun in offered


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Die Lu\u0308ftung läuft", "Lu\u0308ftung"),
        ("Ein ﬁlter", "ﬁlter"),
        ("Lüf\u00adtung", "Lüf\u00adtung"),
        ("Lüftungs-\n  anlage", "Lüftungs-\n  anlage"),
        ("alle Kolleg:innen hier", "Kolleg:innen"),
        ("(WS-320)", "WS-320"),
        ("Müller's Haus", "Müller's"),
    ],
)
def test_places_are_those_of_the_text_as_it_was_written(text: str, marked: str) -> None:
    assert marked in {text[token.start : token.end] for token in tokens(text, "de")}


def test_parts_of_compounds_have_no_place_and_joined_words_have_several() -> None:
    said = {token.term: token.position for token in tokens("Die Lüftungsanlage WS-320 neu", "de")}
    assert (said["luftungsanlag"], said["luftung"], said["anlag"]) == (1, None, None)
    assert (said["ws320"], said["ws"], said["320"], said["neu"]) == (2, 2, 3, 4)


def test_a_code_is_found_whole_or_its_pieces_next_to_each_other() -> None:
    whole, pieces = readings("WS-320")
    assert whole.sets == (("ws320",),) and not whole.adjacent
    assert pieces.sets == (("ws",), ("320",)) and pieces.adjacent


def test_english_texts_are_not_taken_apart() -> None:
    assert {token.term for token in tokens("Wohnraumlüftung", "en")} == {"wohnraumluftung"}
    assert not any(
        len(readings(word)) > 1 for word in ["Information", "feedback", "newsletter", "management"]
    )


def test_words_that_say_nothing_are_small_in_both_languages() -> None:
    assert all(map(is_small, ["und", "the", "Für", "WIRD", "which", "über"]))
    assert not any(map(is_small, ["Anlage", "plan", "nicht-öffentlich"]))

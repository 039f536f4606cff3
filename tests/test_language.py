"""Which of the two languages a text is in, also a short one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab.language import guess


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Wie wird die Lüftung gewartet?", "de"),
        ("Wartung", ""),
        ("Wartung der Anlage nach Plan", "de"),
        ("Prüfung und Wartung", "de"),
        ("Neue Heizung für das Büro", "de"),
        ("How do we check the filters?", "en"),
        ("Working from home", "en"),
        ("Getting started with the new intranet", "en"),
        ("Das Update for Teams", ""),
        ("WS-320", ""),
        ("Team Meeting", ""),
        ("Die Minutes vom Meeting sind online und im Wiki, bitte alle lesen", "de"),
        ("Please read the article about the Kündigungsfrist before you sign", "en"),
        ("", ""),
    ],
)
def test_the_language_of_a_text_is_told_if_it_can_be(text: str, lang: str) -> None:
    assert guess(text) == lang


@given(st.text())
def test_any_text_is_german_or_english_or_neither(text: str) -> None:
    assert guess(text) in ("de", "en", "")

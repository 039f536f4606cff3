"""Which of our two languages a text is in, by its most frequent small words."""

import re

_GERMAN = frozenset(
    [
        "der",
        "die",
        "das",
        "und",
        "ist",
        "nicht",
        "mit",
        "für",
        "auf",
        "den",
        "von",
        "zu",
        "im",
        "ein",
        "eine",
        "sich",
        "auch",
        "wir",
        "sie",
        "werden",
        "oder",
        "dem",
        "des",
    ]
)
_ENGLISH = frozenset(
    [
        "the",
        "and",
        "is",
        "not",
        "with",
        "for",
        "on",
        "of",
        "to",
        "in",
        "a",
        "that",
        "we",
        "you",
        "are",
        "be",
        "or",
        "this",
        "it",
        "as",
        "have",
        "from",
        "our",
        "by",
    ]
)
_WORD = re.compile(r"[a-zäöüß]+")
LOOK_AT = 4000


def guess(text: str) -> str:
    """``"de"`` or ``"en"``, or ``""`` for a text too short to tell."""
    words = _WORD.findall(text[:LOOK_AT].lower())
    german = sum(word in _GERMAN for word in words) + sum(c in "äöüß" for word in words for c in word) // 2
    english = sum(word in _ENGLISH for word in words)
    if max(german, english) < 2 or german == english:
        return ""
    return "de" if german > english else "en"

"""Letters as they are compared: small, plain, however an umlaut is written."""

import re
import unicodedata

#: Letters that are two without being accented.
_APART = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
#: "ue" for "ü", but not in "neue", "Quelle".
_SPELT_OUT = re.compile(r"(?<![qaeiou])([aou])e")


def flat(word: str) -> str:
    """Small, without accents, with ``ss`` for ``ß``; nothing but letters that one sees."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word).lower().translate(_APART)
    return "".join(
        letter
        for letter in apart
        if letter.isalnum() or (letter.isascii() and letter.isprintable() and letter != " ")
    )


def plain(word: str) -> str:
    """A flat word with one letter for umlauts that are spelt with two: "haeuser" is "hauser"."""
    return _SPELT_OUT.sub(r"\1", word)

"""Strings as people send them, made fit to store: controls out, one Unicode form, addresses."""

import re
import unicodedata

_LINE_BREAKS = re.compile("\r\n?|\u2028|\u2029")
# C0 and C1 controls but tab and newline, lone surrogates, and characters that are no characters.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff]")
# Embeddings, overrides and isolates let a name read as another one (Trojan Source, CVE-2021-42574).
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: Letters that no decomposition turns into ASCII, and the German way to spell umlauts.
_GERMAN = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "ø": "oe",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ł": "l",
        "đ": "d",
        "þ": "th",
    }
)
SLUG_LENGTH = 80


def without_controls(text: str) -> str:
    """``text`` without the characters that nobody sees and some programs obey."""
    return _CONTROLS.sub("", text)


def clean_body(text: str) -> str:
    """Long text to keep: NFC, lines end in LF, no control character but tab and newline."""
    return unicodedata.normalize("NFC", without_controls(_LINE_BREAKS.sub("\n", text)))


def clean_line(text: str) -> str:
    """A title or name to keep: NFC, one line, single spaces, no controls, no bidi overrides."""
    return " ".join(_BIDI.sub("", clean_body(text)).split())


def slugify(text: str, fallback: str) -> str:
    """``text`` as a part of an address: ``a-z0-9-``, at most 80 characters, German spelt out.

    ``fallback`` where nothing is left, as with a title in Chinese.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = unicodedata.normalize("NFC", folded).translate(_GERMAN)
    ascii_only = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"['`]", "", ascii_only)).strip("-")
    if len(words) > SLUG_LENGTH:
        cut = words[: SLUG_LENGTH + 1].rpartition("-")[0]
        words = cut if len(cut) > SLUG_LENGTH // 2 else words[:SLUG_LENGTH].rstrip("-")
    return words or fallback

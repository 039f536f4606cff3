"""Bytes of a text file as clean text: encoding, line ends, one Unicode form, blanks."""

import re
import unicodedata
from pathlib import Path

_BREAKS = re.compile("\r\n?|\x0b|\x0c|\u2028|\u2029|\x85")
# Controls, byte order marks and the private characters that masks are made of.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufeff\ue000-\ue00f]")
_NO_BREAK = "\u00a0\u202f\u2007"
_LEADING = re.compile(f"(?m)^([ \t]*)[{_NO_BREAK}][ \t{_NO_BREAK}]*")
_TRAILING = re.compile(f"(?m)[{_NO_BREAK}][ \t{_NO_BREAK}]*$")
_AFTER_MARKER = re.compile(
    rf"(?m)^([ \t]*(?:[-*+]|\d{{1,9}}[.)]|#{{1,6}}|>))[ \t]*[{_NO_BREAK}][ \t{_NO_BREAK}]*"
)
_BESIDE_SPACE = re.compile(f"(?<=[^\n ]) [{_NO_BREAK}]+ ?|[{_NO_BREAK}]+ ")


def read_text(path: Path) -> tuple[str, list[str]]:
    """The text of a file in NFC with lines that end in LF, and notes on what was mended."""
    raw = path.read_bytes()
    notes: list[str] = []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        notes.append("not UTF-8: read as Windows-1252")
    return clean(text), notes


def clean(text: str) -> str:
    """NFC, LF line ends, no control characters but tab and newline."""
    return unicodedata.normalize("NFC", _UNWANTED.sub("", _BREAKS.sub("\n", text)))


def plain_blanks(text: str) -> str:
    """No-break spaces where they would break Markdown become plain ones; inside a line they stay."""
    text = _LEADING.sub(r"\1", text)
    text = _AFTER_MARKER.sub(r"\1 ", text)
    text = _BESIDE_SPACE.sub(" ", text)
    return _TRAILING.sub("", text)


def one_line(text: str) -> str:
    """A title or name: one line, plain single blanks."""
    return " ".join(clean(text).split())

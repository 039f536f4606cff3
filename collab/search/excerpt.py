"""The passage that shows why something was found, with the words marked."""

import re
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from collab.search.words import alternatives, words

_LOOSE = {
    "a": "[aäáàâå]",
    "o": "[oöóòôø]",
    "u": "[uüúùû]",
    "e": "[eéèêë]",
    "s": "(?:s|ß)",
    "c": "[cç]",
    "n": "[nñ]",
}


@dataclass(frozen=True)
class Marked:
    """Text in pieces; every second piece is a word that was asked for. Holds no HTML."""

    pieces: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(self.pieces)

    def __html__(self) -> Markup:
        """For templates: everything escaped, the words asked for in ``<mark>``."""
        marked = (Markup("<mark>{}</mark>") if odd % 2 else Markup("{}") for odd, _ in enumerate(self.pieces))
        return Markup("").join(mark.format(piece) for mark, piece in zip(marked, self.pieces, strict=True))


@lru_cache(maxsize=500)
def _pattern(asked: str) -> re.Pattern[str] | None:
    stems = {
        stem
        for word in words(asked)
        for stem in (*alternatives(word), word)
        if len(stem) > 1 or stem.isdigit()
    }
    if not stems:
        return None
    loose = (
        "".join(_LOOSE.get(c, re.escape(c)) for c in stem) for stem in sorted(stems, key=len, reverse=True)
    )
    return re.compile(rf"\b(?:{'|'.join(loose)})\w*", re.IGNORECASE)


def mark(text: str, asked: str, length: int | None) -> Marked:
    """The best passage of about ``length`` characters (None: all) with the words marked."""
    pattern = _pattern(asked)
    if pattern is None:
        return Marked((text[:length],))
    before, after = "", ""
    if length is not None and len(text) > length:
        start = _best(text, pattern, length)
        end = min(len(text), start + length)
        start, end = _at_word(text, start, -1), _at_word(text, end, 1)
        before, after = ("… " if start else ""), (" …" if end < len(text) else "")
        text = text[start:end]
    pieces, last = [], 0
    for match in pattern.finditer(text):
        pieces += [text[last : match.start()], match.group()]
        last = match.end()
    pieces.append(text[last:])
    pieces[0] = before + pieces[0]
    pieces[-1] += after
    return Marked(tuple(pieces))


def _best(text: str, pattern: re.Pattern[str], length: int) -> int:
    """Where the window begins that holds the most different words."""
    found = [(match.start(), match.group().lower()[:5]) for match in pattern.finditer(text)][:200]
    best, most = 0, 0
    for number, (start, _) in enumerate(found):
        held = len({word for at, word in found[number : number + 20] if at < start + length - 40})
        if held > most:
            best, most = start, held
    return max(0, best - 60)


def _at_word(text: str, position: int, direction: int) -> int:
    for _ in range(30):
        if position <= 0 or position >= len(text) or text[position].isspace():
            break
        position += direction
    return max(0, min(len(text), position))

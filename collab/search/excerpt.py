"""The passage that shows why something was found, with the words marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup, escape

from collab.search.analysis import readings

#: A letter for each letter, so that everything stays where it is.
_FLAT = tuple(zip("äáàâåöóòôøüúùûéèêëßçñ", "aaaaaooooouuuueeeescn", strict=True))
#: Words are looked for in so many letters first; each so often in a text.
NEAR, WITHIN = 3000, 20
#: So many letters stand before the first word of a passage.
LEAD = 60


@dataclass(frozen=True)
class Marked:
    """Text in pieces; every second piece is a word that was asked for. Holds no HTML."""

    pieces: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(self.pieces)

    def __bool__(self) -> bool:
        return any(self.pieces)

    def __html__(self) -> Markup:
        """For templates: everything escaped, the words asked for in ``<mark>``."""
        marked = [
            f"<mark>{escape(piece)}</mark>" if odd % 2 else escape(piece)
            for odd, piece in enumerate(self.pieces)
        ]
        return Markup("".join(marked))  # noqa: S704 # every piece is escaped


@dataclass(frozen=True)
class Needle:
    """How one word may begin in a text: small or as a sentence begins; and in small letters without accents."""

    ways: tuple[str, ...]
    flat: tuple[str, ...]


@lru_cache(maxsize=500)
def _needles(asked: str) -> tuple[Needle, ...]:
    found: dict[Needle, None] = {}
    for word in asked.split():
        sets = [terms for option in readings(word) for terms in option.sets]
        every = {word.lower(), *(term for terms in sets for term in terms)}
        stems = {stem for stem in every if len(stem) > 1 or stem.isdigit()}
        if stems:
            ways = {way for stem in stems for way in (stem, stem.capitalize())}
            flat = {_flattened(stem).replace("ss", "s") for stem in stems} | {
                _flattened(stem) for stem in stems
            }
            found[Needle(_shortest(ways), _shortest(flat))] = None
    return tuple(found)


def _shortest(ways: set[str]) -> tuple[str, ...]:
    """Those that no other of them begins."""
    return tuple(
        sorted(one for one in ways if not any(one != other and one.startswith(other) for other in ways))
    )


def mark(text: str, asked: str, length: int | None) -> Marked:
    """The best passage of about ``length`` characters (None: all) with the words marked."""
    needles = _needles(asked)
    if not needles:
        return Marked((text[:length],))
    before, after = "", ""
    if length is not None and len(text) > length:
        start = _best(text, needles, length)
        end = min(len(text), start + length)
        start, end = _at_word(text, start, -1), _at_word(text, end, 1)
        before, after = ("… " if start else ""), (" …" if end < len(text) else "")
        text = text[start:end]
    pieces, last = [], 0
    for start, end in _words_in(text, needles):
        pieces += [text[last:start], text[start:end]]
        last = end
    pieces.append(text[last:])
    pieces[0] = before + pieces[0]
    pieces[-1] += after
    return Marked(tuple(pieces))


def _words_in(text: str, needles: Sequence[Needle]) -> list[tuple[int, int]]:
    """Where the words stand in a short text, whole words that begin with a needle; none overlaps another."""
    flat = _flattened(text)
    begun = sorted({at for needle in needles for at in _beginnings(flat, needle.flat)})
    found: list[tuple[int, int]] = []
    for start in begun:
        if not found or start >= found[-1][1]:
            end = start
            while end < len(text) and (text[end].isalnum() or text[end] == "_"):
                end += 1
            found.append((start, end))
    return found


def _best(text: str, needles: Sequence[Needle], length: int) -> int:
    """Where the window begins that holds the most different words, the first of several such."""
    found = _places(text, needles)
    best, most = 0, 0
    for number, (start, _) in enumerate(found):
        held = {word for at, word in found[number : number + WITHIN] if at < start + length - LEAD}
        if len(held) > most:
            best, most = start, len(held)
            if most == len(needles):
                break
    return max(0, best - LEAD)


def _places(text: str, needles: Sequence[Needle]) -> list[tuple[int, int]]:
    """Where words begin, and which: near if all are there, else everywhere; if nowhere, in other letters."""
    each = [_beginnings(text[:NEAR], needle.ways) for needle in needles]
    if len(text) > NEAR and not all(each):
        each = [_beginnings(text, needle.ways) for needle in needles]
    if not all(each):
        flat = _flattened(text)
        each = [
            places or _beginnings(flat, needle.flat) for places, needle in zip(each, needles, strict=True)
        ]
    return sorted((at, number) for number, places in enumerate(each) for at in places)


def _flattened(text: str) -> str:
    """Small and without accents, everything where it was."""
    small = text.lower()
    if len(small) != len(text):  # "İ" becomes two
        small = text
    if not small.isascii():
        for accented, plain in _FLAT:
            small = small.replace(accented, plain)
    return small


def _beginnings(text: str, ways: Sequence[str]) -> list[int]:
    found: list[int] = []
    for way in ways:
        at, tries = text.find(way), 0
        while at >= 0 and tries < WITHIN:
            if at == 0 or not text[at - 1].isalnum():
                found.append(at)
            at, tries = text.find(way, at + len(way)), tries + 1
    return found


def _at_word(text: str, position: int, direction: int) -> int:
    for _ in range(30):
        if position <= 0 or position >= len(text) or text[position].isspace():
            break
        position += direction
    return max(0, min(len(text), position))

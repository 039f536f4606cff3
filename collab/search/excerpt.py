"""The passage that shows why something was found, with the words marked.

Where a word may stand is looked for with the string search of the language; only the words there, and
the passage itself, are taken apart as the index does it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from collab.search.analysis import tokens
from collab.search.question import Question
from collab.search.sights import INSIDE, Sight, Wanted, spelt_otherwise, wanted

#: A letter for each letter, so that everything stays where it is.
_FLAT = tuple(zip("äáàâåöóòôøüúùûéèêëßçñ", "aaaaaooooouuuueeeescn", strict=True))
#: Words are looked for in so many letters first; each in so many places of a text.
NEAR, WITHIN = 3000, 20
#: So many letters stand before the first word of a passage; words in a row are looked for in so many.
LEAD, ROW = 60, 160
#: A word and what is joined to it has at most so many letters.
LONGEST = 80


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


def mark(text: str, asked: str | Question, length: int | None) -> Marked:
    """The best passage of about ``length`` characters (None: all) with the words marked."""
    looked_for = wanted(asked)
    if not looked_for:
        return Marked((text[:length],))
    before, after = "", ""
    if length is not None and len(text) > length:
        start = _best(text, looked_for, length)
        end = min(len(text), start + length)
        start, end = _at_word(text, start, -1), _at_word(text, end, 1)
        before, after = ("… " if start else ""), (" …" if end < len(text) else "")
        text = text[start:end]
    pieces, last = [], 0
    for start, end in _spans(text, looked_for):
        pieces += [text[last:start], text[start:end]]
        last = end
    pieces.append(text[last:])
    pieces[0] = before + pieces[0]
    pieces[-1] += after
    return Marked(tuple(pieces))


def _spans(text: str, looked_for: Sequence[Wanted]) -> Iterator[tuple[int, int]]:
    """Where the words stand in a short text; none overlaps another."""
    found = list(tokens(text))
    spans: set[tuple[int, int]] = set()
    for ways in looked_for:
        each = ({span for sight in way for span in sight.spans(found, text)} for way in ways)
        spans |= next(filter(None, each), set())
    last = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= last:
            yield start, end
            last = end


def _best(text: str, looked_for: Sequence[Wanted], length: int) -> int:
    """Where the window begins that shows most of what is looked for, the first of several such."""
    found = _places(text, looked_for)
    every = len({what for _, what in found})
    best, most = 0, 0
    for number, (start, _) in enumerate(found):
        held = {what for at, what in found[number : number + WITHIN] if at < start + length - LEAD}
        if len(held) > most:
            best, most = start, len(held)
            if most == every:
                break
    return max(0, best - LEAD)


def _places(text: str, looked_for: Sequence[Wanted]) -> list[tuple[int, Sight]]:
    """Where something is that is looked for, and what: near if all is there, else everywhere."""
    for part in (text[:NEAR], text) if len(text) > NEAR else (text,):
        flat = _flattened(part)
        each = [_first_way(part, flat, ways) for ways in looked_for]
        if all(each):
            break
    return sorted(((at, sight) for places in each for at, sight in places), key=lambda place: place[0])


def _first_way(text: str, flat: str, ways: Wanted) -> list[tuple[int, Sight]]:
    for way in ways:
        if found := [(at, sight) for sight in way for at in _seen(text, flat, sight)]:
            return found
    return []


def _seen(text: str, flat: str, sight: Sight) -> list[int]:
    """Where words stand that are what is looked for, as the index sees them."""
    found: list[int] = []
    checked = -1
    for at in sorted({at for needle in sight.needles for at in _candidates(flat, needle)}):
        if at < checked:
            continue
        start, end = _word_at(text, at)
        checked = end
        around = text[start : end if len(sight.sets) < 2 else end + ROW]  # words in a row
        found += [start + first for first, _ in sight.spans(list(tokens(around)), around)][:1]
    return found


def _candidates(flat: str, needle: str) -> Sequence[int]:
    """Places where the letters stand, at most ``WITHIN``; spelt otherwise only where they are nowhere."""
    found: list[int] = []
    at = flat.find(needle)
    while at >= 0 and len(found) < WITHIN:
        if len(needle) >= INSIDE or at == 0 or not flat[at - 1].isalnum():
            found.append(at)
        at = flat.find(needle, at + len(needle))
    if not found and len(needle) >= INSIDE:
        for match in spelt_otherwise(needle).finditer(flat):
            found.append(match.start())
            if len(found) == WITHIN:
                break
    return found


def _word_at(text: str, at: int) -> tuple[int, int]:
    """The letters around a place without a blank."""
    start = end = at
    while start > 0 and at - start < LONGEST and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and end - at < LONGEST and not text[end].isspace():
        end += 1
    return start, end


def _flattened(text: str) -> str:
    """Small and without accents, everything where it was."""
    small = text.lower()
    if len(small) != len(text):  # "İ" becomes two
        small = "".join(letter.lower()[:1] for letter in text)
    if not small.isascii():
        for accented, plain in _FLAT:
            if accented in small:
                small = small.replace(accented, plain)
    return small


def _at_word(text: str, position: int, direction: int) -> int:
    for _ in range(30):
        if position <= 0 or position >= len(text) or text[position].isspace():
            break
        position += direction
    return max(0, min(len(text), position))

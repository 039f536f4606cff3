"""Passages of a text that comments are about: noted so that they are found again when the text changes.

A passage is what the W3C's Web Annotation Data Model (2017, sections 4.2.4 and 4.2.5) calls a text quote
selector with a text position selector: the words, some of what stands before and after them, and where
they were. Spaces do not count: browsers, HTML and people put them differently.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from itertools import islice, pairwise

from markupsafe import Markup, escape

LONGEST = 1000
#: So many letters around a passage tell it from others with the same words.
AROUND = 32
#: A passage whose words changed is still that one while so much of it is the same.
ALIKE = 0.6
#: Of a word that is everywhere, no more places are looked at.
MOST_PLACES = 500
#: ... and of what may have become of one, so many are compared.
MOST_LIKE = 8

_TAG = re.compile(r"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_PIECE = re.compile(r"&(?:#\w{1,8}|\w{1,32});|[^\s&]+|&")
_SPACE = re.compile(r"\s+")
#: The sign behind a heading that links to it: for who uses it, not part of the words.
_SIGN = '<a class="headerlink"'


@dataclass(frozen=True)
class Passage:
    """A place in a text. ``quote`` is as people read it; the others are without spaces."""

    quote: str
    before: str = ""
    after: str = ""
    start: int = 0


@dataclass(frozen=True)
class Note:
    """What stands in the text beside a passage."""

    public_id: str
    passage: Passage
    name: str
    excerpt: str


@dataclass(frozen=True)
class _Run:
    """Letters of the squeezed text that stand one after the other in the HTML."""

    at: int
    raw: int
    letters: str
    length: int  # in the HTML

    def raw_of(self, at: int) -> int:
        """Where the letter ``at`` begins in the HTML; an entity is whole."""
        inside = at - self.at
        if inside >= len(self.letters):
            return self.raw + self.length
        return self.raw + (inside if len(self.letters) == self.length else 0)


def squeeze(words: str) -> str:
    """The words without spaces."""
    return _SPACE.sub("", words)


class Text:
    """The words of safe HTML, and where each of them stands in it."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.runs: list[_Run] = []
        at = 0
        for start, end in _stretches(html):
            for piece in _PIECE.finditer(html, start, end):
                letters = squeeze(unescape(piece[0])) if piece[0].startswith("&") else piece[0]
                if letters:
                    self.runs.append(_Run(at, piece.start(), letters, len(piece[0])))
                    at += len(letters)

    @cached_property
    def letters(self) -> str:
        return "".join(run.letters for run in self.runs)

    def find(self, passage: Passage) -> tuple[int, int] | None:
        """Where the passage is now, as letters from … to; None if it is not there any more."""
        wanted = squeeze(passage.quote)
        if not wanted:
            return None
        places = list(_places(self.letters, wanted))
        if places:
            best = min(
                places, key=lambda at: (-self._agree(at, len(wanted), passage), abs(at - passage.start))
            )
            return best, best + len(wanted)
        return self._changed(wanted, passage)

    def _agree(self, at: int, length: int, passage: Passage) -> int:
        """How many letters around the place are those that were around the passage."""
        before, after = self.letters[max(0, at - AROUND) : at], self.letters[at + length :][:AROUND]
        return _common(before[::-1], passage.before[::-1]) + _common(after, passage.after)

    def _changed(self, wanted: str, passage: Passage) -> tuple[int, int] | None:
        """Between the same neighbours, or as much of them as is left: words much like those of the passage."""
        for near in (AROUND, AROUND // 2, AROUND // 4):
            found = max(self._between(wanted, passage.before[-near:], passage.after[:near]), default=None)
            if found is not None and found[0] >= ALIKE:
                return found[1], found[2]
        return None

    def _between(self, wanted: str, before: str, after: str) -> Iterator[tuple[float, int, int]]:
        """What stands between the neighbours: how much alike it is, and where."""
        places = islice(_places(self.letters, before), MOST_LIKE) if before else (0,)
        for start in (at + len(before) for at in places):
            room = self.letters[start : start + 2 * len(wanted) + AROUND + len(after)]
            ends = islice(_places(room, after), MOST_LIKE) if after else (len(wanted),)
            for end in ends:
                yield _alike(wanted, room[:end]), start, start + end

    def choose(self, quote: str, before: str = "") -> Passage | None:
        """The passage with these words; of several, the one behind ``before``. None if there is none."""
        quote = " ".join(quote.split())
        context = squeeze(before)[-AROUND:]
        found = self.find(Passage(quote, context)) if len(quote) <= LONGEST else None
        if found is None or self.letters[found[0] : found[1]] != squeeze(quote):
            return None
        start, end = found
        return Passage(
            quote, self.letters[max(0, start - AROUND) : start], self.letters[end : end + AROUND], start
        )

    def ranges(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Where the letters stand in the HTML: stretches without a tag in them."""
        raw: tuple[int, int] | None = None
        for run in self.runs:
            if run.at + len(run.letters) <= start or run.at >= end:
                continue
            piece = (run.raw_of(max(start, run.at)), run.raw_of(min(end, run.at + len(run.letters))))
            if raw is not None and "<" not in self.html[raw[1] : piece[0]]:
                raw = (raw[0], piece[1])
                continue
            if raw is not None:
                yield raw
            raw = piece
        if raw is not None:
            yield raw


def _stretches(html: str) -> Iterator[tuple[int, int]]:
    """The parts of HTML between its tags, without the signs behind headings."""
    at, sign = 0, False
    for tag in _TAG.finditer(html):
        if tag.start() > at and not sign:
            yield at, tag.start()
        sign = tag[0].startswith(_SIGN)
        at = tag.end()
    if at < len(html):
        yield at, len(html)


def _places(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    for _ in range(MOST_PLACES):
        if at < 0:
            return
        yield at
        at = text.find(wanted, at + 1)


def _alike(one: str, other: str) -> float:
    """From 0 to 1, by their pairs of letters (Dice's coefficient): its time grows only with their length."""
    ours, theirs = Counter(pairwise(one)), Counter(pairwise(other))
    return 2 * (ours & theirs).total() / max(1, ours.total() + theirs.total())


def _common(one: str, other: str) -> int:
    """With how many equal letters both begin."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def marked(html: str, notes: Sequence[Note], label: str) -> Markup:
    """Safe HTML with the passages marked, and behind each the note that leads to its comment.

    ``label`` says what a note is, with ``%(name)s``. Passages that are not there any more are passed over.
    """
    text = Text(html)
    starts: list[tuple[int, str]] = []
    ends: list[tuple[int, str]] = []
    spans: list[tuple[int, int]] = []
    for note in notes:
        found = text.find(note.passage)
        if found is None:
            continue
        ranges = list(text.ranges(*found))
        starts.append(
            (ranges[0][0], f'<span class="passage-start" id="passage-{escape(note.public_id)}"></span>')
        )
        ends.append((_outside_link(html, ranges[-1][1]), _beside(note, label)))
        spans += ranges
    return Markup(_inserted(html, _joined(spans), starts, ends))  # noqa: S704 - safe HTML and escaped words


def _beside(note: Note, label: str) -> str:
    words = escape(label % {"name": note.name})
    return (
        f'<span class="margin-note"><a href="#comment-{escape(note.public_id)}" data-note>'
        f'<span class="margin-note-who">{words}</span> '
        f'<span class="margin-note-text">{escape(note.excerpt)}</span></a></span>'
    )


def _outside_link(html: str, at: int) -> int:
    """A link cannot stand in another one: behind the one in which ``at`` is."""
    close, opened = html.find("</a>", at), re.compile(r"<a[\s>]").search(html, at)
    inside = close >= 0 and (opened is None or close < opened.start())
    return close + len("</a>") if inside else at


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches that overlap, as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _inserted(
    html: str, spans: list[tuple[int, int]], starts: list[tuple[int, str]], ends: list[tuple[int, str]]
) -> str:
    """At one place, first a mark ends, then come notes, then anchors, then the next mark begins.

    Where a mark goes on behind a note or an anchor, that stands inside it.
    """
    added = [
        *((end, 0, "</mark>") for _, end in spans),
        *((at, 1, words) for at, words in ends),
        *((at, 2, words) for at, words in starts),
        *((start, 3, '<mark class="passage">') for start, _ in spans),
    ]
    out, last = [], 0
    for at, _, words in sorted(added, key=lambda each: each[:2]):
        out += [html[last:at], words]
        last = at
    return "".join([*out, html[last:]])

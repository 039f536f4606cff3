"""Where code stands in Markdown, so that nothing else in it is taken for markup.

Fences, code spans and indented blocks are found line by line. Whoever changes a text hides
them first (``mask``) and brings them back afterwards (``Mask.restore``).
"""

import re
from dataclasses import dataclass

_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<fence>`{3,}(?=[^`\n]*$)|~{3,})")
_RUN = re.compile(r"`+")
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[ \t]*(?!</\w+>[ \t]*$)\S")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)")
_CONTAINER = re.compile(
    r"<(/?)(?:div|figure|section|aside|article|table|blockquote|ul|ol|dl|details|svg|pre|script|style|center"
    r"|iframe|picture|video|footer|header|form)\b",
    re.IGNORECASE,
)
HIDDEN = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class Mask:
    """What was hidden, in order."""

    parts: list[str]

    def restore(self, text: str) -> str:
        """The text with its code again."""
        while HIDDEN.search(text):
            text = HIDDEN.sub(lambda match: self.parts[int(match[1])], text)
        return text

    def hide(self, part: str) -> str:
        """Hide one more part: what stands for it."""
        self.parts.append(part)
        return f"\ue000{len(self.parts) - 1}\ue001"


def mask(text: str) -> tuple[str, Mask]:
    """The text with each piece of code replaced by a mark without meaning in Markdown."""
    hidden = Mask([])
    out, end = [], 0
    for start, stop in code_spans(text):
        out += [text[end:start], hidden.hide(text[start:stop])]
        end = stop
    return "".join([*out, text[end:]]), hidden


def code_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each piece of code, in order: whole lines, or spans within a paragraph."""
    return _Scan(text).spans


class _Scan:
    """One pass over the lines of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: list[tuple[int, int]] = []
        self._paragraph = 0  # where the paragraph now read began
        self._fence, self._fence_at = "", 0
        self._in_list = self._in_code = False
        self._blank = True
        self._depth = 0
        at = 0
        for line in text.split("\n"):
            self._line(line, at)
            at += len(line) + 1
        if self._fence:
            self.spans.append((self._fence_at, len(text)))
        else:
            self._end_paragraph(len(text))

    def _line(self, line: str, at: int) -> None:
        end = at + len(line)
        if self._fence:
            found = _FENCE.match(line)
            if found and found["fence"].startswith(self._fence) and line.strip(" \t>") == found["fence"]:
                self.spans.append((self._fence_at, end))
                self._fence, self._paragraph = "", end
            return
        if found := _FENCE.match(line):
            self._end_paragraph(at)
            self._fence, self._fence_at = found["fence"], at
            self._blank = self._in_code = False
            return
        if not line.strip():
            self._end_paragraph(at)
            self._blank = True
            return
        indented = bool(_INDENTED.match(line))
        if indented and (self._blank or self._in_code) and not self._in_list and not self._depth:
            self._indented(at, end)
            return
        self._in_code = False
        if _ITEM.match(line):
            self._in_list = True
        elif self._blank and not line[0].isspace():
            self._in_list = False
        self._blank = False
        for tag in _CONTAINER.finditer(line):
            self._depth = max(0, self._depth + (-1 if tag[1] else 1))

    def _indented(self, at: int, end: int) -> None:
        self._end_paragraph(at)
        if self._in_code:
            self.spans[-1] = (self.spans[-1][0], end)
        else:
            self.spans.append((at, end))
        self._in_code, self._blank, self._paragraph = True, False, end

    def _end_paragraph(self, end: int) -> None:
        """Find the code spans in what was read since the last break."""
        start, self._paragraph = self._paragraph, end
        runs = [
            (run.start(), run.end())
            for run in _RUN.finditer(self.text, start, end)
            if not _escaped(self.text, run.start())
        ]
        at = 0
        while at < len(runs):
            size = runs[at][1] - runs[at][0]
            closing = next((n for n in range(at + 1, len(runs)) if runs[n][1] - runs[n][0] == size), None)
            if closing is None:
                at += 1
                continue
            self.spans.append((runs[at][0], runs[closing][1]))
            at = closing + 1


def _escaped(text: str, at: int) -> bool:
    before = at
    while before and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1

"""The table of contents of a book (``SUMMARY.md`` of mdBook, GitBook, HonKit)."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from collab.imports.plain import words

_ENTRY = re.compile(
    r"^(?P<indent>[ \t]*)(?:[-*+]|\d+[.)])?[ \t]*\[(?P<label>(?:[^\[\]\\]|\\.)*)\]\((?P<target>[^)]*)\)[ \t]*$"
)
_PLAIN = re.compile(r"^(?P<indent>[ \t]*)(?:[-*+]|\d+[.)])[ \t]+(?P<label>[^\[\]]+)$")
_PART = re.compile(r"^#{1,6}[ \t]+(?P<label>.+?)[ \t]*#*$")


@dataclass(slots=True)
class Chapter:
    """A line of the contents. ``path``: relative to the file; empty for a part or an unwritten chapter."""

    label: str
    path: str
    below: list["Chapter"] = field(default_factory=list)


def read(text: str) -> list[Chapter]:
    """The chapters in their order; a heading after the first is a part that holds what follows it."""
    top: list[Chapter] = []
    part: list[Chapter] = top
    opened: list[tuple[int, Chapter]] = []
    seen_heading = False
    for line in text.split("\n"):
        if heading := _PART.match(line):
            opened = []
            if seen_heading or top:
                top.append(Chapter(words(heading["label"]), ""))
                part = top[-1].below
            seen_heading = True
            continue
        entry = _ENTRY.match(line) or _PLAIN.match(line)
        if not entry:
            continue
        indent = len(entry["indent"].expandtabs(4))
        while opened and opened[-1][0] >= indent:
            opened.pop()
        target = entry.groupdict().get("target") or ""
        chapter = Chapter(words(entry["label"]), unquote(target.partition("#")[0].split(" ")[0].strip("<>")))
        (opened[-1][1].below if opened else part).append(chapter)
        opened.append((indent, chapter))
    return top

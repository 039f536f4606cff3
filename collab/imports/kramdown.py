"""What kramdown (Jekyll's Markdown) and its relatives have and CommonMark has not."""

import re

from collab.imports.htmltext import ANCHOR, ANCHOR_END

_LIST = r"\{:(?![:/])[^{}\n]*\}"
_TOC = re.compile(r"(?m)^[ \t]*(?:[-*+]|\d+\.)[ \t]+.*\n[ \t]*\{:\s*toc[^{}\n]*\}[ \t]*\n?")
_ALONE = re.compile(rf"(?m)^[ \t>]*(?:{_LIST}[ \t]*)+$\n?")
_SPAN = re.compile(rf"(?<=[)\]*_>\ue001]){_LIST}")
_HEADING_LIST = re.compile(r"(?m)^(#{1,6}[ \t].*?)[ \t]*\{(?::\s*|(?=[#.]))(?:#([\w.:-]+))?[^{}\n]*\}[ \t]*$")
_ITEM = re.compile(rf"(?m)^([ \t]*(?:[-*+]|\d+\.)[ \t]+){_LIST}[ \t]*")
_EXTENSION = re.compile(r"\{::(comment|nomarkdown|options)[^{}\n]*(?:/\}|\}(.*?)\{:/(?:\1)?\})", re.DOTALL)
_TIGHT_HEADING = re.compile(r"(?m)^([ ]{0,3}#{2,6})(?=[^\s#\\])")
_ABBREVIATION = re.compile(r"(?m)^\*\[[^\]\n]+\]:.*\n?")
_TOC_MARKS = re.compile(
    r"(?mi)^[ \t]*(?:\[\[?_?toc_?\]\]?|<!--\s*/?(?:toc|tocstop)\s*-->|\{\{\s*toc\s*\}\})[ \t]*\n?"
)


def to_commonmark(text: str, *, jekyll: bool) -> str:
    """The text (its code hidden) without attribute lists and marks for a table of contents.

    An id that a heading is given is kept as a named place. ``jekyll``: ``##Words`` is a heading.
    """
    text = _TOC_MARKS.sub("", text)
    if "{" in text:
        text = _EXTENSION.sub(lambda found: "" if found[1] != "nomarkdown" else found[2] or "", text)
        text = _TOC.sub("", text)
        text = _HEADING_LIST.sub(_heading, text)
        text = _ALONE.sub("", text)
        text = _ITEM.sub(r"\1", text)
        text = _SPAN.sub("", text)
    if jekyll:
        text = "\n\n".join(_bold(part) if "**" in part else part for part in text.split("\n\n"))
        text = _TIGHT_HEADING.sub(r"\1 ", text)
        text = _ABBREVIATION.sub("", text)
    return text


def _bold(paragraph: str) -> str:
    """``**words **more`` as it was meant: blanks stand outside of the marks."""
    parts = re.split(r"(?<![\\*])\*\*(?!\*)", paragraph)
    if len(parts) % 2 == 0:
        return paragraph
    for at in range(1, len(parts), 2):
        inner = parts[at]
        words = inner.strip(" ")
        if words and words != inner and "\n" not in inner[: len(inner) - len(inner.lstrip())]:
            left, _, right = inner.partition(words)
            parts[at] = f"{left}**{words}**{right}"
        elif words:
            parts[at] = f"**{inner}**"
        else:
            parts[at] = inner
    return "".join(parts)


def _heading(found: re.Match[str]) -> str:
    return f"{ANCHOR}{found[2]}{ANCHOR_END}\n{found[1]}" if found[2] else found[1]

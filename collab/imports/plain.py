"""Markdown as plain words: for titles, headings and summaries."""

import html
import re

from collab.imports.markup import HIDDEN
from collab.imports.reading import one_line

_IMAGE = re.compile(r"!\[((?:[^\[\]]|\\.)*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[((?:[^\[\]]|\\.|\[[^\[\]]*\])*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])")
_AUTOLINK = re.compile(r"<((?:https?|mailto):[^<>\s]+)>")
_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|br|code|div|em|font|h[1-6]|hr|i|img|kbd|li|mark|ol|p|s|small|span|strong|sub|sup"
    r"|table|tbody|td|th|tr|u|ul)(?:\s[^<>]*)?/?>"
)
_EMPHASIS = re.compile(r"(?<![\w\\])(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_FOOTNOTE = re.compile(r"\[\^[^\]]+\]")
_MARKER = re.compile(r"(?m)^[ \t]*(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
SUMMARY = 300


def words(markdown: str) -> str:
    """One line of plain text; images say their description, code its content."""
    text = _FOOTNOTE.sub("", _IMAGE.sub(r"\1", markdown))
    text = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = _TAG.sub(" ", text) if "<" in text else text
    for _ in range(2):
        text = _EMPHASIS.sub(r"\2", text)
    text = re.sub(r"(`+)\s?(.+?)\s?\1", r"\2", text)
    return one_line(html.unescape(_ESCAPED.sub(r"\1", text)))


def summary(text: str) -> str:
    """At most 300 characters of plain words, cut between words."""
    plain = words(_MARKER.sub("", HIDDEN.sub(" ", text)))
    if len(plain) <= SUMMARY:
        return plain
    cut = plain[: SUMMARY - 1].rpartition(" ")[0] or plain[: SUMMARY - 1]
    return cut.rstrip(" ,;:.–-") + "…"

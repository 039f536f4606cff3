"""The parts of links: label, destination, title, definition (CommonMark 0.31, sections 4.7 and 6.3)."""

import html
import re
from typing import NamedTuple
from urllib.parse import quote

MAX_PARENTHESES = 32
_PUNCTUATION = r"""[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"""
_ESCAPED = re.compile(rf"\\({_PUNCTUATION})|&(?:#[xX][0-9a-fA-F]{{1,6}}|#[0-9]{{1,7}}|[A-Za-z0-9]{{1,31}});")
_ANGLED = re.compile(r"<((?:[^<>\n\\]|\\.)*+)>")
_TITLE = re.compile(r""""((?:[^"\\]|\\.)*+)"|'((?:[^'\\]|\\.)*+)'|\(((?:[^()\\]|\\.)*+)\)""", re.DOTALL)
_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){1,999}+)\]", re.DOTALL)
_SPACE = re.compile(r"[ \t]*+(?:\n[ \t]*+)?+")
_REST_OF_LINE = re.compile(r"[ \t]*+(?:\n|\Z)")


class Target(NamedTuple):
    """Where a link leads; ``title`` is empty if there is none."""

    url: str
    title: str


References = dict[str, Target]


def unescape(text: str) -> str:
    """``text`` with backslash escapes and character references replaced."""
    if "\\" not in text and "&" not in text:
        return text
    return _ESCAPED.sub(lambda found: found[1] or html.unescape(found[0]), text)


def folded(label: str) -> str:
    """The form in which labels are compared."""
    return " ".join(label.split()).casefold()


def encoded(url: str) -> str:
    """An address as it stands in an attribute: no spaces, what is encoded stays so."""
    return quote(url, safe="%!#$&'()*+,-./:;=?@_~")


def destination(text: str, at: int) -> tuple[str, int] | None:
    """The address that begins at ``at`` and the place after it."""
    if text.startswith("<", at):
        match = _ANGLED.match(text, at)
        return (unescape(match[1]), match.end()) if match else None
    start, depth = at, 0
    while at < len(text):
        character = text[at]
        if character == "\\" and at + 1 < len(text):
            at += 1
        elif character == "(":
            depth += 1
            if depth > MAX_PARENTHESES:
                return None
        elif character == ")":
            if not depth:
                break
            depth -= 1
        elif character <= " ":
            break
        at += 1
    return None if depth else (unescape(text[start : min(at, len(text))]), min(at, len(text)))


def title(text: str, at: int) -> tuple[str, int] | None:
    """The title in quotes or parentheses that begins at ``at`` and the place after it."""
    match = _TITLE.match(text, at)
    if not match:
        return None
    return unescape(match[match.lastindex or 1]), match.end()


def inline_target(text: str, at: int) -> tuple[Target, int] | None:
    """What stands in the parentheses after a link's text; ``at`` is after the opening one."""
    found = destination(text, _spaces(text, at))
    if not found:
        return None
    url, at = found
    after = _spaces(text, at)
    words = ""
    if after > at and (named := title(text, after)):
        words, after = named[0], _spaces(text, named[1])
    if not text.startswith(")", after):
        return None
    return Target(url, words), after + 1


def label(text: str, at: int) -> tuple[str, int] | None:
    """The label in brackets that begins at ``at`` and the place after it."""
    match = _LABEL.match(text, at)
    return (match[1], match.end()) if match and match[1].strip() else None


def read_definitions(lines: list[str], references: References) -> None:
    """Take the link definitions off the start of a paragraph; the first one for a label counts."""
    if not lines or not lines[0].startswith("["):
        return
    text, at = "\n".join(lines), 0
    while found := _definition(text, at):
        name, target, at = found
        references.setdefault(name, target)
    if at:
        lines[:] = text[at:].split("\n") if at < len(text) else []


def _definition(text: str, at: int) -> tuple[str, Target, int] | None:
    named = label(text, at)
    if not named or not text.startswith(":", named[1]):
        return None
    start = _spaces(text, named[1] + 1)
    found = destination(text, start)
    if not found or found[1] == start:
        return None
    url, at = found
    plain_end = _REST_OF_LINE.match(text, at)
    after = _spaces(text, at)
    if after > at and (words := title(text, after)) and (end := _REST_OF_LINE.match(text, words[1])):
        return folded(named[0]), Target(url, words[0]), end.end()
    return (folded(named[0]), Target(url, ""), plain_end.end()) if plain_end else None


def _spaces(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at

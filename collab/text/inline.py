"""CommonMark's inline structure: the text of one block in, HTML out, in time linear in the text."""

import html
import re
from bisect import bisect_left
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

from collab.text import emphasis
from collab.text.links import References, Target, encoded, folded, inline_target, label, unescape
from collab.text.rawhtml import HIDDEN, TAG

_PLAIN = re.compile(r"[^\\`*_~\[\]!<&\n]++")
_TICKS = re.compile(r"`+")
_MARKS = re.compile(r"\*++|_++|~++")
_ESCAPE = re.compile(r"""\\([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~])""")
_ENTITY = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,6}|#[0-9]{1,7}|[A-Za-z0-9]{1,31});")
_ADDRESS = re.compile(r"<([A-Za-z][A-Za-z0-9.+-]{1,31}:[^<>\x00-\x20]*+)>")
_MAIL = re.compile(r"<([a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]++@[a-zA-Z0-9](?:[a-zA-Z0-9.-]{0,250}[a-zA-Z0-9])?)>")
_DECLARATION = re.compile(r"<![A-Za-z][^>]*+>")
_WIKI = re.compile(r"\[\[([^\[\]|\n]{1,200}?)\\?(?:\|([^\[\]\n]{1,200}))?\]\]")
_NOTE = re.compile(r"\[\^([^\[\]\s]{1,100})\]")
_ALT = re.compile(r'<img [^>]*?alt="([^"]*)"[^>]*>|<[^>]*>')
# More brackets than this open at once are text; it bounds what a closing one has to look at.
MAX_BRACKETS = 48


@dataclass
class Links:
    """What links may lead to besides addresses: definitions, footnotes and pages of the wiki."""

    references: References
    note: Callable[[str], str] = lambda _: ""  # label to the HTML of the reference, or nothing
    wiki: Callable[[str, str], str] | None = None  # target and words to HTML
    budget: int = (
        100_000  # characters that definitions may be repeated for; one long one, used often, fills disks
    )

    def find(self, name: str) -> Target | None:
        """The definition of that name, while there is budget for it."""
        target = self.references.get(name)
        if target:
            self.budget -= len(target.url) + len(target.title)
        return target if self.budget >= 0 else None


@dataclass(eq=False)
class _Bracket:
    piece: int  # where in the pieces it stands
    at: int  # after it in the text
    image: bool
    run: emphasis.Run | None
    active: bool = True


@dataclass
class Inline:
    """One text on its way to HTML."""

    text: str
    links: Links
    at: int = 0
    pieces: list[object] = field(default_factory=list)
    brackets: deque[_Bracket] = field(default_factory=lambda: deque(maxlen=MAX_BRACKETS))

    def __post_init__(self) -> None:
        self.runs = emphasis.Runs()
        self._ticks: dict[int, list[int]] | None = None
        self._missing: set[str] = set()

    def html(self) -> str:
        """The whole text as HTML, which still has to pass the sanitiser."""
        text = self.text = self.text.strip(" \t\n")
        if (plain := _PLAIN.match(text)) and plain.end() == len(text):
            return _escape(text)
        while self.at < len(text):
            if plain := _PLAIN.match(text, self.at):
                self._add(_escape(plain[0]), plain.end())
            else:
                self._readers[text[self.at]](self)
        self.runs.match(None)
        return "".join(map(str, self.pieces))

    def _add(self, piece: object, end: int) -> None:
        self.pieces.append(piece)
        self.at = end

    def _line_end(self) -> None:
        last = self.pieces[-1] if self.pieces else None
        hard = False
        if isinstance(last, str) and last.endswith(" "):
            hard = last.endswith("  ")
            self.pieces[-1] = last.rstrip(" ")
        end = self.at + 1
        while end < len(self.text) and self.text[end] in " \t":
            end += 1
        self._add("<br>\n" if hard else "\n", end)

    def _backslash(self) -> None:
        if self.text.startswith("\n", self.at + 1):
            self._add("<br>", self.at + 1)
        elif found := _ESCAPE.match(self.text, self.at):
            # A tag of its own keeps an escaped @ from being read as a mention later on.
            self._add("<span>@</span>" if found[1] == "@" else _escape(found[1]), found.end())
        else:
            self._add("\\", self.at + 1)

    def _code(self) -> None:
        found = _TICKS.match(self.text, self.at)
        width = found.end() - self.at if found else 1
        if self._ticks is None:
            self._ticks = {}
            for ticks in _TICKS.finditer(self.text):
                self._ticks.setdefault(len(ticks[0]), []).append(ticks.start())
        places = self._ticks.get(width, [])
        after = bisect_left(places, self.at + width)
        if after == len(places):
            self._add("`" * width, self.at + width)
            return
        code = self.text[self.at + width : places[after]].replace("\n", " ")
        if code[0] == code[-1] == " " and code.strip(" "):
            code = code[1:-1]
        self._add(f"<code>{_escape(code)}</code>", places[after] + width)

    def _mark(self) -> None:
        found = _MARKS.match(self.text, self.at)
        width = found.end() - self.at if found else 1
        left, right = self.text[self.at - 1 : self.at], self.text[self.at + width : self.at + width + 1]
        run = emphasis.run(self.text[self.at], width, left, right)
        self._add(run, self.at + width)
        if run.opens or run.closes:
            self.runs.push(run)

    def _bang(self) -> None:
        if self.text.startswith("[", self.at + 1):
            self._open(2)
        else:
            self._add("!", self.at + 1)

    def _bracket(self) -> None:
        if self.text.startswith("[^", self.at) and (found := _NOTE.match(self.text, self.at)):
            if reference := self.links.note(found[1]):
                self._add(reference, found.end())
                return
        elif self.links.wiki and (found := _WIKI.match(self.text, self.at)) and found[1].strip():
            self._add(self.links.wiki(found[1], found[2] or ""), found.end())
            self._no_links_around()
            return
        self._open(1)

    def _open(self, width: int) -> None:
        self.brackets.append(_Bracket(len(self.pieces), self.at + width, width == 2, self.runs.top))
        self._add("![" if width == 2 else "[", self.at + width)

    def _no_links_around(self) -> None:
        for bracket in self.brackets:
            bracket.active = bracket.active and bracket.image

    def _close(self) -> None:
        opener = self.brackets.pop() if self.brackets else None
        found = self._target(opener) if opener and opener.active else None
        if not opener or not found:
            self._add("]", self.at + 1)
            return
        target, end = found
        self.runs.match(opener.run)
        inner = "".join(map(str, self.pieces[opener.piece + 1 :]))
        del self.pieces[opener.piece :]
        title = f' title="{html.escape(target.title)}"' if target.title else ""
        url = html.escape(encoded(target.url))
        if opener.image:
            alt = _ALT.sub(r"\1", inner).replace('"', "&quot;")
            self._add(f'<img src="{url}" alt="{alt}"{title}>', end)
        else:
            self._add(f'<a href="{url}"{title}>{inner}</a>', end)
            self._no_links_around()

    def _target(self, opener: _Bracket) -> tuple[Target, int] | None:
        after = self.at + 1
        if self.text.startswith("(", after) and (found := inline_target(self.text, after + 1)):
            return found
        if not self.links.references:
            return None
        named = label(self.text, after) if self.text.startswith("[", after) else None
        if named:
            name, after = named
        elif self.at - opener.at > 999:
            return None
        else:
            name = self.text[opener.at : self.at]
            if _has_bracket(name):
                return None
            after += 2 if self.text.startswith("[]", after) else 0
        target = self.links.find(folded(name))
        return (target, after) if target else None

    def _angle(self) -> None:
        if found := _ADDRESS.match(self.text, self.at):
            self._add(f'<a href="{html.escape(encoded(found[1]))}">{_escape(found[1])}</a>', found.end())
        elif found := _MAIL.match(self.text, self.at):
            self._add(f'<a href="mailto:{html.escape(found[1])}">{_escape(found[1])}</a>', found.end())
        elif found := TAG.match(self.text, self.at) or _DECLARATION.match(self.text, self.at):
            self._add(found[0], found.end())
        else:
            self._hidden()

    def _hidden(self) -> None:
        """Leave out a comment, processing instruction or CDATA section."""
        for start, end in HIDDEN:
            if not self.text.startswith(start, self.at) or end in self._missing:
                continue
            place = self.text.find(end, self.at + len(start))
            if place >= 0:
                self._add("", place + len(end))
                return
            self._missing.add(end)
        self._add("&lt;", self.at + 1)

    def _ampersand(self) -> None:
        if found := _ENTITY.match(self.text, self.at):
            self._add(_escape(unescape(found[0])), found.end())
        else:
            self._add("&amp;", self.at + 1)

    _readers: ClassVar[dict[str, Callable[["Inline"], None]]] = {
        "\n": _line_end,
        "\\": _backslash,
        "`": _code,
        "*": _mark,
        "_": _mark,
        "~": _mark,
        "!": _bang,
        "[": _bracket,
        "]": _close,
        "<": _angle,
        "&": _ampersand,
    }


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _has_bracket(text: str) -> bool:
    return "[" in re.sub(r"\\.", "", text)

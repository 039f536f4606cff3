"""HTML elements in Markdown, written as Markdown wherever Markdown can say it.

Layout (``div``, ``span``, classes, styles) goes, scripts go, what a page embeds becomes a
link. Text that is no HTML is left exactly as it is. Elements that Markdown lacks (``sup``,
``kbd``, tables with joined cells) stay as HTML without attributes.
"""

import html
import re
import textwrap
from collections.abc import Callable

from collab.imports import embeds, htmltable
from collab.imports.htmltree import BLOCKS, DROPPED, HEADINGS, Node, parse
from collab.imports.markup import HIDDEN, Mask

BREAK = "\ue002"  # a line break, until finish() sees what stands around it
ANCHOR, ANCHOR_END = "\ue004", "\ue005"  # a named place
_KEPT = frozenset(
    [
        "sup",
        "sub",
        "kbd",
        "mark",
        "del",
        "ins",
        "s",
        "abbr",
        "u",
        "q",
        "cite",
        "dfn",
        "var",
        "samp",
        "bdi",
        "bdo",
        "time",
        "data",
    ]
)
_RENAMED = {"strike": "s", "acronym": "abbr"}
_LINE_START = re.compile(r"(?m)(^|(?<=\n))([ \t]*)(#{1,6}(?=\s)|[-+*](?=\s)|>|\d{1,9}(?=[.)]\s))")
_PLAYERS = frozenset({"iframe", "embed", "object", "video", "audio", "source"})
_STARTS_LINE = re.compile(r"[ \t]|[>|]|(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t]")


def to_markdown(text: str, hidden: Mask, notes: list[str]) -> str:
    """The text with its HTML written as Markdown. ``notes`` gets what was left out."""
    writer = _Writer(hidden, notes)
    return _breaks(writer.children(parse(text), literal=False))


class _Writer:
    """Writes one document; one method for each kind of element."""

    def __init__(self, hidden: Mask, notes: list[str]) -> None:
        self.hidden = hidden
        self.notes = notes
        self._elements: dict[str, Callable[[Node], str]] = {
            "br": lambda _: BREAK,
            "hr": lambda _: "\n\n---\n\n",
            "img": self._image,
            "a": self._link,
            "pre": self._pre,
            "code": self._code,
            "tt": self._code,
            "blockquote": self._quote,
            "ul": self._list,
            "ol": self._list,
            "dl": self._definitions,
            "table": self._table,
            "figcaption": self._caption,
            "caption": self._caption,
            "details": self._details,
            "comment": lambda _: "",
            **dict.fromkeys(HEADINGS, self._heading),
            **dict.fromkeys(DROPPED, self._dropped),
            **dict.fromkeys(_PLAYERS, self._player),
        }

    def children(self, node: Node, *, literal: bool) -> str:
        """What is inside. ``literal``: its text is HTML's, so nothing in it begins a list or heading."""
        out: list[str] = []
        for at, child in enumerate(node.children):
            if isinstance(child, str):
                out.append(self._text(child, first=at == 0) if literal else child)
            elif child.name in ("b", "strong", "i", "em"):
                after = node.children[at + 1] if at + 1 < len(node.children) else ""
                out.append(self._emphasis(child, "".join(out[-2:]), after if isinstance(after, str) else ""))
            else:
                out.append(self.element(child))
        return "".join(out)

    def element(self, node: Node) -> str:
        """One element as Markdown."""
        name = node.name
        anchor = self._anchor(node)
        if write := self._elements.get(name):
            return (anchor if name in BLOCKS - HEADINGS else "") + write(node)
        if name in _KEPT or name in _RENAMED:
            return self._kept(node)
        if name in BLOCKS:
            return f"\n\n{anchor}{self.block(node)}\n\n"
        return anchor + self.children(node, literal=False)

    def block(self, node: Node) -> str:
        """The content of a block: Markdown inside it stays, HTML's own line breaks mean nothing."""
        markdown = node.attributes.get("markdown") in ("1", "block", "span") or any(
            isinstance(child, str) and re.search(r"\n[ \t]*\n", child) for child in node.children
        )
        inner = self.children(node, literal=not markdown)
        if markdown:
            return textwrap.dedent(inner.strip("\n")).strip()
        return _trim_lines(inner)

    def _text(self, text: str, *, first: bool) -> str:
        lines = re.sub(r"[ \t]*\n[ \t]*", "\n", text)
        if first:
            return _LINE_START.sub(_guard, lines)
        head, newline, rest = lines.partition("\n")
        return head + newline + _LINE_START.sub(_guard, rest)

    def _emphasis(self, node: Node, before: str, after: str) -> str:
        inner = self.children(node, literal=False)
        words = inner.strip().strip(BREAK).strip()
        if (
            not words
            or "\n\n" in inner
            or words.startswith("![")
            or "\n\n" in self.children(node, literal=True)
        ):
            return inner
        left, _, right = inner.partition(words)
        mark, tag = ("**", "strong") if node.name in ("b", "strong") else ("*", "em")
        inside = not left and before[-1:].isalnum(), not right and after[:1].isalnum()
        punctuated = inside[0] and not words[0].isalnum(), inside[1] and not words[-1].isalnum()
        if any(punctuated) or "*" in words.replace("**", "", 2):
            return f"{left}<{tag}>{words}</{tag}>{right}"
        return f"{left}{mark}{words}{mark}{right}"

    def _image(self, node: Node) -> str:
        source = node.attributes.get("src", "").strip()
        if not source or source.startswith("data:"):
            if source:
                self.notes.append("image inside the text (data:) left out")
            return node.attributes.get("alt", "")
        alt = embeds.escape_label(node.attributes.get("alt", ""))
        title = node.attributes.get("title", "").replace('"', "'").strip()
        return f"![{alt}]({embeds.escape_address(source)}" + (f' "{title}")' if title else ")")

    def _link(self, node: Node) -> str:
        target = node.attributes.get("href", "").strip()
        anchor = self._anchor(node)
        inner = self.children(node, literal=False)
        words = inner.strip(f" \t\n{BREAK}")
        if not target or not words or "\n\n" in words:
            return anchor + inner
        left, _, right = inner.partition(words)
        title = node.attributes.get("title", "").replace('"', "'").strip()
        shown = f' "{title}"' if title else ""
        return f"{anchor}{left}[{words}]({embeds.escape_address(target)}{shown}){right}"

    def _pre(self, node: Node) -> str:
        code = html.unescape(self.hidden.restore(node.words())).strip("\n")
        classes = " ".join(
            [node.attributes.get("class", ""), *(c.attributes.get("class", "") for c in node.find("code"))]
        )
        language = re.search(r"(?:language|lang|highlight|brush)[-: ]+([\w+#-]+)", classes)
        fence = "`" * max(3, max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)
        hidden = self.hidden.hide(f"{fence}{language[1] if language else ''}\n{code}\n{fence}")
        return f"\n\n{hidden}\n\n"

    def _code(self, node: Node) -> str:
        code = html.unescape(self.hidden.restore(node.words()))
        code = " ".join(code.split())
        if not code:
            return ""
        fence = "`" * (max((len(run) for run in re.findall(r"`+", code)), default=0) + 1)
        pad = " " if code[0] == "`" or code[-1] == "`" else ""
        return self.hidden.hide(f"{fence}{pad}{code}{pad}{fence}")

    def _quote(self, node: Node) -> str:
        inner = re.sub(r"\n{3,}", "\n\n", self.hidden.restore(_breaks(self.block(node)))).strip()
        return (
            "\n\n" + "\n".join(f"> {line}".rstrip() for line in inner.split("\n")) + "\n\n" if inner else ""
        )

    def _list(self, node: Node) -> str:
        out = []
        number = int(start) if (start := node.attributes.get("start", "")).isdigit() else 1
        for child in node.children:
            if isinstance(child, str):
                if child.strip():
                    out.append(child.strip())
                continue
            marker = "-" if node.name == "ul" else f"{number}."
            inner = self.hidden.restore(re.sub(r"\n{2,}", "\n\n", _breaks(self.block(child))).strip())
            inner = re.sub(r"\n\n(?=[ \t]*(?:[-*+]|\d+\.) )", "\n", inner)
            pad = " " * (len(marker) + 1)
            out.append(f"{marker} " + textwrap.indent(inner, pad).strip())
            number += 1
        return "\n\n" + "\n".join(out) + "\n\n"

    def _definitions(self, node: Node) -> str:
        out = []
        for child in node.find("dt", "dd"):
            inner = " ".join(self.children(child, literal=True).replace(BREAK, " ").split())
            out.append(f"\n{inner}" if child.name == "dt" else f":   {inner}")
        return "\n\n" + "\n".join(out).strip() + "\n\n"

    def _table(self, node: Node) -> str:
        return f"\n\n{htmltable.to_markdown(node, lambda cell: self.children(cell, literal=True), self.hidden)}\n\n"

    def _caption(self, node: Node) -> str:
        words = " ".join(self.children(node, literal=True).replace(BREAK, " ").split())
        plain = not re.search(r"[*_]", words)
        return f"\n\n*{words}*\n\n" if words and plain else f"\n\n{words}\n\n"

    def _details(self, node: Node) -> str:
        summary = next(node.find("summary"), None)
        title = " ".join(self.children(summary, literal=True).split()) if summary else ""
        rest = Node("div", {"markdown": "1"}, [child for child in node.children if child is not summary])
        return f"\n\n**{title}**\n\n{self.block(rest)}\n\n" if title else f"\n\n{self.block(rest)}\n\n"

    def _player(self, node: Node) -> str:
        inner = [
            child
            for child in node.find(*_PLAYERS)
            if child.attributes.get("src") or child.attributes.get("data")
        ]
        source = node.attributes.get("src") or node.attributes.get("data", "")
        if not source and inner:
            source = inner[0].attributes.get("src") or inner[0].attributes.get("data", "")
        found = embeds.link(source, node.attributes.get("title", ""))
        if not found and source.startswith("/"):
            found = f"[{embeds.escape_label(source)}]({embeds.escape_address(source)})"
        if not found:
            self.notes.append(f"<{node.name}> without an address left out")
        return f"\n\n{found}\n\n" if found else ""

    def _dropped(self, node: Node) -> str:
        if node.name in ("noscript", "template"):
            return ""
        source = node.attributes.get("src", "")
        self.notes.append(f"<{node.name}> left out" + (f": {source}" if source else ""))
        return ""

    def _heading(self, node: Node) -> str:
        words = " ".join(self.children(node, literal=True).replace(BREAK, " ").split())
        return f"\n\n{self._anchor(node)}{'#' * int(node.name[1])} {words}\n\n" if words else ""

    def _kept(self, node: Node) -> str:
        """An element that Markdown lacks, without attributes but for what an abbreviation means."""
        tag = _RENAMED.get(node.name, node.name)
        title = node.attributes.get("title", "") if tag == "abbr" else ""
        opening = f'<{tag} title="{html.escape(title)}">' if title else f"<{tag}>"
        return f"{opening}{self.children(node, literal=False)}</{tag}>"

    def _anchor(self, node: Node) -> str:
        place = node.attributes.get("id") or (node.attributes.get("name", "") if node.name == "a" else "")
        return f"{ANCHOR}{place}{ANCHOR_END}" if place else ""


def _guard(start: re.Match[str]) -> str:
    """What would begin a list or heading, as mere text: ``1\\.`` rather than ``\\1.``."""
    before, marker = start[1] + start[2], start[3]
    return f"{before}{marker}\\" if marker.isdigit() else f"{before}\\{marker}"


def _trim_lines(text: str) -> str:
    """Lines without blanks before and after them, but for the content of lists and quotes."""
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _breaks(text: str) -> str:
    """Write line breaks: an empty line for several, a hard break for one, none beside an empty line."""
    if BREAK not in text:
        return text
    text = "\n".join(map(_inner_breaks, re.split(rf"(?<!{BREAK})\n", text)))
    text = re.sub(rf"\s*{BREAK}(?:[ \t]*\n?[ \t]*{BREAK})+\s*", "\n\n", text)
    text = re.sub(rf"[ \t]*{BREAK}[ \t]*(?=\n[ \t]*\n|\Z)", "", text)
    text = re.sub(rf"(?:(?<=\n\n)|\A)[ \t]*{BREAK}\s*", "", text)
    return re.sub(rf"[ \t]*{BREAK}[ \t]*\n?[ \t]*", "  \n", text)


def _inner_breaks(line: str) -> str:
    """Breaks inside of a list item, heading or row, which must stay one line."""
    if BREAK not in line or not (_STARTS_LINE.match(line) or HIDDEN.match(line.lstrip())):
        return line
    line = re.sub(rf"^([ \t]*){BREAK}+|[ \t]*{BREAK}+[ \t]*$", r"\1", line)
    return re.sub(rf"[ \t]*({BREAK}[ \t]*)+", "<br>", line)

"""HTML that stands in Markdown, as a tree. What is no HTML element stays text.

Lenient as browsers are: end tags may be missing, quotes may be broken. An element that is
never closed and needs to be is taken away and its content kept; a name that no HTML has
(``<gruppe>``) is text that somebody forgot to escape.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
BLOCKS = HEADINGS | frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "details",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "ul",
        "iframe",
        "video",
        "audio",
        "object",
    ]
)
_TABLE = frozenset(["caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"])
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "button",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
    ]
)
DROPPED = frozenset(
    ["script", "style", "noscript", "template", "svg", "math", "head", "canvas", "select", "textarea", "map"]
)
KNOWN = VOID | BLOCKS | _TABLE | _INLINE | DROPPED | {"html", "body", "picture", "option", "object"}
MAX_DEPTH = 60  # deeper than anybody writes; what is deeper yet loses its element and keeps its text
# An open element that one of these ends, as in HTML 13.1.2.4 (optional tags).
_ENDED_BY = {
    "p": BLOCKS | {"tr", "td", "th"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "th": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "tr": frozenset({"tr", "tbody", "tfoot"}),
    "thead": frozenset({"tbody", "tfoot"}),
    "tbody": frozenset({"tbody", "tfoot"}),
}
# Inside these an open element outside is not ended.
_SCOPES = frozenset(["table", "ul", "ol", "dl", "blockquote", "div", "section", "td", "th"])
# Never closed, these are mentioned rather than used: "headings like <H1>".
_MENTIONED = HEADINGS | frozenset({"code", "label", "form", "button", "time", "select", "head", "main"})
_KEPT_OPEN = frozenset(
    ["li", "td", "th", "tr", "dd", "dt", "thead", "tbody", "tfoot", "table", "ul", "ol", "dl"]
)

_TOKEN = re.compile(
    r"<!--.*?-->"
    r"|<(?P<close>/)?(?P<name>[A-Za-z][A-Za-z0-9-]*)"
    r"(?P<attributes>(?:\s+[A-Za-z_:@][\w:.-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?)*\s*|[\s/][^<>]*)/?>"
    r"|<[!?][A-Za-z][^<>]*>",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([A-Za-z_:@][\w:.-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|[\"']?([^\s\"'<>]+)))?")
_AUTOLINK = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>]*>|[^\s<>@]+@[^\s<>]+>")


@dataclass(slots=True)
class Node:
    """An element. ``raw``: its tag as written."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)
    raw: str = ""

    def find(self, *names: str) -> Iterator["Node"]:
        """All elements of these names inside, in order."""
        for child in self.children:
            if isinstance(child, Node):
                if child.name in names:
                    yield child
                yield from child.find(*names)

    def words(self) -> str:
        """The text inside, entities as written."""
        return "".join(
            child if isinstance(child, str) else "" if child.name in DROPPED else child.words()
            for child in self.children
        )


def parse(text: str) -> Node:
    """The tree of a text whose code is hidden; the root's name is empty."""
    if "-->" not in text:
        text = text.replace("<!--", "&lt;!--")
    return _Builder(text).root


class _Builder:
    """Puts tokens where they belong."""

    def __init__(self, text: str) -> None:
        self.root = Node("")
        self.stack = [self.root]
        end = 0
        for token in _TOKEN.finditer(text):
            before = text[max(0, token.start() - 2) : token.start()]
            if token.start() < end or before[-1:] == "\\" or before == "](":
                continue
            self._text(text[end : token.start()])
            end = token.end()
            name = (token["name"] or "").lower()
            if name and name not in KNOWN:
                self._text("&lt;" + token[0][1:])
            elif not name:
                self._comment(token[0])
            elif token["close"]:
                self._close(name)
            else:
                end = self._open(name, token, text)
        self._text(text[end:])
        while len(self.stack) > 1:
            self._give_up()

    def _text(self, text: str) -> None:
        if text:
            self.stack[-1].children.append(text)

    def _comment(self, comment: str) -> None:
        node = Node("comment", raw=comment)
        self.stack[-1].children.append(node)

    def _open(self, name: str, token: re.Match[str], text: str) -> int:
        """Begin an element; answers where to read on."""
        self._end_before(name)
        found = _attributes(token["attributes"] or "")
        node = Node(name, found, raw=token[0])
        self.stack[-1].children.append(node)
        if name in VOID or (token[0].endswith("/>") and name not in ("a", "p", "div", "span", "i", "b")):
            return token.end()
        if name in ("script", "style"):
            closing = re.compile(f"</{name}\\s*>", re.IGNORECASE).search(text, token.end())
            end = closing.start() if closing else len(text)
            node.children.append(text[token.end() : end])
            return closing.end() if closing else end
        if len(self.stack) < MAX_DEPTH:
            self.stack.append(node)
        return token.end()

    def _end_before(self, name: str) -> None:
        """End what the beginning of ``name`` ends, and what is open inside of that."""
        for depth in range(len(self.stack) - 1, 0, -1):
            open_name = self.stack[depth].name
            if open_name in _ENDED_BY and name in _ENDED_BY[open_name]:
                while len(self.stack) > depth:
                    self._end_implied() if self.stack[-1].name in _ENDED_BY else self._give_up()
                return
            if open_name in _SCOPES:
                return

    def _close(self, name: str) -> None:
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].name == name:
                while len(self.stack) > depth + 1:
                    self._end_implied() if self.stack[-1].name in _ENDED_BY else self._give_up()
                self.stack.pop()
                return
            if self.stack[depth].name in ("table", "td", "th") and name not in (
                "table",
                "tr",
                "thead",
                "tbody",
            ):
                return  # an end tag in a cell ends nothing outside

    def _end_implied(self) -> None:
        node = self.stack.pop()
        if node.name == "p" and any(isinstance(child, str) and "\n\n" in child for child in node.children):
            self._unwrap(node, "\n\n")

    def _give_up(self) -> None:
        """The element that is open was never closed: keep what is in it."""
        node = self.stack.pop()
        if node.name == "p":
            self._unwrap(node, "\n\n")
        elif node.name in ("iframe", "video", "audio", "object"):
            self.stack[-1].children += node.children
            node.children = []
        elif node.name in _KEPT_OPEN:
            return
        else:
            self._unwrap(node, "&lt;" + node.raw[1:] if node.name in _MENTIONED else "")

    def _unwrap(self, node: Node, before: str) -> None:
        siblings = self.stack[-1].children
        siblings.pop()
        siblings += [before, *node.children] if before else node.children


def _attributes(written: str) -> dict[str, str]:
    return {
        name.lower(): html.unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(written)
    }

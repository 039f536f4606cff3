"""Markdown to HTML, not yet safe: the one place that knows Python-Markdown.

Python-Markdown carries the text through; our extension exchanges its parser for CommonMark's.
Why: docs/decisions/0003-markdown.md.
"""

import html
from collections.abc import Callable, Iterable
from xml.etree.ElementTree import Element, ElementTree, SubElement

import markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension

from collab.text.blocks import Parser
from collab.text.inline import Inline, Links
from collab.text.lines import Block
from collab.text.links import unescape
from collab.text.tables import cells

Wiki = Callable[[str, str], str]
# A row of a hundred columns over many short ones would be a hundred times its text.
MAX_FILLED = 10_000
_PLAIN_CONTAINERS = {"quote": "blockquote", "definitions": "dl"}


def to_html(source: str, wiki: Wiki | None = None) -> str:
    """HTML for ``source``; it may hold anything and must pass the sanitiser.

    ``wiki`` makes the HTML of ``[[target|words]]``; without it that is text.
    """
    return markdown.Markdown(extensions=[CommonMark(wiki)], output_format="html").convert(source)


class CommonMark(Extension):
    """CommonMark 0.31 with tables, strikethrough, footnotes and definition lists."""

    def __init__(self, wiki: Wiki | None) -> None:
        super().__init__()
        self._wiki = wiki

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 (its name in Python-Markdown)
        """Take the place of the block and inline parsers; what stands in the tree is finished."""
        for name in ("normalize_whitespace", "html_block"):
            md.preprocessors.deregister(name)
        for name in ("inline", "prettify", "unescape"):
            md.treeprocessors.deregister(name)
        md.parser = _Document(md, self._wiki)


class _Document(BlockParser):
    """One document as Python-Markdown's tree; finished HTML of leaves waits in its stash."""

    def __init__(self, md: markdown.Markdown, wiki: Wiki | None) -> None:
        super().__init__(md)
        self._wiki = wiki
        self._numbers: dict[str, int] = {}
        self._uses: dict[str, int] = {}
        self._filled = 0  # cells added to rows that are too short

    def parseDocument(self, lines: Iterable[str]) -> ElementTree:  # noqa: N802
        """The tree for ``lines``."""
        parser = Parser()
        lines = list(lines)
        document = parser.parse(lines)
        self._notes = parser.notes
        size = sum(map(len, lines))
        self._links = Links(parser.references, self._note, self._wiki, budget=max(100_000, size))
        self.root = Element(self.md.doc_tag)
        self._blocks(self.root, document, tight=False)
        self._footnotes()
        return ElementTree(self.root)

    def _blocks(self, parent: Element, block: Block, *, tight: bool) -> None:
        for child in block.children:
            getattr(self, f"_{child.kind}", self._plain)(parent, child, tight)

    def _raw(self, parent: Element, html_text: str) -> None:
        _append(parent, self.md.htmlStash.store(html_text))

    def _inline(self, parent: Element, lines: list[str]) -> None:
        if text := Inline("\n".join(lines), self._links).html():
            self._raw(parent, text)

    def _plain(self, parent: Element, block: Block, _tight: bool) -> None:
        self._blocks(SubElement(parent, _PLAIN_CONTAINERS[block.kind]), block, tight=False)

    def _paragraph(self, parent: Element, block: Block, tight: bool) -> None:
        if block.lines and tight:
            self._inline(parent, block.lines)
        elif block.lines:
            _append(parent, "\n")
            self._inline(SubElement(parent, "p"), block.lines)

    def _heading(self, parent: Element, block: Block, _tight: bool) -> None:
        self._inline(SubElement(parent, f"h{block.marker}"), block.lines)

    def _rule(self, parent: Element, _block: Block, _tight: bool) -> None:
        SubElement(parent, "hr")

    def _code(self, parent: Element, block: Block, _tight: bool) -> None:
        text = "".join(f"{line}\n" for line in block.lines)
        language = unescape(block.info).split()[0] if block.info.strip() else ""
        named = f' class="language-{html.escape(language)}"' if language else ""
        self._raw(parent, f"\n<pre><code{named}>{html.escape(text, quote=False)}</code></pre>")

    _fence = _code

    def _html(self, parent: Element, block: Block, _tight: bool) -> None:
        self._raw(parent, "\n" + "\n".join(block.lines) + "\n")

    def _list(self, parent: Element, block: Block, _tight: bool) -> None:
        element = SubElement(parent, "ul" if block.marker in "-+*" else "ol")
        if block.number != 1:
            element.set("start", str(block.number))
        tight = not block.loose and not any(item.loose for item in block.children)
        for item in block.children:
            self._blocks(SubElement(element, "li"), item, tight=tight)

    def _term(self, parent: Element, block: Block, _tight: bool) -> None:
        for line in block.lines:
            self._inline(SubElement(parent, "dt"), [line])

    def _definition(self, parent: Element, block: Block, _tight: bool) -> None:
        self._blocks(SubElement(parent, "dd"), block, tight=not block.loose)

    def _table(self, parent: Element, block: Block, _tight: bool) -> None:
        table = SubElement(parent, "table")
        self._row(SubElement(SubElement(table, "thead"), "tr"), "th", block.lines[0], block.align)
        if block.lines[1:]:
            body = SubElement(table, "tbody")
            for line in block.lines[1:]:
                self._row(SubElement(body, "tr"), "td", line, block.align)

    def _row(self, row: Element, tag: str, line: str, align: list[str]) -> None:
        found = cells(line)
        self._filled += max(0, len(align) - len(found))
        if self._filled > MAX_FILLED:
            align = align[: len(found)]
        for number, side in enumerate(align):
            cell = SubElement(row, tag, {"align": side} if side else {})
            self._inline(cell, found[number : number + 1])

    # footnotes

    def _note(self, label: str) -> str:
        """The reference to a footnote, if there is one of that name."""
        key = label.casefold()
        if key not in self._notes:
            return ""
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        use = self._uses[key] = self._uses.get(key, 0) + 1
        return f'<sup id="fnref{use if use > 1 else ""}:{number}"><a href="#fn:{number}">{number}</a></sup>'

    def _footnotes(self) -> None:
        if not self._notes:
            return
        section = SubElement(self.root, "section", {"class": "footnotes"})
        notes = SubElement(section, "ol")
        done = 0
        while done < len(self._notes):
            waiting = list(self._numbers)[done:] or [key for key in self._notes if key not in self._numbers]
            for key in waiting:
                done += 1
                number = self._numbers.setdefault(key, done)
                item = SubElement(notes, "li", {"id": f"fn:{number}"})
                self._blocks(item, self._notes[key], tight=False)
                self._backlinks(item, key, number)

    def _backlinks(self, item: Element, key: str, number: int) -> None:
        last = item[-1] if len(item) and item[-1].tag == "p" else SubElement(item, "p")
        for use in range(1, self._uses.get(key, 0) + 1):
            name = f"fnref{use if use > 1 else ''}:{number}"
            self._raw(last, f' <a href="#{name}">↩</a>')


def _append(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text

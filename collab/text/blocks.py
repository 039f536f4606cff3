"""CommonMark's block structure: lines in, a tree of blocks out, in time linear in the text.

The algorithm is the one in the appendix of the CommonMark specification 0.31 ("A parsing
strategy"), with the tables of GFM 4.10, footnotes and definition lists added.
"""

import re

from collab.text.lines import Block, Cursor
from collab.text.links import References, read_definitions
from collab.text.rawhtml import HTML_ENDS, html_start
from collab.text.tables import alignments, cells

# Deeper nesting than people read is text: it keeps time linear and every later stage from recursing far.
MAX_DEPTH = 24
_FENCE = re.compile(r"(`{3,})([^`]*)\Z|(~{3,})(.*)\Z", re.DOTALL)
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|\Z)")
_RULE = re.compile(r"(?:(?:\*[ \t]*+){3,}|(?:_[ \t]*+){3,}|(?:-[ \t]*+){3,})\Z")
_SETEXT = re.compile(r"(?:=+|-+)[ \t]*\Z")
_BULLET = re.compile(r"()([-+*])(?=[ \t]|\Z)")
_NUMBER = re.compile(r"([0-9]{1,9})([.)])(?=[ \t]|\Z)")
_FOOTNOTE = re.compile(r"\[\^([^\[\]\s]{1,100})\]:")
_TEXTUAL = frozenset({"code", "fence", "html"})
_HOLDERS = {"item": "list", "definition": "definitions"}


class Parser:
    """Reads one document; link definitions and footnotes are collected on the way."""

    def __init__(self) -> None:
        self.root = Block("document")
        self.references: References = {}
        self.notes: dict[str, Block] = {}
        self._stack = [self.root]
        self._matched = 1  # so many of the open blocks go on with this line
        self._number = 0

    def parse(self, lines: list[str]) -> Block:
        """The tree of blocks for ``lines``."""
        if lines and not lines[-1]:
            lines = lines[:-1]  # what follows the last line break is no line
        for self._number, line in enumerate(lines, 1):
            cursor = Cursor(line)
            filled = not cursor.blank
            self._line(cursor)
            if filled:
                for block in self._stack:
                    block.last = self._number
        self._close(1)
        return self.root

    @property
    def _container(self) -> Block:
        return self._stack[self._matched - 1]

    def _line(self, line: Cursor) -> None:
        self._matched = 1
        while self._matched < len(self._stack) and self._goes_on(self._stack[self._matched], line):
            self._matched += 1
        if line.done:
            return
        all_matched = self._matched == len(self._stack)
        while self._container.kind not in _TEXTUAL and not line.done and self._starts(line):
            all_matched = True
        if line.done:
            return
        tip = self._stack[-1]
        if not all_matched and not line.blank and tip.kind == "paragraph":
            tip.lines.append(line.words())  # a lazy continuation
            return
        self._close(self._matched)
        self._fill(line)

    def _fill(self, line: Cursor) -> None:
        tip = self._stack[-1]
        if tip.kind in _TEXTUAL:
            tip.lines.append(line.rest())
            if tip.kind == "html" and (end := HTML_ENDS.get(tip.marker)) and end.search(line.rest()):
                tip.last = self._number
                self._close(len(self._stack) - 1)
        elif line.blank:
            return
        elif tip.kind in ("paragraph", "table"):
            tip.lines.append(line.words())
        else:
            self._open(Block("paragraph", lines=[line.words()]))

    # what goes on

    def _goes_on(self, block: Block, line: Cursor) -> bool:
        match block.kind:
            case "quote":
                goes_on = _quote(line)
            case "item" | "definition" | "note":
                goes_on = bool(block.children) if line.blank else line.indent >= block.indent
                line.skip(line.indent if line.blank else block.indent if goes_on else 0)
            case "fence":
                goes_on = self._fence_goes_on(block, line)
            case "html":
                goes_on = not (line.blank and block.marker in "67")
            case "code":
                goes_on = line.indent >= 4 or line.blank
                line.skip(4 if goes_on else 0)
            case "paragraph" | "table":
                goes_on = not line.blank
            case _:  # a list and its like, as long as an item follows
                goes_on = True
        return goes_on

    def _fence_goes_on(self, block: Block, line: Cursor) -> bool:
        words = line.words().rstrip(" \t")
        if line.indent < 4 and len(words) >= len(block.marker) and words == block.marker[0] * len(words):
            for above in self._stack:
                above.last = self._number
            self._close(len(self._stack) - 1)
            line.done = True
            return False
        line.skip(min(block.indent, line.indent))
        return True

    # what begins

    def _starts(self, line: Cursor) -> bool:
        """Open the block that begins here, if any; a leaf uses the line up or takes it as text."""
        if line.blank:
            return False
        if line.indent >= 4:
            if self._stack[-1].kind == "paragraph" or self._container.kind == "table":
                return False
            line.skip(4)
            self._open(Block("code"))
            return True
        words = line.words()
        if words[0] == ">" and len(self._stack) < MAX_DEPTH:
            _quote(line)
            self._open(Block("quote"))
            return True
        return self._leaf(line, words) or self._list_like(line, words)

    def _leaf(self, line: Cursor, words: str) -> bool:
        paragraph = self._container if self._container.kind == "paragraph" else None
        if words[0] == "#" and (found := _HEADING.match(words)):
            text = _without_closing(words[found.end() :])
            self._single(Block("heading", lines=[text], marker=str(len(found[1]))))
        elif words[0] in "`~" and (found := _FENCE.match(words)):
            fence, info = (found[1], found[2]) if found[1] else (found[3], found[4])
            self._open(Block("fence", marker=fence, info=info.strip(), indent=line.indent))
        elif words[0] == "<" and (kind := html_start(words, alone=self._stack[-1].kind != "paragraph")):
            self._open(Block("html", marker=kind))
            return True
        elif paragraph and words[0] in "=-" and _SETEXT.match(words) and self._has_words(paragraph):
            paragraph.kind, paragraph.marker = "heading", "1" if words[0] == "=" else "2"
            for block in self._stack:
                block.last = self._number
            self._close(len(self._stack) - 1)
        elif paragraph and self._table(paragraph, words):
            pass
        elif words[0] in "*_-" and _RULE.match(words):
            self._single(Block("rule"))
        else:
            return False
        line.done = True
        return True

    def _single(self, block: Block) -> None:
        self._open(block)
        self._close(len(self._stack) - 1)

    def _has_words(self, paragraph: Block) -> bool:
        read_definitions(paragraph.lines, self.references)
        return bool(paragraph.lines)

    def _table(self, paragraph: Block, words: str) -> bool:
        align = alignments(words)
        if not align or len(cells(paragraph.lines[-1])) != len(align):
            return False
        head = paragraph.lines.pop()
        self._open(Block("table", lines=[head], align=align))
        return True

    def _list_like(self, line: Cursor, words: str) -> bool:
        if len(self._stack) >= MAX_DEPTH:
            return False
        if words.startswith("[^") and (note := _FOOTNOTE.match(words)):
            return self._note(line, note[1], note.end())
        if words.startswith((": ", ":\t")):
            return self._definition(line)
        found = _BULLET.match(words) or _NUMBER.match(words)
        if not found:
            return False
        empty = not words[found.end() :].strip(" \t")
        if self._container.kind == "paragraph" and (empty or (found[1] and int(found[1]) != 1)):
            return False
        self._item(line, "item", found[2], int(found[1] or 1), found.end())
        return True

    def _item(self, line: Cursor, kind: str, marker: str, number: int, width: int) -> None:
        indent = line.indent + width
        line.take(width)
        padding = 1 if line.blank or line.indent > 4 else line.indent
        line.skip(padding)
        if self._container.kind != _HOLDERS[kind] or self._container.marker != marker:
            self._open(Block(_HOLDERS[kind], marker=marker, number=number))
        self._open(Block(kind, indent=indent + padding))

    def _note(self, line: Cursor, label: str, width: int) -> bool:
        if (len(self._stack) > 2 and self._matched > 1) or label.casefold() in self.notes:
            return False
        line.take(width)
        self._close(1)
        note = Block("note", marker=label, indent=4)
        self.notes[label.casefold()] = note
        self._stack.append(note)
        self._matched = 2
        return True

    def _definition(self, line: Cursor) -> bool:
        """A line ``: meaning`` below a term, which was a paragraph so far (PHP Markdown Extra)."""
        if self._container.kind != "definitions":
            above = self._stack[self._matched - 2] if self._container.kind == "paragraph" else self._container
            term = above.children[-1] if above.children else None
            if term is None or term.kind != "paragraph" or not self._has_words(term):
                return False
            self._close(self._stack.index(above) + 1)
            self._matched = len(self._stack)
            above.children.pop()
            if above.children and above.children[-1].kind == "definitions":
                self._stack.append(above.children[-1])
                self._matched += 1
            else:
                self._open(Block("definitions", marker=":"))
            term.kind = "term"
            self._stack[-1].children.append(term)
        self._item(line, "definition", ":", 1, 1)
        return True

    # the stack of open blocks

    def _open(self, block: Block) -> None:
        self._close(self._matched)
        while self._stack[-1].kind not in ("document", "quote", "item", "definition", "note"):
            if self._stack[-1].kind == _HOLDERS.get(block.kind):
                break
            self._close(len(self._stack) - 1)
        block.first = block.last = self._number
        self._stack[-1].children.append(block)
        self._stack.append(block)
        self._matched = len(self._stack)

    def _close(self, depth: int) -> None:
        while len(self._stack) > depth:
            block = self._stack.pop()
            if block.kind == "paragraph":
                read_definitions(block.lines, self.references)
            elif block.kind == "code":
                while block.lines and not block.lines[-1].strip(" \t"):
                    block.lines.pop()
        self._matched = min(self._matched, len(self._stack))


def _quote(line: Cursor) -> bool:
    if line.indent >= 4 or line.text[line.next : line.next + 1] != ">":
        return False
    line.take(1)
    if line.indent:
        line.skip(1)
    return True


def _without_closing(words: str) -> str:
    """The words of a heading without the run of # that may close it."""
    words = words.rstrip(" \t")
    rest = words.rstrip("#")
    return rest.rstrip(" \t") if not rest or rest[-1] in " \t" else words

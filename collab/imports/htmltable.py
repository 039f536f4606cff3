"""An HTML table as a Markdown table, where rows and cells are simple; else as bare HTML."""

import html
import re
from collections.abc import Callable

from collab.imports.htmltree import BLOCKS, DROPPED, HEADINGS, Node
from collab.imports.markup import Mask

_COMPLEX = frozenset({"table", "ul", "ol", "dl", "pre", "blockquote"}) | HEADINGS
_BARE = frozenset(
    [
        "p",
        "br",
        "hr",
        "div",
        "blockquote",
        "pre",
        "code",
        "kbd",
        "samp",
        "var",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "em",
        "strong",
        "b",
        "i",
        "u",
        "s",
        "del",
        "ins",
        "mark",
        "small",
        "sub",
        "sup",
        "q",
        "cite",
        "dfn",
        "abbr",
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "a",
        "img",
    ]
)
_ATTRIBUTES = ("href", "src", "alt", "colspan", "rowspan")
_VOID = frozenset({"br", "hr", "img"})


def to_markdown(table: Node, inside: Callable[[Node], str], hidden: Mask) -> str:
    """``inside`` writes the content of a cell as Markdown."""
    rows = [list(_cells(row)) for row in table.find("tr")]
    rows = [row for row in rows if row]
    caption = next(table.find("caption"), None)
    above = f"**{' '.join(inside(caption).split())}**\n\n" if caption and caption.words().strip() else ""
    if not rows or len(rows) == 1 == len(rows[0]):
        return above + (inside(rows[0][0]) if rows else "")
    if not _is_simple(table, rows):
        return above + _bare(table, hidden)
    width = max(map(len, rows))
    head, *body = [_line([_cell(inside(cell)) for cell in row], width) for row in rows]
    return above + "\n".join([head, "|" + " --- |" * width, *body])


def _cells(row: Node) -> list[Node]:
    return [child for child in row.children if isinstance(child, Node) and child.name in ("td", "th")]


def _is_simple(table: Node, rows: list[list[Node]]) -> bool:
    joined = any(
        cell.attributes.get(name, "1") not in ("", "0", "1")
        for row in rows
        for cell in row
        for name in ("colspan", "rowspan")
    )
    heads = [all(cell.name == "th" or _is_bold(cell) for cell in row) for row in rows]
    headed = heads[0] or any(table.find("thead")) or "bgcolor" in rows[0][0].attributes
    return headed and not joined and not any(heads[1:]) and next(table.find(*_COMPLEX), None) is None


def _is_bold(cell: Node) -> bool:
    inner = [child for child in cell.children if not isinstance(child, str) or child.strip()]
    return len(inner) == 1 and isinstance(inner[0], Node) and inner[0].name in ("b", "strong")


def _cell(text: str) -> str:
    text = re.sub(r"\s*\n\s*\n\s*", "\ue002", text.strip())
    text = re.sub(r"\s*(?:\ue002\s*)+", "<br>", " ".join(text.split()))
    return re.sub(r"(?<!\\)\|", r"\\|", text.removeprefix("<br>").removesuffix("<br>")).strip()


def _line(cells: list[str], width: int) -> str:
    return "| " + " | ".join([*cells, *[""] * (width - len(cells))]) + " |"


def _bare(node: Node, hidden: Mask) -> str:
    """HTML without attributes that matter to nobody, on lines of their own, no empty line in it."""
    out: list[str] = []
    for child in node.children:
        if isinstance(child, str):
            out.append(_as_html(child, hidden))
        elif child.name in DROPPED or child.name == "comment":
            continue
        elif child.name in _BARE:
            kept = "".join(
                f' {name}="{html.escape(child.attributes[name])}"'
                for name in _ATTRIBUTES
                if child.attributes.get(name)
            )
            inner = "" if child.name in _VOID else _bare(child, hidden)
            end = "" if child.name in _VOID else f"</{child.name}>"
            out.append(f"<{child.name}{kept}>{inner}{end}")
        else:
            out.append(_bare(child, hidden))
            if child.name in BLOCKS:
                out.append("<br>")
    text = re.sub(r"\n\s*\n", "\n", "".join(out))
    return f"<table>\n{text.strip()}\n</table>" if node.name == "table" else text


def _as_html(text: str, hidden: Mask) -> str:
    def code(match: re.Match[str]) -> str:
        part = hidden.parts[int(match[1])]
        inner = part.strip("`").strip()
        return f"<code>{html.escape(inner)}</code>" if part.startswith("`") else part

    return re.sub("\ue000(\\d+)\ue001", code, text)

"""Pages as templates want them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from collab import text
from collab.files import addresses
from collab.history.queries import Changer, changer
from collab.pages import services
from collab.pages.models import Page
from collab.pages.tree import Node, Tree

_HEADING = re.compile(r'<h([23]) id="(h-[^"]+)">(.*?)</h\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
#: A table of contents helps from so many headings on, and shows no more than so many.
FEWEST, MOST = 3, 80


@dataclass
class Heading:
    """A line of the table of contents."""

    id: str
    text: str
    below: list["Heading"] = field(default_factory=list)


def outline(html: str) -> list[Heading]:
    """The table of contents of stored HTML, two levels deep; empty for a short page."""
    found = _HEADING.findall(html)
    if len(found) < FEWEST:
        return []
    levels = {level for level, _, _ in found}
    if len(found) > MOST and len(levels) > 1:
        found = [heading for heading in found if heading[0] == "2"]
    top: list[Heading] = []
    for level, name, inner in found[:MOST]:
        heading = Heading(name, " ".join(unescape(_TAG.sub("", inner)).split()))
        if level == "3" and top and "2" in levels:
            top[-1].below.append(heading)
        else:
            top.append(heading)
    return top


def html(db: Session, page: Page, sizes: Mapping[str, tuple[int, int]]) -> Markup:
    """The words of a page, safe to show; made again if they were made under other rules.

    ``sizes`` are those of its pictures, by public id.
    """
    safe = page.html if page.rules == text.RULES else services.html(db, page, page.body)
    if "/files/" in safe:
        safe = addresses.with_sizes(safe, sizes)
    return Markup(safe)  # noqa: S704 - collab.text has sanitised it


@dataclass(frozen=True)
class Around:
    """What stands around a page."""

    path: str
    tree: Tree
    above: Sequence[Node]
    below: Sequence[Node]
    linking: Sequence[Node]
    previous: Node | None
    next: Node | None


def around(pages: Tree, path: str) -> Around:
    """From the tree that ``queries.tree`` with ``linking_to`` was asked for."""
    here = pages.nodes.get(path)
    beside = [node.path for node in pages.beside(path)]
    at = beside.index(path) if path in beside else -1
    nodes = pages.nodes
    return Around(
        path=path,
        tree=pages,
        above=pages.above(path),
        below=here.children if here else (),
        linking=sorted(
            (nodes[row.path] for row in pages.rows.values() if row.links_here),
            key=lambda n: n.title.casefold(),
        ),
        previous=nodes[beside[at - 1]] if at > 0 else None,
        next=nodes[beside[at + 1]] if 0 <= at < len(beside) - 1 else None,
    )


def changed_by(row: Any) -> Changer | None:
    """Who changed the page last, from a row of ``queries.at``; None if that is not for the viewer."""
    return changer(row) if row.handle else None

"""The tree of a workspace's pages, made from rows that the viewer may read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from collab.pages.links import address

#: Trees of more pages show, beside a page, only the branches that lead to it.
WHOLE = 60


@dataclass
class Node:
    """A page in the tree, as ``macros/entry.html`` wants it."""

    url: str
    title: str
    path: str
    row: Any
    current: bool = False
    open: bool = False
    children: list["Node"] = field(default_factory=list)


@dataclass
class Tree:
    """The pages of a workspace by path. ``top`` are those without a page above them."""

    nodes: dict[str, Node]
    top: list[Node]

    def __len__(self) -> int:
        return len(self.nodes)

    def above(self, path: str) -> list[Node]:
        """The pages above a path, from the top on; those that are missing or hidden left out."""
        steps = path.split("/")
        found = (self.nodes.get("/".join(steps[:n])) for n in range(1, len(steps)))
        return [node for node in found if node is not None]

    def in_order(self, nodes: Sequence[Node] | None = None, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """All pages with their depth, each before those below it."""
        for node in self.top if nodes is None else nodes:
            yield depth, node
            yield from self.in_order(node.children, depth + 1)

    def beside(self, path: str) -> list[Node]:
        """The page and its neighbours, in order."""
        above = self.above(path)
        return above[-1].children if above else self.top


def build(workspace_slug: str, rows: Iterable[Any], current: str = "") -> Tree:
    """The tree of ``rows``, open along the way to the page at the path ``current``.

    Each page stands below the nearest one whose path its own begins with, so pages below
    a deleted or hidden one are not lost.
    """
    nodes = {
        row.path: Node(address(workspace_slug, row.path), row.title, row.path, row)
        for row in sorted(rows, key=lambda row: row.path)
    }
    tree = Tree(nodes, [])
    for path, node in nodes.items():
        above = tree.above(path)
        (above[-1].children if above else tree.top).append(node)
    for node in nodes.values():
        node.children.sort(key=_order)
    tree.top.sort(key=_order)
    for node in tree.above(current):
        node.open = True
    if current in nodes:
        nodes[current].current = nodes[current].open = True
    return tree


def _order(node: Node) -> tuple[int, str, str]:
    return node.row.position, node.title.casefold(), node.path


def beside(tree: Tree) -> list[Node]:
    """The tree for the side of a page: whole if it is small, else only the open branches."""
    return tree.top if len(tree) <= WHOLE else _opened(tree.top)


def _opened(nodes: Sequence[Node]) -> list[Node]:
    return [
        Node(
            node.url,
            node.title,
            node.path,
            node.row,
            node.current,
            node.open,
            _opened(node.children) if node.open else [],
        )
        for node in nodes
    ]

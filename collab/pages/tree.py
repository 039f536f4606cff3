"""The tree of a workspace's pages, made from rows that the viewer may read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from collab.pages.links import address

#: So many pages can be shown beside each of them.
SMALL = 60


@dataclass(frozen=True, eq=False)
class Node:
    """A page in the tree, as ``macros/entry.html`` wants it."""

    url: str
    title: str
    path: str
    children: tuple["Node", ...]


@dataclass(frozen=True)
class Tree:
    """The pages of a workspace and their rows by path. ``top`` are those without a page above them."""

    nodes: Mapping[str, Node]
    top: Sequence[Node]
    rows: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def large(self) -> bool:
        """It shows, beside a page, only the branches that lead there."""
        return len(self) > SMALL

    def above(self, path: str) -> list[Node]:
        """The pages above a path, from the top on; those that are missing or hidden left out."""
        return [self.nodes[step] for step in _steps(path) if step in self.nodes]

    def in_order(self, nodes: Sequence[Node] | None = None, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """All pages with their depth, each before those below it."""
        for node in self.top if nodes is None else nodes:
            yield depth, node
            yield from self.in_order(node.children, depth + 1)

    def beside(self, path: str) -> Sequence[Node]:
        """The page and its neighbours, in order."""
        above = self.above(path)
        return above[-1].children if above else self.top


def build(workspace_slug: str, rows: Iterable[Any]) -> Tree:
    """The tree of ``rows``.

    Each page stands below the nearest one whose path its own begins with, so pages below
    a deleted or hidden one are not lost.
    """
    by_path = {row.path: row for row in rows}
    nodes, top = _grown(
        workspace_slug, frozenset((row.path, row.title, row.position) for row in by_path.values())
    )
    return Tree(nodes, top, by_path)


@lru_cache(maxsize=32)
def _grown(
    workspace_slug: str, pages: frozenset[tuple[str, str, int]]
) -> tuple[Mapping[str, Node], Sequence[Node]]:
    """The nodes by path, and those at the top. The same pages make the same tree, whoever sees them."""
    paths = {path for path, _, _ in pages}
    below: dict[str, list[tuple[str, str, int]]] = {}
    for page in pages:
        above = next((step for step in reversed(_steps(page[0])) if step in paths), "")
        below.setdefault(above, []).append(page)
    nodes: dict[str, Node] = {}

    def grow(path: str) -> tuple[Node, ...]:
        here = sorted(below.get(path, ()), key=_order)
        found = tuple(Node(address(workspace_slug, at), title, at, grow(at)) for at, title, _ in here)
        nodes.update((node.path, node) for node in found)
        return found

    top = grow("")
    return nodes, top


def _steps(path: str) -> list[str]:
    """The paths above a path, from the top on."""
    steps = path.split("/")
    return ["/".join(steps[:n]) for n in range(1, len(steps))]


def _order(page: tuple[str, str, int]) -> tuple[int, str, str]:
    path, title, position = page
    return position, title.casefold(), path

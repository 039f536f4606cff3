"""Pages as HTML that opens from a disk: with the way to them, what stands below, and their neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath
from posixpath import relpath
from typing import Any
from urllib.parse import quote

from flask_babel import format_date
from flask_babel import gettext as _

from collab.pages.export_names import Names
from collab.pages.tree import Node, Tree


@dataclass(frozen=True)
class Sheets:
    """The sheets of one archive. ``paths`` are the pages that are in it, in their order."""

    title: str
    lang: str
    tree: Tree
    paths: Sequence[str]
    names: Names
    _places: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._places.update((path, at) for at, path in enumerate(self.paths))

    def index(self) -> str:
        """The contents: all pages that are in the archive."""
        chosen = self.names.paths

        def listed(nodes: Sequence[Node]) -> str:
            lines = [line(node) if node.path in chosen else listed(node.children) for node in nodes]
            here = any(node.path in chosen for node in nodes)
            return f"<ul>{''.join(lines)}</ul>" if here else "".join(lines)

        def line(node: Node) -> str:
            return f"<li>{self._link(node, '.')}{listed(node.children)}</li>"

        return self._sheet(self.title, f'<div class="prose">{listed(self.tree.top)}</div>', self.lang, ".")

    def page(self, page: Any) -> str:
        """One page between the way to it and what comes next."""
        here = str(PurePosixPath(page.path).parent)
        up = relpath(".", here)
        above = [self._link(node, here) for node in self.tree.above(page.path) if self._has(node)]
        way = " › ".join([f'<a href="{quote(up)}/index.html">{escape(self.title)}</a>', *above])
        told = [_("Last changed on %(date)s", date=format_date(page.updated_at, "long"))]
        told += [_("Tags: %(names)s", names=", ".join(page.tags))] if page.tags else []
        below = [self._link(node, here) for node in self.tree.nodes[page.path].children if self._has(node)]
        body = (
            f'<div class="prose" lang="{escape(page.lang or self.lang)}">'
            f"{self.names.in_html(page.html, page.path)}</div>\n"
        )
        if below:
            items = "".join(f"<li>{link}</li>" for link in below)
            body += f'<hr><h2>{escape(_("Below this page"))}</h2><ul class="prose">{items}</ul>\n'
        body += (
            f'<hr><p class="quiet small">{escape(" · ".join(told))}</p>\n{self._neighbours(page.path, here)}'
        )
        return self._sheet(page.title, body, self.lang, up, f"<nav><p>{way}</p></nav>\n")

    def _has(self, node: Node) -> bool:
        return node.path in self.names.paths

    def _link(self, node: Node, here: str) -> str:
        return f'<a href="{quote(relpath(self.names.of(node.path), here))}">{escape(node.title)}</a>'

    def _neighbours(self, path: str, here: str) -> str:
        at = self._places[path]
        before = self.tree.nodes[self.paths[at - 1]] if at else None
        after = self.tree.nodes[self.paths[at + 1]] if at + 1 < len(self.paths) else None
        links = [f"← {self._link(before, here)}"] if before else []
        links += [f"{self._link(after, here)} →"] if after else []
        return f"<nav><p>{' · '.join(links)}</p></nav>\n" if links else ""

    def _sheet(self, title: str, body: str, lang: str, up: str, way: str = "") -> str:
        return (
            f'<!doctype html>\n<html lang="{escape(lang)}">\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)}</title>\n"
            f'<link rel="stylesheet" href="{quote(up)}/collab.css">\n'
            f'<body><main class="content columns">{way}<h1>{escape(title)}</h1>\n{body}</main>\n'
        )

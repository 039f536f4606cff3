"""A tree of pages as files that open without us: Markdown that comes back as the same pages, or HTML.

Everything is what the viewer may read when its turn comes. The archive is made while it is sent, a page
or a piece of a file at a time, so that its size costs no memory.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import PurePosixPath
from posixpath import relpath
from typing import Any, Literal, cast
from urllib.parse import quote, unquote
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from collab.files.models import Attachment
from collab.files.queries import of_entry
from collab.pages.models import Page
from collab.pages.tree import Node, Tree
from collab.storage import Storage
from collab.viewer import Viewer
from collab.workspaces import access

Form = Literal["markdown", "html"]
#: So many pages, and so many bytes of files, are in one archive at most; what is left out is told in it.
MOST_PAGES, MOST_BYTES = 10_000, 4 * 2**30
BATCH, CHUNK = 100, 2**18
_FILE = re.compile(r"/entries/([A-Za-z0-9_-]{16})/files/([A-Za-z0-9_-]{16})/[^\s)\"'<>?#]*(?:\?size=\w+)?")
_SUFFIX: dict[Form, str] = {"markdown": ".md", "html": ".html"}


class _Sink:
    """What a ZipFile writes to: taken away before more is written. It has no position to go back to."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


@dataclass
class _Files:
    """Where the files of pages lie in the archive, by public id; ``left_out`` were too much."""

    names: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    size: int = 0
    left_out: list[str] = field(default_factory=list)

    def place(self, folder: str, file: Any) -> str | None:
        """The name for a file in the archive; None if it is too much."""
        self.size += file.size
        if self.size > MOST_BYTES:
            self.left_out.append(f"{folder}/{file.name}")
            return None
        stem, dot, end = _plain(file.name).rpartition(".")
        stem, end = (stem, dot + end) if stem else (end, "")
        name, number = f"{folder}/{stem}{end}", 1
        while name.casefold() in self.taken:
            number += 1
            name = f"{folder}/{stem}-{number}{end}"
        self.taken.add(name.casefold())
        self.names[file.public_id] = name
        return name


def _plain(name: str) -> str:
    """A file's name without what some file system reads otherwise."""
    return re.sub(r'[\x00-\x1f\\/:*?"<>|]+', "-", name).strip(". ")[:120] or "file"


@dataclass(frozen=True)
class Archive:
    """What is to be packed. ``style`` is the sheet for HTML, ``title`` the workspace's name, ``site`` our address."""

    viewer: Viewer
    tree: Tree
    form: Form
    title: str
    slug: str
    style: str
    storage: Storage
    site: str
    lang: str = "en"

    def name_of(self, path: str) -> str:
        """The file of a page. ``readme`` and ``index`` mean something else where it comes back."""
        last = path.rpartition("/")[2]
        odd = "-" if self.form == "markdown" and last in _ODD else ""
        return f"{path}{odd}{_SUFFIX[self.form]}"

    def pieces(self, db: Session, paths: Sequence[str]) -> Iterator[bytes]:
        """The archive of the pages at these paths, piece by piece."""
        sink, files, folder = _Sink(), _Files(), _plain(self.slug)
        with ZipFile(cast("Any", sink), "w", ZIP_DEFLATED) as archive:
            if self.form == "html":
                archive.writestr(f"{folder}/collab.css", self.style)
                archive.writestr(f"{folder}/index.html", self._index(paths))
            for start in range(0, min(len(paths), MOST_PAGES), BATCH):
                for page in self._some(db, paths[start : start + BATCH]):
                    yield from self._files(db, archive, sink, files, folder, page)
                    words = self._words(page, files)
                    archive.writestr(f"{folder}/{self.name_of(page.path)}", words)
                    yield sink.take()
            if files.left_out or len(paths) > MOST_PAGES:
                archive.writestr(f"{folder}/LEFT-OUT.txt", "\n".join([*files.left_out, *paths[MOST_PAGES:]]))
        yield sink.take()

    def _some(self, db: Session, paths: Sequence[str]) -> Sequence[Any]:
        """Rows of pages as the viewer may read them now, with their tags."""
        ids = [self.tree.rows[path].id for path in paths]
        query = access.select_entries(
            self.viewer,
            Page,
            Page.id,
            Page.public_id,
            Page.path,
            Page.title,
            Page.body,
            Page.html,
            Page.lang,
            Page.position,
        )
        found = {row.path: row for row in db.execute(query.where(Page.id.in_(ids)))}
        return [found[path] for path in paths if path in found]

    def _files(
        self, db: Session, archive: ZipFile, sink: _Sink, files: _Files, folder: str, page: Any
    ) -> Iterator[bytes]:
        columns = (Attachment.public_id, Attachment.name, Attachment.size, Attachment.sha256)
        for file in db.execute(of_entry(self.viewer, page.id, *columns)):
            name = files.place(f"{page.path}.files", file)
            if name is None:
                continue
            with self.storage.path(file.sha256).open("rb") as source:
                info = ZipInfo(f"{folder}/{name}")
                info.compress_type = ZIP_STORED
                with archive.open(info, "w", force_zip64=True) as target:
                    while chunk := source.read(CHUNK):
                        target.write(chunk)
                        yield sink.take()

    def _words(self, page: Any, files: _Files) -> str:
        here = str(PurePosixPath(page.path).parent)

        def file(found: re.Match[str]) -> str:
            name = files.names.get(found[2])
            return quote(relpath(name, here)) if name else found[0]

        if self.form == "markdown":
            facts = {"title": page.title, "weight": page.position, "lang": page.lang or None}
            above = "".join(
                f"{key}: {json.dumps(value, ensure_ascii=False)}\n"
                for key, value in facts.items()
                if value is not None
            )
            return f"---\n{above}---\n\n{self._pointing(_FILE.sub(file, page.body), here)}"
        return self._html(page.title, self._linked(_FILE.sub(file, page.html), here), page.lang, page.path)

    def _pointing(self, body: str, here: str) -> str:
        """Markdown whose links lead to the files beside, and from everywhere to what stays here."""

        def page(found: re.Match[str]) -> str:
            path = unquote(found[1])
            known = path in self.tree.nodes
            return f"]({quote(relpath(self.name_of(path), here))}" if known else found[0]

        body = re.sub(rf"\]\(/w/{re.escape(self.slug)}/pages/([^)\s#?]+)", page, body)
        return re.sub(r"\]\((?=/[^/])", f"]({self.site}", body)

    def _linked(self, html: str, here: str) -> str:
        """Links between pages, to the files beside; those to other places of ours stay words."""

        def page(found: re.Match[str]) -> str:
            path, mark, anchor = unquote(found[1]).partition("#")
            path = path.partition("?")[0]
            if path not in self.tree.nodes:
                return "<a"
            return f'<a href="{quote(relpath(self.name_of(path), here))}{mark}{escape(anchor)}"'

        html = re.sub(rf'<a(?: class="[^"]*")? href="/w/{re.escape(self.slug)}/pages/([^"]*)"', page, html)
        return re.sub(r'<a(?: class="[^"]*")? href="/[^"]*"', "<a", html)

    def _index(self, paths: Sequence[str]) -> str:
        chosen = set(paths)

        def listed(nodes: Sequence[Node]) -> str:
            lines = [line(node) if node.path in chosen else listed(node.children) for node in nodes]
            return (
                f"<ul>{''.join(lines)}</ul>"
                if any(lines) and any(n.path in chosen for n in nodes)
                else "".join(lines)
            )

        def line(node: Node) -> str:
            link = f'<a href="{quote(self.name_of(node.path))}">{escape(node.title)}</a>'
            return f"<li>{link}{listed(node.children)}</li>"

        return self._html(self.title, listed(self.tree.top), self.lang, "")

    def _html(self, title: str, body: str, lang: str, path: str) -> str:
        up = relpath(".", str(PurePosixPath(path).parent)) if path else "."
        back = f'<p><a href="{quote(up)}/index.html">{escape(self.title)}</a></p>' if path else ""
        return (
            f'<!doctype html>\n<html lang="{escape(lang or self.lang)}">\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(title)}</title>\n"
            f'<link rel="stylesheet" href="{quote(up)}/collab.css">\n'
            f'<body><main class="content columns">{back}<h1>{escape(title)}</h1>\n'
            f'<div class="prose">{body}</div></main>\n'
        )


_ODD = frozenset(
    {"index", "_index", "summary", "readme", "license", "licence", "copying", "notice", "source"}
) | {
    "contributing",
    "changelog",
    "security",
    "code-of-conduct",
    "support",
    "left-out",
}

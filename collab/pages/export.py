"""A tree of pages as files that open without us: Markdown that comes back as the same pages, or HTML.

Everything is what the viewer may read when its turn comes. The archive is made while it is sent, a page
or a piece of a file at a time, so that its size costs no memory.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import case
from sqlalchemy.orm import Session

from collab.auth.models import Account
from collab.files.models import Attachment
from collab.files.queries import attached
from collab.pages.export_html import Sheets
from collab.pages.export_names import Files, Form, Names, front_matter, plain
from collab.pages.models import Page
from collab.pages.tree import Tree
from collab.storage import Storage
from collab.tags.models import EntryTag
from collab.viewer import Viewer
from collab.workspaces import access, members
from collab.workspaces.models import EntryAlias, Revision

#: So many pages are in one archive at most; what is left out is told in it.
MOST_PAGES = 10_000
BATCH, CHUNK = 100, 2**18
#: Where former states lie; no page has such an address.
PAST = "_history"
_PAGE = (
    Page.id,
    Page.public_id,
    Page.path,
    Page.title,
    Page.body,
    Page.html,
    Page.lang,
    Page.position,
    Page.version,
    Page.created_at,
    Page.updated_at,
    Page.due_on,
)
#: Who wrote something; nobody, where a guest's time is over.
_AUTHOR = case((members.FORMER, ""), else_=Account.name).label("author")


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


@dataclass(frozen=True)
class Archive:
    """What is to be packed. ``style`` is the sheet for HTML, ``title`` the workspace's name, ``site`` our address.

    ``history``: with the former states of each page, for Markdown.
    """

    viewer: Viewer
    tree: Tree
    form: Form
    title: str
    slug: str
    style: str
    storage: Storage
    site: str
    lang: str = "en"
    history: bool = False

    def pieces(self, db: Session, paths: Sequence[str]) -> Iterator[bytes]:
        """The archive of the pages at these paths, piece by piece."""
        taken, files, folder = paths[:MOST_PAGES], Files(), plain(self.slug)
        names = Names(self.form, self.slug, self.site, frozenset(taken), files)
        sheets = Sheets(self.title, self.lang, self.tree, taken, names)
        past: list[str] = []
        sink, kept = _Sink(), self._place(db, taken, files)
        with ZipFile(cast("Any", sink), "w", ZIP_DEFLATED) as archive:
            if self.form == "html":
                archive.writestr(f"{folder}/collab.css", self.style)
                archive.writestr(f"{folder}/index.html", sheets.index())
            for some in _batches(taken):
                for page in self._some(db, some):
                    yield from self._files(archive, sink, files, folder, kept[page.id])
                    words = sheets.page(page) if self.form == "html" else _markdown(page, names)
                    archive.writestr(f"{folder}/{names.of(page.path)}", words)
                    if self.history and self.form == "markdown" and page.version > 1:
                        past += self._past(db, archive, folder, page, names)
                    yield sink.take()
            if past:
                archive.writestr(f"{folder}/{PAST}/index.jsonl", "\n".join(past))
            if files.left_out or len(paths) > MOST_PAGES:
                archive.writestr(f"{folder}/LEFT-OUT.txt", "\n".join([*files.left_out, *paths[MOST_PAGES:]]))
        yield sink.take()

    def _ids(self, paths: Sequence[str]) -> dict[int, str]:
        return {self.tree.rows[path].id: path for path in paths}

    def _place(self, db: Session, paths: Sequence[str], files: Files) -> Mapping[int, Sequence[Any]]:
        """The files of each page, named before the first page is written: it may show one of a later page."""
        found: defaultdict[int, list[Any]] = defaultdict(list)
        columns = (
            Attachment.entry_id,
            Attachment.public_id,
            Attachment.name,
            Attachment.size,
            Attachment.sha256,
        )
        for some in _batches(paths):
            ids = self._ids(some)
            for file in db.execute(attached(self.viewer, Attachment.entry_id.in_(ids), *columns)):
                files.place(f"{ids[file.entry_id]}.files", file)
                found[file.entry_id].append(file)
        return found

    def _some(self, db: Session, paths: Sequence[str]) -> Iterator["Kept"]:
        """Pages as the viewer may read them now, with their tags and former addresses."""
        ids = list(self._ids(paths))
        query = access.select_entries(self.viewer, Page, *_PAGE, _AUTHOR).where(Page.id.in_(ids))
        query = query.join(Account, Account.id == Page.author_id)
        found = {row.path: row for row in db.execute(query)}
        tags, aliases = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list)
        named = access.select_parts(self.viewer, EntryTag, EntryTag.entry_id, EntryTag.name)
        for entry_id, name in db.execute(named.where(EntryTag.entry_id.in_(ids)).order_by(EntryTag.position)):
            tags[entry_id].append(name)
        former = access.select_parts(self.viewer, EntryAlias, EntryAlias.entry_id, EntryAlias.address)
        for entry_id, name in db.execute(former.where(EntryAlias.entry_id.in_(ids)).order_by(EntryAlias.id)):
            aliases[entry_id].append(name)
        for row in (found[path] for path in paths if path in found):
            yield Kept(row, tags[row.id], aliases[row.id])

    def _files(
        self, archive: ZipFile, sink: _Sink, files: Files, folder: str, kept: Sequence[Any]
    ) -> Iterator[bytes]:
        for file in kept:
            name = files.names.get(file.public_id)
            if name is None:
                continue
            with self.storage.path(file.sha256).open("rb") as source:
                info = ZipInfo(f"{folder}/{name}")
                info.compress_type = ZIP_STORED
                with archive.open(info, "w", force_zip64=True) as target:
                    while chunk := source.read(CHUNK):
                        target.write(chunk)
                        yield sink.take()

    def _past(self, db: Session, archive: ZipFile, folder: str, page: "Kept", names: Names) -> Iterator[str]:
        """Write the former states of a page, the oldest first; answers with their lines in the index."""
        said = (Revision.number, Revision.title, Revision.body, Revision.note, Revision.created_at)
        query = access.select_parts(self.viewer, Revision, *said, _AUTHOR)
        query = query.join(Account, Account.id == Revision.author_id).where(Revision.entry_id == page.id)
        for row in db.execute(query.order_by(Revision.number).execution_options(yield_per=20)):
            file = f"{PAST}/{page.path}/{row.number:04}.md"
            words = front_matter({"title": row.title}) + names.in_markdown(row.body, page.path)
            archive.writestr(f"{folder}/{file}", words)
            told = {"page": names.of(page.path), "rev": row.number, "file": file, "author": row.author}
            told |= {"date": row.created_at.isoformat(timespec="seconds"), "message": row.note}
            yield json.dumps(told, ensure_ascii=False)


@dataclass(frozen=True)
class Kept:
    """A row of a page with its tags and former addresses."""

    row: Any
    tags: Sequence[str]
    aliases: Sequence[str]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


def _batches(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    return (paths[start : start + BATCH] for start in range(0, len(paths), BATCH))


def _markdown(page: Kept, names: Names) -> str:
    facts = {
        "title": page.title,
        "weight": page.position,
        "lang": page.lang,
        "tags": list(page.tags),
        "aliases": list(page.aliases),
        "authors": [page.author] if page.author else [],
        "date": page.created_at.isoformat(timespec="seconds"),
        "valid_until": page.due_on.isoformat() if page.due_on else None,
    }
    return front_matter(facts) + names.in_markdown(page.body, page.path)

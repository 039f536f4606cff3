"""Answers to questions, from rows that the viewer may read."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account, Firm
from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.search import engine
from collab.search.engine import Question
from collab.search.excerpt import Marked, mark
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import BLOG, Entry, Workspace

log = logging.getLogger(__name__)

CHUNK = 60
EXCERPT = 220


@dataclass(frozen=True)
class Named:
    """A workspace or a person beside a hit."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class Hit:
    """One thing found; title and excerpt show the words that were asked for."""

    kind: str
    title: str
    url: str
    text: str
    place: Named | None = None
    author: Named | None = None
    when: datetime | None = None
    lang: str = ""
    person: Any = None
    asked: str = ""

    @property
    def title_html(self) -> Marked:
        return mark(self.title, self.asked, length=None)

    @property
    def excerpt_html(self) -> Marked:
        return mark(self.text, self.asked, length=EXCERPT)


@dataclass(frozen=True)
class Found:
    """A page of answers. ``catching_up``: the index could not be asked."""

    hits: Sequence[Hit]
    more: bool
    catching_up: bool = False


def places(db: Session, viewer: Viewer) -> list[int]:
    """The workspaces to look in: where the viewer belongs, and where the public may read."""
    return list(db.scalars(select(Workspace.id).where(or_(access.inside(viewer), Workspace.allows_public))))


def find(
    db: Session, viewer: Viewer, reader: engine.Reader, question: Question, offset: int = 0, limit: int = 20
) -> Found:
    """The things that answer the question and that the viewer may see, the best first."""
    try:
        keys = reader.find(question)
    except Exception as error:
        log.warning("the search index cannot be used: %s", error)
        return Found(_plainly(db, viewer, question, limit), more=False, catching_up=True)
    hits: list[Hit] = []
    for hit in _visible(db, viewer, keys, CHUNK if offset == 0 else CHUNK + offset):
        hits.append(replace(hit, asked=question.words))
        if len(hits) > offset + limit:
            break
    return Found(hits[offset : offset + limit], more=len(hits) > offset + limit)


def _visible(db: Session, viewer: Viewer, keys: Sequence[str], chunk: int) -> Iterator[Hit]:
    for start in range(0, len(keys), chunk):
        part = keys[start : start + chunk]
        found: dict[str, Hit] = {}
        for letter, load in _LOADERS.items():
            ids = [int(key[1:]) for key in part if key[0] == letter]
            if ids:
                found.update(load(db, viewer, ids))
        yield from (found[key] for key in part if key in found)


def _entries(db: Session, viewer: Viewer, ids: Sequence[int]) -> dict[str, Hit]:
    rows = db.execute(
        access.select_entries(
            viewer,
            Entry,
            Entry.id,
            Entry.kind,
            Entry.title,
            Entry.address,
            func.substr(Entry.text, 1, 20_000).label("text"),
            Entry.lang,
            Entry.published_at,
            Entry.updated_at,
            Account.name.label("author"),
            Workspace.name.label("place"),
            Workspace.slug,
        )
        .join(Account, Account.id == Entry.author_id)
        .join(Workspace, Workspace.id == Entry.workspace_id)
        .where(Entry.id.in_(ids))
    )
    return {
        f"e{row.id}": Hit(
            row.kind,
            row.title,
            row.address,
            row.text,
            _place(row),
            Named(row.author),
            row.published_at or row.updated_at,
            row.lang,
        )
        for row in rows
    }


def _place(row: Any) -> Named:
    return Named(row.place, _address(row.slug))


def _address(slug: str) -> str:
    return "/blog/" if slug == BLOG else f"/w/{slug}/"


def _comments(db: Session, viewer: Viewer, ids: Sequence[int]) -> dict[str, Hit]:
    entry = aliased(Entry)
    rows = db.execute(
        access.select_parts(
            viewer,
            Comment,
            Comment.id,
            Comment.public_id,
            Comment.text,
            Comment.created_at,
            entry.title,
            entry.address,
            entry.lang,
            Account.name.label("author"),
            Workspace.name.label("place"),
            Workspace.slug,
        )
        .join(entry, entry.id == Comment.entry_id)
        .join(Account, Account.id == Comment.author_id)
        .join(Workspace, Workspace.id == Comment.workspace_id)
        .where(Comment.id.in_(ids), Comment.deleted_at.is_(None))
    )
    return {
        f"c{row.id}": Hit(
            "comment",
            row.title,
            f"{row.address}#comment-{row.public_id}",
            row.text,
            _place(row),
            Named(row.author),
            row.created_at,
        )
        for row in rows
    }


def _files(db: Session, viewer: Viewer, ids: Sequence[int]) -> dict[str, Hit]:
    entry = aliased(Entry)
    rows = db.execute(
        access.select_parts(
            viewer,
            Attachment,
            Attachment.id,
            Attachment.public_id,
            Attachment.name,
            Attachment.alt,
            Attachment.created_at,
            entry.public_id.label("entry_id"),
            entry.title.label("entry"),
            Workspace.name.label("place"),
            Workspace.slug,
        )
        .join(entry, entry.id == Attachment.entry_id)
        .join(Workspace, Workspace.id == Attachment.workspace_id)
        .where(Attachment.id.in_(ids), Attachment.deleted_at.is_(None))
    )
    return {
        f"f{row.id}": Hit(
            "file",
            row.name,
            f"/entries/{row.entry_id}",
            f"{row.alt} {row.entry}".strip(),
            _place(row),
            None,
            row.created_at,
        )
        for row in rows
    }


def _people(db: Session, viewer: Viewer, ids: Sequence[int]) -> dict[str, Hit]:
    rows = db.execute(
        select(
            Account.id,
            Account.name,
            Account.handle,
            Account.kind,
            Account.title,
            Account.location,
            Account.photo,
            Firm.name.label("firm_name"),
        )
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Account.id.in_(ids), access.people(viewer))
    )
    return {
        f"p{row.id}": Hit(
            "person",
            row.name,
            f"/people/{row.handle}",
            " · ".join(filter(None, (row.title, row.location))),
            person=row,
        )
        for row in rows
    }


def _workspaces(db: Session, viewer: Viewer, ids: Sequence[int]) -> dict[str, Hit]:
    rows = db.execute(
        select(Workspace.id, Workspace.name, Workspace.slug, Workspace.purpose).where(
            Workspace.id.in_(ids), access.workspaces(viewer)
        )
    )
    return {f"w{row.id}": Hit("workspace", row.name, _address(row.slug), row.purpose) for row in rows}


_LOADERS: dict[str, Callable[[Session, Viewer, Sequence[int]], dict[str, Hit]]] = {
    "e": _entries,
    "c": _comments,
    "f": _files,
    "p": _people,
    "w": _workspaces,
}


def _plainly(db: Session, viewer: Viewer, question: Question, limit: int) -> list[Hit]:
    """Without the index: entries in which every word stands somewhere, the newest first."""
    asked = access.select_entries(viewer, Entry, Entry.id).order_by(Entry.updated_at.desc()).limit(limit)
    for word in question.words.split()[:10]:
        asked = asked.where(
            or_(Entry.title.icontains(word, autoescape=True), Entry.text.icontains(word, autoescape=True))
        )
    ids = list(db.scalars(asked))
    found = _entries(db, viewer, ids)
    return [replace(found[f"e{number}"], asked=question.words) for number in ids if f"e{number}" in found]

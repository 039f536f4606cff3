"""What is shown of things that were found, in one statement over everything that can be found.

It begins at the policy for each kind of thing; what the viewer may not read is not among the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, String, case, cast, func, literal_column, null, select, union_all
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account, Firm
from collab.comments.models import Comment
from collab.db import UtcDateTime
from collab.files.models import Attachment, AttachmentText
from collab.search.excerpt import Marked, mark
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import BLOG, Entry, Workspace

EXCERPT = 220
#: Excerpts are looked for in so many letters of a text.
READ = 20_000
#: Statements are asked with numbers of things rounded up to a multiple of this: so few are different.
STEP = 8


@dataclass(frozen=True)
class Named:
    """A workspace or a person beside a hit."""

    name: str
    url: str = ""
    kind: str = ""
    firm_name: str = ""


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
    draft: bool = False

    @cached_property
    def title_html(self) -> Marked:
        return mark(self.title, self.asked, length=None)

    @cached_property
    def excerpt_html(self) -> Marked:
        return mark(self.text, self.asked, length=EXCERPT)


def passing(db: Session, viewer: Viewer, keys: Sequence[str]) -> list[str]:
    """Of the keys, those whose things the viewer may read, in their order."""
    rows = _rows(db, viewer, _ids, keys)
    passed = {f"{row.letter}{row.id}" for row in rows}
    return [key for key in keys if key in passed]


def shown(
    db: Session, viewer: Viewer, keys: Sequence[str], asked: str, *, excerpts: bool = True
) -> list[Hit]:
    """What to show of those things among the keys that the viewer may read, in their order."""
    rows = _rows(db, viewer, _whole if excerpts else _titles, keys)
    found = {f"{row.letter}{row.id}": _HITS[row.letter](row, asked) for row in rows}
    return [found[key] for key in keys if key in found]


def _rows(
    db: Session, viewer: Viewer, make: Callable[[Viewer, str], Select[Any]], keys: Sequence[str]
) -> Sequence[Any]:
    ids: dict[str, list[int]] = {}
    for key in keys:
        ids.setdefault(key[0], []).append(int(key[1:]))
    if not ids:
        return ()
    filled = {letter: some + [0] * (-len(some) % STEP) for letter, some in ids.items()}
    return ask(db, viewer, make, "".join(sorted(ids)), **filled).all()


def _whole(viewer: Viewer, letters: str) -> Any:
    return _all_of(letters, [_SELECTS[letter](viewer, READ) for letter in letters])


def _titles(viewer: Viewer, letters: str) -> Any:
    return _all_of(letters, [_SELECTS[letter](viewer, 0) for letter in letters])


def _ids(viewer: Viewer, letters: str) -> Any:
    wanted = [_SELECTS[letter](viewer, 0) for letter in letters]
    return _all_of(letters, [each.with_only_columns(*list(each.selected_columns)[:2]) for each in wanted])


def _all_of(letters: str, each: Sequence[Select[Any]]) -> Any:
    """The answers of all of them, each of which began at the policy."""
    limited = [
        one.where(_KEYS[letter].in_(parameter(letter, many=True)))
        for letter, one in zip(letters, each, strict=True)
    ]
    whole = limited[0] if len(limited) == 1 else union_all(*limited)
    return whole.execution_options(policy=True)


_KEYS: Any = {"e": Entry.id, "c": Comment.id, "f": Attachment.id, "p": Account.id, "w": Workspace.id}


_TEXTS = ("kind", "title", "text", "lang", "address", "part", "photo")
_NAMES = ("author", "who", "firm", "place", "slug")


def _columns(letter: str, number: Any, **known: Any) -> list[Any]:
    """The columns of a row, the same for every kind of thing."""
    nothing = cast(null(), String)
    return [
        literal_column(f"'{letter}'", String).label("letter"),
        number.label("id"),
        *(known.get(name, nothing).label(name) for name in (*_TEXTS, *_NAMES)),
        known.get("at", cast(null(), UtcDateTime)).label("at"),
    ]


def _entries(viewer: Viewer, letters: int) -> Select[Any]:
    columns = _columns(
        "e",
        Entry.id,
        kind=Entry.kind,
        title=Entry.title,
        text=func.substr(Entry.text, 1, letters) if letters else Entry.lang,
        lang=Entry.lang,
        address=whereabouts.address(viewer),
        part=case((Entry.published_at.is_(None), "draft"), else_=""),
        author=Account.name,
        who=Account.kind,
        firm=Firm.name,
        place=whereabouts.of(viewer, Workspace.name),
        slug=whereabouts.of(viewer, Workspace.slug),
        at=func.coalesce(Entry.published_at, Entry.updated_at),
    )
    return (
        access.select_entries(viewer, Entry, *columns)
        .join(Account, Account.id == Entry.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .join(Workspace, Workspace.id == Entry.workspace_id)
    )


def _comments(viewer: Viewer, letters: int) -> Select[Any]:
    entry = aliased(Entry)
    columns = _columns(
        "c",
        Comment.id,
        title=entry.title,
        text=func.substr(Comment.text, 1, letters),
        lang=entry.lang,
        address=whereabouts.address(viewer, entry),
        part=Comment.public_id,
        author=Account.name,
        who=Account.kind,
        firm=Firm.name,
        place=whereabouts.of(viewer, Workspace.name, entry),
        slug=whereabouts.of(viewer, Workspace.slug, entry),
        at=Comment.created_at,
    )
    return (
        access.select_parts(viewer, Comment, *columns)
        .join(entry, entry.id == Comment.entry_id)
        .join(Account, Account.id == Comment.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .join(Workspace, Workspace.id == Comment.workspace_id)
        .where(Comment.deleted_at.is_(None))
    )


def _files(viewer: Viewer, letters: int) -> Select[Any]:
    entry = aliased(Entry)
    said = func.coalesce(func.substr(AttachmentText.text, 1, letters), "") if letters else ""
    columns = _columns(
        "f",
        Attachment.id,
        title=Attachment.name,
        text=func.trim(Attachment.alt + " " + entry.title + " " + said),
        lang=func.coalesce(AttachmentText.lang, ""),
        address="/entries/" + entry.public_id,
        place=whereabouts.of(viewer, Workspace.name, entry),
        slug=whereabouts.of(viewer, Workspace.slug, entry),
        at=Attachment.created_at,
    )
    return (
        access.select_parts(viewer, Attachment, *columns)
        .join(entry, entry.id == Attachment.entry_id)
        .outerjoin(AttachmentText, AttachmentText.attachment_id == Attachment.id)
        .join(Workspace, Workspace.id == Attachment.workspace_id)
        .where(Attachment.deleted_at.is_(None))
    )


def _people(viewer: Viewer, _: int) -> Select[Any]:
    columns = _columns(
        "p",
        Account.id,
        kind=Account.kind,
        title=Account.name,
        text=Account.title,
        part=Account.location,
        address=Account.handle,
        photo=Account.photo,
        firm=Firm.name,
    )
    known = select(*columns).select_from(Account).outerjoin(Firm, Firm.id == Account.firm_id)
    return known.where(access.people(viewer))


def _workspaces(viewer: Viewer, _: int) -> Select[Any]:
    columns = _columns("w", Workspace.id, title=Workspace.name, text=Workspace.purpose, slug=Workspace.slug)
    return select(*columns).where(access.workspaces(viewer))


_SELECTS: Mapping[str, Callable[[Viewer, int], Select[Any]]] = {
    "e": _entries,
    "c": _comments,
    "f": _files,
    "p": _people,
    "w": _workspaces,
}


@dataclass(frozen=True)
class Person:
    """What the picture of a person is made from."""

    name: str
    handle: str
    photo: str | None
    kind: str
    firm_name: str


def _address(slug: str) -> str:
    return "/blog/" if slug == BLOG else f"/w/{slug}/"


def _place(row: Any) -> Named | None:
    return Named(row.place, _address(row.slug)) if row.slug else None


def _author(row: Any) -> Named:
    name = _("%(name)s (outside)", name=row.author) if row.who == "visitor" else row.author
    return Named(name, kind=row.who, firm_name=row.firm or "")


def _of_entry(row: Any, asked: str) -> Hit:
    shown = (row.kind, row.title, row.address, row.text, _place(row), _author(row), row.at, row.lang)
    return Hit(*shown, asked=asked, draft=bool(row.part))


def _of_comment(row: Any, asked: str) -> Hit:
    url = f"{row.address}#comment-{row.part}"
    return Hit("comment", row.title, url, row.text, _place(row), _author(row), row.at, asked=asked)


def _of_file(row: Any, asked: str) -> Hit:
    return Hit("file", row.title, row.address, row.text, _place(row), None, row.at, row.lang, asked=asked)


def _of_person(row: Any, asked: str) -> Hit:
    about = " · ".join(filter(None, (row.text, row.part)))
    person = Person(row.title, row.address, row.photo, row.kind, row.firm or "")
    return Hit("person", row.title, f"/people/{row.address}", about, person=person, asked=asked)


def _of_workspace(row: Any, asked: str) -> Hit:
    return Hit("workspace", row.title, _address(row.slug), row.text, asked=asked)


_HITS: Mapping[str, Callable[[Any, str], Hit]] = {
    "e": _of_entry,
    "c": _of_comment,
    "f": _of_file,
    "p": _of_person,
    "w": _of_workspace,
}

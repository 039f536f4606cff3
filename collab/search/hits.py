"""What is shown of things that were found, in one statement over everything that can be found.

It begins at the policy for each kind of thing; what the viewer may not read is not among the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from collab.search import rows
from collab.search.excerpt import Marked, mark
from collab.search.question import Question
from collab.viewer import Viewer
from collab.workspaces.models import BLOG

EXCERPT = 220


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
    asked: str | Question = ""
    draft: bool = False
    #: Of entries: their public id.
    ref: str = ""

    @property
    def group(self) -> str:
        """Beside what it is offered: "person", "workspace", or what people have written ("text")."""
        return self.kind if self.kind in ("person", "workspace") else "text"

    @cached_property
    def title_html(self) -> Marked:
        return mark(self.title, self.asked, length=None)

    @cached_property
    def excerpt_html(self) -> Marked:
        return mark(self.text, self.asked, length=EXCERPT)


def passing(
    db: Session, viewer: Viewer, keys: Sequence[str], *, placed: bool = False, filed: bool = False
) -> list[str]:
    """Of the keys, those whose things the viewer may read, in their order.

    ``placed``: only those of which the viewer may know in which workspace they are; ``filed``: entries
    only if they have a file that the viewer may read.
    """
    found = rows.rows(db, viewer, rows.ids_with_file if filed else rows.ids_of, keys)
    passed = {f"{row.letter}{row.id}" for row in found if row.slug or not placed}
    return [key for key in keys if key in passed]


def shown(
    db: Session, viewer: Viewer, keys: Sequence[str], asked: str | Question, *, excerpts: bool = True
) -> list[Hit]:
    """What to show of those things among the keys that the viewer may read, in their order."""
    return list(by_key(db, viewer, keys, asked, excerpts=excerpts).values())


def by_key(
    db: Session, viewer: Viewer, keys: Sequence[str], asked: str | Question, *, excerpts: bool = True
) -> dict[str, Hit]:
    """The same with its keys."""
    read = rows.rows(db, viewer, rows.whole if excerpts else rows.titles, keys)
    found = {f"{row.letter}{row.id}": _HITS[row.letter](row, asked) for row in read}
    return {key: found[key] for key in keys if key in found}


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


def _of_entry(row: Any, asked: str | Question) -> Hit:
    shown = (row.kind, row.title, row.address, row.text, _place(row), _author(row), row.at, row.lang)
    return Hit(*shown, asked=asked, draft=bool(row.part), ref=row.ref)


def _of_comment(row: Any, asked: str | Question) -> Hit:
    url = f"{row.address}#comment-{row.part}"
    return Hit("comment", row.title, url, row.text, _place(row), _author(row), row.at, asked=asked)


def _of_file(row: Any, asked: str | Question) -> Hit:
    return Hit("file", row.title, row.address, row.text, _place(row), None, row.at, row.lang, asked=asked)


def _of_person(row: Any, asked: str | Question) -> Hit:
    about = " · ".join(filter(None, (row.text, row.part)))
    person = Person(row.title, row.address, row.photo, row.kind, row.firm or "")
    return Hit("person", row.title, f"/people/{row.address}", about, person=person, asked=asked)


def _of_workspace(row: Any, asked: str | Question) -> Hit:
    return Hit("workspace", row.title, _address(row.slug), row.text, asked=asked)


_HITS: Mapping[str, Callable[[Any, str | Question], Hit]] = {
    "e": _of_entry,
    "c": _of_comment,
    "f": _of_file,
    "p": _of_person,
    "w": _of_workspace,
}

"""From rows to what the pages show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from collab import clock
from collab.files.addresses import address
from collab.home import queries
from collab.viewer import Viewer
from collab.workspaces import members
from collab.workspaces.asking import ask
from collab.workspaces.members import Person
from collab.workspaces.models import BLOG
from collab.workspaces.views import Mine

NEW_FOR = timedelta(days=60)
LETTERS_A_MINUTE = 1200


@dataclass(frozen=True)
class Place:
    """A workspace as the place of something."""

    name: str
    url: str


@dataclass(frozen=True)
class Line:
    """One line of a list; what ``macros/entry.html`` calls a row."""

    url: str
    title: str
    when: datetime | None = None
    person: Person | None = None
    place: Place | None = None
    text: str = ""
    lang: str = ""
    icon: str = ""
    flag: str = ""
    unread: bool = False
    key: str = ""


@dataclass(frozen=True)
class Picture:
    """What the address of a file is made from."""

    public_id: str
    name: str


@dataclass(frozen=True)
class Card:
    """An entry with its summary; what ``macros/entry.html`` calls a post."""

    url: str
    title: str
    summary: str
    lang: str
    published_at: datetime | None
    authors: tuple[Person, ...]
    image_url: str
    reading_minutes: int
    unread: bool


@dataclass(frozen=True)
class Step:
    """Something that a new person does first."""

    url: str
    title: str
    text: str
    icon: str
    done: bool


def _place(row: Any) -> Place | None:
    if not row.workspace_slug:
        return None
    url = "/blog/" if row.workspace_slug == BLOG else f"/w/{row.workspace_slug}/"
    return Place(row.workspace_name, url)


def _is_new(at: datetime | None, seen: datetime | None) -> bool:
    return at is not None and seen is not None and at > seen


def told(row: Any, seen: datetime | None) -> Line:
    """A row of ``queries.for_me``, with the reason why it is there."""
    names = {"name": row.person_name, "title": row.title or _("Untitled")}
    titles = {
        "mention": _("%(name)s mentioned you in “%(title)s”", **names),
        "answer": _("%(name)s answered you in “%(title)s”", **names),
        "comment": _("%(name)s commented on “%(title)s”", **names),
        "change": _("%(name)s changed “%(title)s”", **names),
    }
    anchor = f"#comment-{row.comment_id}" if row.comment_id else ""
    person = members.person(row)
    return Line(
        row.address + anchor,
        titles[row.reason],
        row.at,
        person,
        _place(row),
        row.excerpt or "",
        unread=_is_new(row.at, seen),
    )


def asked(row: Any, seen: datetime | None) -> Line:
    """A row of ``members.requests``."""
    return Line(
        f"/w/{row.workspace_slug}/members",
        _("%(name)s asks to join %(workspace)s", name=row.person_name, workspace=row.workspace_name),
        row.created_at,
        members.person(row),
        _place(row),
        row.message,
        unread=_is_new(row.created_at, seen),
    )


def places(mine: Sequence[Mine], lines: Iterable[Any]) -> list[tuple[Mine, Any]]:
    """The viewer's workspaces, each with the row of its latest entry or None."""
    latest = {row.workspace_id: row for row in lines}
    return [(one, latest.get(one.id)) for one in mine]


def _authors(db: Session, viewer: Viewer, rows: Sequence[Any]) -> dict[int, list[Person]]:
    """The names on entries. Those whom the viewer may not know of are names without a link."""
    found: dict[int, list[Person]] = {}
    if rows:
        for row in ask(db, viewer, queries.authors, entries=[row.id for row in rows]):
            known = viewer.is_employee
            found.setdefault(row.entry_id, []).append(members.person(row, known=known))
    return found


def _card(row: Any, authors: Iterable[Person], when: datetime | None, seen: datetime | None) -> Card:
    picture = Picture(row.file_id, row.file_name) if row.file_id else None
    return Card(
        row.address,
        row.title,
        row.summary,
        row.lang,
        when,
        tuple(authors),
        address(row.public_id, picture, "page") if picture else "",
        max(1, round((row.length or 0) / LETTERS_A_MINUTE)),
        _is_new(when, seen),
    )


def cards(db: Session, viewer: Viewer, rows: Sequence[Any], seen: datetime | None) -> list[Card]:
    """Cards of entries by the time at which they appeared."""
    authors = _authors(db, viewer, rows)
    return [_card(row, authors.get(row.id, []), row.published_at, seen) for row in rows]


def public_cards(db: Session, viewer: Viewer, rows: Sequence[Any]) -> list[Card]:
    """Cards of entries by the time at which they became public."""
    authors = _authors(db, viewer, rows)
    return [_card(row, authors.get(row.id, []), row.public_from, None) for row in rows]


def first_steps(me: Any) -> list[Step]:
    """What somebody does first, until it is done or two months have passed."""
    if me.created_at < clock.now() - NEW_FOR:
        return []
    steps = [
        Step(
            "/account/",
            _("Say who you are"),
            _("A photo, your title and a sentence help others to find you."),
            "user",
            bool(me.described),
        ),
        Step(
            "/workspaces/",
            _("Join a workspace"),
            _("See what your team and the projects are working on."),
            "folder-kanban",
            bool(me.belongs),
        ),
        Step(
            "/blog/new",
            _("Write your first post"),
            _("Introduce yourself, or share what you found out this week."),
            "square-pen",
            bool(me.wrote),
        ),
    ]
    return [] if all(step.done for step in steps) else steps


def flag(row: Any, *, with_guests: bool) -> str:
    """Who reads an entry, as ``ui.visibility`` marks it."""
    now = clock.now()
    if row.public_from and row.public_from <= now:
        return "public"
    if row.guests_from and row.guests_from <= now:
        return "guests"
    return "internal" if with_guests else ""

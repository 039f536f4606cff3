"""How many of all things found are of which kind, where, by whom: counted in rows that the viewer may read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    CTE,
    Integer,
    Select,
    String,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account
from collab.comments.models import Comment
from collab.files.models import Attachment, AttachmentText
from collab.search.rows import among, numbers, with_file
from collab.tags.models import EntryTag
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask
from collab.workspaces.models import Entry, EntryAuthor, Workspace

#: So many values are shown of each facet, those with the most hits.
MOST = 12


@dataclass(frozen=True)
class Choice:
    """One value that the search can be narrowed to: as the filter names it, as people do, and how many hits."""

    value: str
    name: str
    count: int


@dataclass(frozen=True)
class Facets:
    """How many hits there are in all, and by kind, workspace, author, tag and language; the most first."""

    total: int = 0
    kinds: Sequence[Choice] = ()
    places: Sequence[Choice] = ()
    authors: Sequence[Choice] = ()
    tags: Sequence[Choice] = ()
    langs: Sequence[Choice] = ()


@dataclass
class _Counted:
    total: int = 0
    choices: dict[str, list[Choice]] = field(default_factory=dict)


def count(
    db: Session, viewer: Viewer, wanted: Mapping[str, Sequence[int]], *, placed: bool, filed: bool
) -> Facets:
    """Count the things with these numbers, by the letters of their kinds, in one statement.

    ``placed``: only those of which the viewer may know where they are; ``filed``: entries only if they
    have a file that the viewer may read.
    """
    if not any(wanted.values()):
        return Facets()
    rows = ask(db, viewer, _statement, "".join(sorted(wanted)), placed, filed, **numbers(db, wanted))
    found = _Counted()
    for facet, value, name, hits in rows:
        if facet == "kind":
            found.total += hits
        found.choices.setdefault(facet, []).append(Choice(value, name, hits))
    first = {
        facet: sorted(some, key=lambda choice: (-choice.count, choice.name, choice.value))[:MOST]
        for facet, some in found.choices.items()
    }
    facets = ("kind", "place", "author", "tag", "lang")
    return Facets(found.total, *(first.get(facet, ()) for facet in facets))


def _statement(viewer: Viewer, letters: str, placed: bool, filed: bool) -> Any:
    """All counts; it goes past the second net because each kind of thing began at the policy."""
    found = [_SELECTS[letter](viewer, placed).where(among(letter)) for letter in letters]
    if filed and "e" in letters:
        at = letters.index("e")
        found[at] = found[at].where(with_file(viewer))
    hit = (found[0] if len(found) == 1 else union_all(*found)).cte("hit")
    counted = [
        select(
            literal("kind").label("facet"), hit.c.kind.label("value"), hit.c.kind.label("name"), func.count()
        ).group_by(hit.c.kind),
        _counted("lang", hit.c.lang, hit.c.lang, hit).where(hit.c.lang != ""),
        _places(hit),
        _authors(viewer, hit),
        _tags(hit),
    ]
    return union_all(*counted).execution_options(policy=True)


def _counted(facet: str, value: Any, name: Any, hit: CTE, number: Any = None) -> Select[Any]:
    number = func.count() if number is None else number
    return select(literal(facet), value, func.min(name), number).select_from(hit).group_by(value)


def _places(hit: CTE) -> Select[Any]:
    query = _counted("place", Workspace.slug, Workspace.name, hit)
    return query.join(Workspace, Workspace.id == hit.c.place)


def _authors(viewer: Viewer, hit: CTE) -> Select[Any]:
    """A thing is by everybody whose name stands on it, as the filter has it."""
    first = select(hit.c.letter, hit.c.number, hit.c.author.label("author")).where(hit.c.author.is_not(None))
    named = (
        select(hit.c.letter, hit.c.number, EntryAuthor.account_id)
        .join(EntryAuthor, EntryAuthor.entry_id == hit.c.number)
        .where(hit.c.letter == "e")
    )
    by = first.union(named).subquery("by")
    query: Any = select(literal("author"), Account.handle, func.min(Account.name), func.count())
    query = query.select_from(by).join(Account, Account.id == by.c.author)
    return query.where(access.people(viewer)).group_by(Account.handle)  # type: ignore[no-any-return]


def _tags(hit: CTE) -> Select[Any]:
    query = _counted("tag", EntryTag.key, EntryTag.name, hit)
    return query.join(EntryTag, EntryTag.entry_id == hit.c.number).where(hit.c.letter == "e")


def _columns(letter: str, number: Any, kind: Any, **known: Any) -> list[Any]:
    nothing = cast(null(), Integer)
    return [
        literal_column(f"'{letter}'", String).label("letter"),
        number.label("number"),
        kind.label("kind"),
        known.get("place", nothing).label("place"),
        known.get("author", nothing).label("author"),
        known.get("lang", literal("")).label("lang"),
    ]


def _kind(name: str) -> Any:
    return literal_column(f"'{name}'", String)


def _entries(viewer: Viewer, placed: bool) -> Select[Any]:
    place = whereabouts.of(viewer, Entry.workspace_id, Entry, "place")
    columns = _columns("e", Entry.id, Entry.kind, place=place, author=Entry.author_id, lang=Entry.lang)
    found = access.select_entries(viewer, Entry, *columns)
    return found.where(whereabouts.known(viewer)) if placed else found


def _part(viewer: Viewer, placed: bool, part: Any, letter: str, kind: str, **more: Any) -> Select[Any]:
    entry = aliased(Entry)
    place = whereabouts.of(viewer, part.workspace_id, entry, "place")
    columns = _columns(letter, part.id, _kind(kind), place=place, author=part.author_id, **more)
    found = access.select_parts(viewer, part, *columns).join(entry, entry.id == part.entry_id)
    found = found.where(part.deleted_at.is_(None))
    return found.where(whereabouts.known(viewer, entry)) if placed else found


def _comments(viewer: Viewer, placed: bool) -> Select[Any]:
    return _part(viewer, placed, Comment, "c", "comment")


def _files(viewer: Viewer, placed: bool) -> Select[Any]:
    lang = func.coalesce(AttachmentText.lang, "")
    found = _part(viewer, placed, Attachment, "f", "file", lang=lang)
    return found.outerjoin(AttachmentText, AttachmentText.attachment_id == Attachment.id)


def _people(viewer: Viewer, _placed: bool) -> Select[Any]:
    return select(*_columns("p", Account.id, _kind("person"))).where(access.people(viewer))


def _workspaces(viewer: Viewer, _placed: bool) -> Select[Any]:
    return select(*_columns("w", Workspace.id, _kind("workspace"))).where(access.workspaces(viewer))


_SELECTS: Mapping[str, Callable[[Viewer, bool], Select[Any]]] = {
    "e": _entries,
    "c": _comments,
    "f": _files,
    "p": _people,
    "w": _workspaces,
}

"""The rows behind things that were found, in one statement over everything that can be found.

It begins at the policy for each kind of thing; what the viewer may not read is not among the rows.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, String, case, cast, func, literal_column, null, select, union_all
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account, Firm
from collab.comments.models import Comment
from collab.db import UtcDateTime
from collab.files.models import Attachment, AttachmentText
from collab.search.numbers import AmongNumbers, listed
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask
from collab.workspaces.models import Entry, Workspace

#: Excerpts are looked for in so many letters of a text.
READ = 20_000

#: The letter of a key -> the column of its number.
NUMBERS: Mapping[str, Any] = {
    "e": Entry.id,
    "c": Comment.id,
    "f": Attachment.id,
    "p": Account.id,
    "w": Workspace.id,
}


def among(letter: str) -> AmongNumbers:
    """The condition that a thing of this kind is among those asked for; see ``numbers``."""
    return AmongNumbers(NUMBERS[letter], f"numbers_{letter}")


def numbers(db: Session, wanted: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """The values for ``among``, of each letter."""
    dialect = db.get_bind().dialect.name
    return {f"numbers_{letter}": listed(some, dialect) for letter, some in wanted.items()}


def rows(
    db: Session, viewer: Viewer, make: Callable[[Viewer, str], Select[Any]], keys: Sequence[str]
) -> Sequence[Any]:
    """The rows of those of the keys whose things the viewer may read; ``make``: see below."""
    ids: dict[str, list[int]] = {}
    for key in keys:
        ids.setdefault(key[0], []).append(int(key[1:]))
    if not ids:
        return ()
    return ask(db, viewer, make, "".join(sorted(ids)), **numbers(db, ids)).all()


def whole(viewer: Viewer, letters: str) -> Any:
    """All that is shown of a hit."""
    return _all_of(letters, [_SELECTS[letter](viewer, READ) for letter in letters])


def titles(viewer: Viewer, letters: str) -> Any:
    """All but texts."""
    return _all_of(letters, [_SELECTS[letter](viewer, 0) for letter in letters])


def ids_of(viewer: Viewer, letters: str, *, filed: bool = False) -> Any:
    """Which things there are, and whether the viewer may know where."""
    wanted = [_SELECTS[letter](viewer, 0) for letter in letters]
    if filed and "e" in letters:
        at = letters.index("e")
        wanted[at] = wanted[at].where(with_file(viewer))
    return _all_of(
        letters,
        [each.with_only_columns(*(each.selected_columns[name] for name in _PASSED)) for each in wanted],
    )


def ids_with_file(viewer: Viewer, letters: str) -> Any:
    """As ``ids_of``; of entries only those with a file that the viewer may read."""
    return ids_of(viewer, letters, filed=True)


def with_file(viewer: Viewer) -> Any:
    """A condition on entries: one of their files is for the viewer. The index knows of others, too."""
    theirs = access.select_parts(viewer, Attachment, Attachment.id).where(
        Attachment.entry_id == Entry.id, Attachment.deleted_at.is_(None)
    )
    return theirs.correlate(Entry).exists()


def _all_of(letters: str, each: Sequence[Select[Any]]) -> Any:
    """The answers of all of them, each of which began at the policy."""
    limited = [one.where(among(letter)) for letter, one in zip(letters, each, strict=True)]
    whole = limited[0] if len(limited) == 1 else union_all(*limited)
    return whole.execution_options(policy=True)


_TEXTS = ("kind", "title", "text", "lang", "address", "part", "photo")
_NAMES = ("author", "who", "firm", "place", "slug", "ref")
#: What has to be known of a thing to say whether it passes.
_PASSED = ("letter", "id", "slug")


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
        ref=Entry.public_id,
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
    # The whole text, which is short enough: a document is found by what stands on its last page, too.
    said = case((AttachmentText.text != "", " · " + AttachmentText.text), else_="") if letters else ""
    columns = _columns(
        "f",
        Attachment.id,
        title=Attachment.name,
        text=func.trim(Attachment.alt + " " + entry.title) + said,
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

"""What the index is told about each thing, read from the rows as they are now."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from collab.auth.models import Account
from collab.comments.models import Comment
from collab.files.models import Attachment, AttachmentText
from collab.search.weights import KEYS, Document
from collab.tags.models import EntryTag
from collab.workspaces.models import Entry, EntryAuthor, Workspace

BATCH = 500


def load(db: Session, keys: Iterable[str]) -> Iterator[Document]:
    """The documents for those of the keys whose things are there. ``db`` reads as the system."""
    wanted: dict[str, list[int]] = {letter: [] for letter in KEYS}
    for key in keys:
        wanted[key[0]].append(int(key[1:]))
    for letter, ids in wanted.items():
        for start in range(0, len(ids), BATCH):
            yield from _LOADERS[letter](db, ids[start : start + BATCH])


def parts_of(db: Session, entries: Iterable[int]) -> Iterator[str]:
    """The keys of what hangs on entries and is found by itself."""
    ids = list(entries)
    for letter, table in (("c", Comment), ("f", Attachment)):
        for number in db.scalars(select(table.id).where(table.entry_id.in_(ids))):
            yield f"{letter}{number}"


def all_keys(db: Session) -> Iterator[str]:
    """The keys of everything there is."""
    columns: dict[str, Any] = {
        "e": Entry.id,
        "c": Comment.id,
        "f": Attachment.id,
        "p": Account.id,
        "w": Workspace.id,
    }
    for letter, column in columns.items():
        for number in db.scalars(select(column).order_by(column)).all():
            yield f"{letter}{number}"


def _words_of(ids: Sequence[int]) -> Any:
    """Columns, not objects: an entry's body and HTML are not looked at."""
    table, files = Entry.__table__.c, Attachment.__table__.c
    filed = exists().where(files.entry_id == table.id, files.deleted_at.is_(None))
    return select(
        table.id,
        table.kind,
        table.workspace_id,
        table.title,
        table.text,
        table.lang,
        table.author_id,
        table.published_at,
        table.created_at,
        filed.label("has_file"),
    ).where(table.id.in_(ids), table.deleted_at.is_(None))


def _entries(db: Session, ids: Sequence[int]) -> Iterator[Document]:
    authors = _grouped(
        db, select(EntryAuthor.entry_id, EntryAuthor.account_id).where(EntryAuthor.entry_id.in_(ids))
    )
    tags = _grouped(
        db,
        select(EntryTag.entry_id, EntryTag.key, EntryTag.name)
        .where(EntryTag.entry_id.in_(ids))
        .order_by(EntryTag.position, EntryTag.key),
    )
    for row in db.execute(_words_of(ids)):
        yield Document(
            key=f"e{row.id}",
            kind=row.kind,
            place=row.workspace_id,
            title=row.title,
            text=row.text,
            tags=[name for _key, name in tags.get(row.id, ())],
            tag_keys=[key for key, _name in tags.get(row.id, ())],
            authors=list({row.author_id, *(author for (author,) in authors.get(row.id, ()))}),
            lang=row.lang,
            at=row.published_at or row.created_at,
            entry=row.id,
            has_file=bool(row.has_file),
        )


def _comments(db: Session, ids: Sequence[int]) -> Iterator[Document]:
    for comment in db.scalars(select(Comment).where(Comment.id.in_(ids), Comment.deleted_at.is_(None))):
        yield Document(
            key=f"c{comment.id}",
            kind="comment",
            place=comment.workspace_id,
            title="",
            text=comment.text,
            authors=(comment.author_id,),
            at=comment.created_at,
            entry=comment.entry_id,
        )


def _files(db: Session, ids: Sequence[int]) -> Iterator[Document]:
    rows = db.execute(
        select(Attachment, AttachmentText.text, AttachmentText.lang)
        .outerjoin(AttachmentText, AttachmentText.attachment_id == Attachment.id)
        .where(Attachment.id.in_(ids), Attachment.deleted_at.is_(None), Attachment.edition != "former")
    )
    for file, text, lang in rows:
        yield Document(
            key=f"f{file.id}",
            kind="file",
            place=file.workspace_id,
            title=f"{file.name} {file.name.replace('_', ' ')}",
            text=f"{file.alt}\n{text or ''}".strip(),
            authors=(file.author_id,),
            lang=lang or "",
            at=file.created_at,
            entry=file.entry_id,
            has_file=True,
        )


def _people(db: Session, ids: Sequence[int]) -> Iterator[Document]:
    for person in db.scalars(select(Account).where(Account.id.in_(ids))):
        about = f"{person.title}\n{person.location}\n{person.bio}"
        yield Document(
            f"p{person.id}", "person", 0, f"{person.name} {person.handle}", about, at=person.created_at
        )


def _workspaces(db: Session, ids: Sequence[int]) -> Iterator[Document]:
    for place in db.scalars(select(Workspace).where(Workspace.id.in_(ids))):
        yield Document(f"w{place.id}", "workspace", 0, place.name, place.purpose, at=place.created_at)


def _grouped(db: Session, query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for entry, *values in db.execute(query):
        found.setdefault(entry, []).append(tuple(values))
    return found


_LOADERS = {"e": _entries, "c": _comments, "f": _files, "p": _people, "w": _workspaces}

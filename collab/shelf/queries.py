"""What can be asked about files and folders. Every statement starts at the access policy."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, defer

from collab import clock
from collab.auth.models import Account, Firm
from collab.errors import Invalid
from collab.files.models import Attachment
from collab.history.queries import WHO
from collab.shelf import names
from collab.shelf.models import Document, DocumentVersion, Folder, Item
from collab.tags.models import EntryTag
from collab.viewer import Viewer
from collab.web import paging
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Workspace
from collab.workspaces.watching import watched

Rows = Select[*tuple[Any, ...]]
#: What a list can be sorted by -> (column, the largest first?).
ORDERS: dict[str, tuple[Any, bool]] = {
    "name": (Item.sort_key, False),
    "date": (Item.updated_at, True),
    "size": (Item.size, True),
}
LISTED = (
    Item.id,
    Item.public_id,
    Item.kind,
    Item.title,
    Item.address,
    Item.size,
    Item.media_type,
    Item.number,
    Item.updated_at,
    Item.guests_from,
    Item.public_from,
    Item.locked_by_id,
    Item.locked_until,
    Item.parent_id,
)
#: So many folders are offered to put something into.
MOST_FOLDERS = 2000


def at(db: Session, viewer: Viewer, slug: str, public_id: str) -> Row[Any] | None:
    """(Item, Workspace, ``locker``: a name, ``watched``, ``tags``) at this address, if the viewer may read it."""
    found: Row[Any] | None = ask(db, viewer, _at, slug=slug, public_id=public_id).first()
    if found is not None:
        access.note(db, viewer, found.Workspace, found.Item, found)
    return found


def _at(viewer: Viewer) -> Rows:
    return (
        access.select_entries(
            viewer,
            Item,
            Item,
            Workspace,
            Account.name.label("locker"),
            watched(viewer, Item).label("watched"),
            *access.held(viewer, Item),
            _tag_names(viewer).label("tags"),
        )
        .join(Workspace, Workspace.id == Item.workspace_id)
        .outerjoin(Account, Account.id == Item.locked_by_id)
        .where(Workspace.slug == parameter("slug"), Item.public_id == parameter("public_id"))
        .where(whereabouts.known(viewer, Item))
        .options(defer(Item.text))
    )


def _tag_names(viewer: Viewer) -> ColumnElement[str]:
    """The names of an item's tags, with line breaks between them."""
    names_of = func.aggregate_strings(EntryTag.name, "\n")
    found = access.select_parts(viewer, EntryTag, names_of).where(EntryTag.entry_id == Item.id)
    return found.correlate_except(EntryTag).scalar_subquery()


def get(db: Session, viewer: Viewer, slug: str, public_id: str, kind: type[Item] = Item) -> Any:
    """The file or folder at this address. Raises NotFound alike for hidden and for missing."""
    place = select(Workspace.id).where(Workspace.slug == slug)
    known = whereabouts.known(viewer, kind)
    return access.get(db, viewer, kind, kind.place_id.in_(place), kind.public_id == public_id, known)


def folder(db: Session, viewer: Viewer, place_id: int, public_id: str | None) -> Folder | None:
    """The folder of the workspace that a form names; None for none. Invalid for one that nobody sees there."""
    if not public_id:
        return None
    query = access.select_entries(viewer, Folder)
    found: Folder | None = db.scalar(query.where(Folder.place_id == place_id, Folder.public_id == public_id))
    if found is None:
        raise Invalid({"folder": "unknown_folder"})
    return found


def _here(viewer: Viewer, inside: bool) -> ColumnElement[bool]:
    """In the folder ``folder``, or beside the folders that the viewer sees."""
    if inside:
        within: ColumnElement[bool] = Item.parent_id == parameter("folder")
        return within
    seen = access.select_entries(viewer, Folder, Folder.id).where(Folder.place_id == parameter("place"))
    return or_(Item.parent_id.is_(None), Item.parent_id.not_in(seen.correlate(None)))


def _listed(viewer: Viewer, inside: bool, order: str, after: bool) -> Rows:
    column, descending = ORDERS[order]
    query = (
        access.select_entries(viewer, Item, *LISTED, Account.name.label("locker"))
        .outerjoin(Account, and_(Account.id == Item.locked_by_id, Item.locked_until > access.NOW))
        .where(Item.place_id == parameter("place"), _here(viewer, inside), whereabouts.known(viewer, Item))
    )
    return paging.ordered(query, column, Item.id.expression, after=after, descending=descending)


def listed(
    db: Session,
    viewer: Viewer,
    place_id: int,
    inside: Folder | None,
    *,
    order: str = "name",
    cursor: str | None = None,
    limit: int = 100,
) -> paging.Page[Row[Any]]:
    """A part of what is in the folder, or beside the folders."""
    values = paging.values(ORDERS[order][0], cursor, limit)
    shape = (inside is not None, order, bool(cursor))
    where = {"place": place_id} | ({"folder": inside.id} if inside else {})
    return paging.cut(ask(db, viewer, _listed, *shape, **where, **values).all(), limit)


def crumbs(db: Session, viewer: Viewer, item: Item) -> Sequence[Row[Any]]:
    """The folders in which it lies, the outermost first, as far as the viewer sees them all the way up."""
    rows = ask(db, viewer, _crumbs, id=item.id).all() if item.parent_id is not None else ()
    seen, wanted = [], item.parent_id
    for row in rows:  # the nearest first
        if row.id != wanted:
            break  # what is above a hidden one is not above it for the viewer
        seen.append(row)
        wanted = row.parent_id
    return seen[::-1]


def _crumbs(viewer: Viewer) -> Rows:
    rows: Any = Item.__table__
    upper = aliased(rows)
    start = select(rows.c.parent_id.label("id"), literal(1).label("steps")).where(
        rows.c.id == parameter("id")
    )
    chain = start.cte("above", recursive=True)
    chain = chain.union(
        select(upper.c.parent_id, chain.c.steps + 1).where(
            upper.c.id == chain.c.id, chain.c.steps <= names.DEEPEST * 2
        )
    )
    columns = (Folder.id, Folder.parent_id, Folder.public_id, Folder.title, Folder.address)
    query = access.select_entries(viewer, Folder, *columns).join(chain, chain.c.id == Folder.id)
    return query.order_by(chain.c.steps)


def folders(db: Session, viewer: Viewer, place_id: int) -> Sequence[Row[Any]]:
    """All folders of a workspace that the viewer sees (id, parent_id, public_id, title, guests_from)."""
    return ask(db, viewer, _folders, place=place_id).all()


def _folders(viewer: Viewer) -> Rows:
    columns = (Folder.id, Folder.parent_id, Folder.public_id, Folder.title, Folder.guests_from)
    query = access.select_entries(viewer, Folder, *columns).where(Folder.place_id == parameter("place"))
    return query.order_by(Folder.sort_key).limit(MOST_FOLDERS)


def named(db: Session, viewer: Viewer, place_id: int, inside: Folder | None, title: str) -> Sequence[Any]:
    """What the viewer sees there under this name, or one that people take for the same; files and folders."""
    there = Item.parent_id == inside.id if inside else Item.parent_id.is_(None)
    keys = [names.sort_key(title, folder=folder) for folder in (True, False)]
    query = access.select_entries(viewer, Item).where(
        Item.place_id == place_id, there, Item.sort_key.in_(keys)
    )
    found: Sequence[Item] = db.scalars(query.order_by(Item.id)).all()
    return [item for item in found if names.same(item.title, title)]


def chosen(db: Session, viewer: Viewer, place_id: int, public_ids: Sequence[str]) -> Sequence[Item]:
    """Those of these files and folders of the workspace that the viewer reads, folders first."""
    query = access.select_entries(viewer, Item)
    query = query.where(Item.place_id == place_id, Item.public_id.in_(public_ids[:1000]))
    found: Sequence[Item] = db.scalars(query.order_by(Item.sort_key, Item.id)).all()
    return found


def outermost(db: Session, viewer: Viewer, place_id: int) -> Sequence[Item]:
    """Everything that lies beside the viewer's folders of a workspace, and they themselves."""
    query = access.select_entries(viewer, Item).where(Item.place_id == place_id)
    query = query.where(_here(viewer, inside=False)).order_by(Item.sort_key, Item.id)
    return db.scalars(query, {"place": place_id}).all()


def inside(db: Session, viewer: Viewer, item: Folder) -> Sequence[Item]:
    """Everything in a folder, at any depth, that the viewer reads."""
    query = access.select_entries(viewer, Item).where(Item.id.in_(item.below()))
    found: Sequence[Item] = db.scalars(query.order_by(Item.sort_key, Item.id)).all()
    return found


# Versions -----------------------------------------------------------------------------------------


def versions(db: Session, viewer: Viewer, document: Document) -> Sequence[Row[Any]]:
    """The versions of a file with their bytes and who made them, the latest first."""
    return ask(db, viewer, _versions, entry=document.id).all()


def _versions(viewer: Viewer) -> Rows:
    version = (DocumentVersion.number, DocumentVersion.note, DocumentVersion.created_at)
    return (
        access.select_parts(viewer, DocumentVersion, *version, Attachment, *WHO)
        .join(Attachment, Attachment.id == DocumentVersion.attachment_id)
        .join(Account, Account.id == DocumentVersion.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(DocumentVersion.entry_id == parameter("entry"), access.parts(viewer, Attachment))
        .order_by(DocumentVersion.number.desc())
        .limit(500)
    )


def bytes_of(db: Session, viewer: Viewer, documents: Sequence[int]) -> dict[int, Attachment]:
    """What these files are at present, by entry."""
    query = access.select_parts(viewer, Attachment).where(
        Attachment.entry_id.in_(documents), Attachment.edition == "present", Attachment.deleted_at.is_(None)
    )
    return {file.entry_id: file for file in db.scalars(query)}


def present(db: Session, viewer: Viewer, document: Document, number: int | None = None) -> Attachment:
    """What the file is, or was in the version ``number``. Raises NotFound."""
    version = access.select_parts(viewer, DocumentVersion, DocumentVersion.attachment_id)
    version = version.where(
        DocumentVersion.entry_id == document.id,
        DocumentVersion.number == (document.number if number is None else number),
    )
    wanted = Attachment.id.in_(version.correlate(None))
    found: Attachment = access.get_part(db, viewer, Attachment, Attachment.entry_id == document.id, wanted)
    return found


def elsewhere(db: Session, viewer: Viewer, public_id: str) -> str | None:
    """The address of a file or folder that was moved into another workspace, if the viewer reads it there."""
    query = access.select_entries(viewer, Item, Item.address)
    found: str | None = db.scalar(query.where(Item.public_id == public_id, whereabouts.known(viewer, Item)))
    return found


def tags(db: Session, viewer: Viewer, item: Item) -> Sequence[Row[Any]]:
    return ask(db, viewer, _tags, entry=item.id).all()


def _tags(viewer: Viewer) -> Rows:
    query = access.select_parts(viewer, EntryTag, EntryTag.key, EntryTag.name)
    return query.where(EntryTag.entry_id == parameter("entry")).order_by(EntryTag.position)


def is_locked(item: Any, viewer: Viewer | None = None) -> bool:
    """Is it locked now, by somebody else than the viewer if one is given?"""
    if item.locked_until is None or item.locked_until <= clock.now():
        return False
    return viewer is None or item.locked_by_id != viewer.account_id

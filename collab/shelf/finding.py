"""Finding files and folders of a workspace by their names, in whatever folder they lie."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, and_
from sqlalchemy.orm import Session

from collab.auth.models import Account
from collab.shelf.models import Folder, Item
from collab.shelf.queries import LISTED
from collab.viewer import Viewer
from collab.web import paging
from collab.workspaces import access, whereabouts
from collab.workspaces.queries import contains

#: So many words of what is asked are looked for.
WORDS = 8


def named_like(
    db: Session, viewer: Viewer, place_id: int, words: str, cursor: str | None = None
) -> paging.Page[Row[Any]]:
    """What holds all of these words, or parts of words, in its name; as ``queries.listed`` answers it."""
    query = (
        access.select_entries(viewer, Item, *LISTED, Account.name.label("locker"))
        .outerjoin(Account, and_(Account.id == Item.locked_by_id, Item.locked_until > access.NOW))
        .where(Item.place_id == place_id, whereabouts.known(viewer, Item))
    )
    for word in words.split()[:WORDS]:
        query = query.where(contains(Item.title, word))
    return paging.page(
        db, query, Item.sort_key, Item.id.expression, cursor=cursor, limit=100, descending=False
    )


def folders_of(db: Session, viewer: Viewer, rows: Iterable[Row[Any]]) -> dict[int, str]:
    """The names of the folders in which these lie, of those that the viewer sees."""
    ids = {row.parent_id for row in rows if row.parent_id is not None}
    query = access.select_entries(viewer, Folder, Folder.id, Folder.title).where(Folder.id.in_(ids))
    return {row.id: row.title for row in db.execute(query)} if ids else {}

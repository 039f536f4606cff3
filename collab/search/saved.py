"""Saved searches: everybody's own, and nobody else's to know of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from collab import clock, text
from collab.auth.models import Account
from collab.errors import Invalid, NotFound
from collab.search import addresses
from collab.search.forms import Asked
from collab.search.models import SavedSearch
from collab.viewer import Viewer

MOST = 50
LONGEST_NAME = 80
#: For so long a deleted one can be brought back.
GONE_AFTER = timedelta(days=7)


def _own(viewer: Viewer) -> ColumnElement[bool]:
    return and_(SavedSearch.account_id == viewer.me, SavedSearch.deleted_at.is_(None))


def mine(db: Session, viewer: Viewer) -> Sequence[SavedSearch]:
    """The viewer's saved searches, by name."""
    query = select(SavedSearch).where(_own(viewer))
    return db.scalars(query.order_by(func.lower(SavedSearch.name), SavedSearch.id)).all()


@dataclass(frozen=True)
class Beside:
    """What the search page shows of all this: the question as it is kept, and as what; without one, the list."""

    query: str = ""
    kept: SavedSearch | None = None
    name: str = ""
    all: Sequence[SavedSearch] = ()


def beside(db: Session, viewer: Viewer, asked: Asked) -> Beside:
    """For a search page. Nothing for who looks as somebody else: saved searches are one's own."""
    if viewer.looker is not None:
        return Beside()
    query = addresses.written(asked)
    if not query:
        return Beside(all=mine(db, viewer))
    return Beside(query, among(db, viewer, query), addresses.name(asked))


def get(db: Session, viewer: Viewer, public_id: str, *, deleted: bool = False) -> SavedSearch:
    """One of the viewer's own; NotFound for everything else."""
    which = and_(SavedSearch.public_id == public_id, SavedSearch.account_id == viewer.me)
    found = db.scalar(select(SavedSearch).where(which))
    if found is None or (found.deleted_at is not None) is not deleted:
        raise NotFound
    return found


def among(db: Session, viewer: Viewer, query: str) -> SavedSearch | None:
    """The one with which the viewer has saved this very question."""
    return db.scalars(select(SavedSearch).where(_own(viewer), SavedSearch.query == query).limit(1)).first()


def save(db: Session, viewer: Viewer, query: str, name: str) -> SavedSearch:
    """Keep the question of a search's address. Saving the same question again only gives it the name.

    Raises Invalid for what asks nothing, and when there are ``MOST`` already.
    """
    asked = addresses.asked(query)
    kept = addresses.written(asked)
    if not kept:
        raise Invalid({"query": "nothing_asked"})
    name = text.clean_line(name)[:LONGEST_NAME] or addresses.name(asked)
    known = among(db, viewer, kept)
    if known is not None:
        known.name = name
        return known
    _room_for_one(db, viewer)
    made = SavedSearch(account_id=viewer.me, name=name, query=kept, created_at=clock.now(), followed=False)
    db.add(made)
    db.flush()
    return made


def _room_for_one(db: Session, viewer: Viewer) -> None:
    db.execute(select(Account.id).where(Account.id == viewer.me).with_for_update())  # one after the other
    count = db.scalar(select(func.count()).select_from(SavedSearch).where(_own(viewer))) or 0
    if count >= MOST:
        raise Invalid({"": "too_many_searches"}, max=MOST)


def rename(db: Session, viewer: Viewer, public_id: str, name: str) -> SavedSearch:
    """Another name for one of the viewer's own."""
    found = get(db, viewer, public_id)
    cleaned = text.clean_line(name)
    if not cleaned:
        raise Invalid({"name": "required"})
    if len(cleaned) > LONGEST_NAME:
        raise Invalid({"name": "too_long"}, max=LONGEST_NAME)
    found.name = cleaned
    return found


def remove(db: Session, viewer: Viewer, public_id: str) -> SavedSearch:
    """Delete one of the viewer's own; it no longer is followed, and can be brought back for a while."""
    found = get(db, viewer, public_id)
    found.deleted_at = clock.now()
    return found


def restore(db: Session, viewer: Viewer, public_id: str) -> SavedSearch:
    """Bring a deleted one back, as it was."""
    found = get(db, viewer, public_id, deleted=True)
    _room_for_one(db, viewer)
    found.deleted_at = None
    return found


def forget(db: Session) -> None:
    """Deleted ones go for good, and those of people whose name has been taken away. Called by the worker."""
    gone = select(Account.id).where(Account.anonymised_at.is_not(None))
    db.execute(delete(SavedSearch).where(SavedSearch.account_id.in_(gone)))
    db.execute(delete(SavedSearch).where(SavedSearch.deleted_at < clock.now() - GONE_AFTER))

"""Saved searches: everybody's own, and nobody else's to know of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from collab import clock, text
from collab.auth.models import Account
from collab.errors import Invalid, NotFound, Refused
from collab.search import addresses, news
from collab.search.engine import Engine
from collab.search.forms import Asked
from collab.search.models import SavedSearch
from collab.search.passing import Unusable
from collab.viewer import Viewer

MOST = 50
LONGEST_NAME = 80
#: For so long a deleted one can be brought back.
GONE_AFTER = timedelta(days=7)
#: What finds more cannot be followed: nobody could keep up with it.
TOO_MUCH = 20_000
#: News are counted for so many of a list.
COUNTED = 20
#: So many stand on the empty search page.
FIRST = 8


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
    all: Sequence["Listed"] = ()


@dataclass(frozen=True)
class Listed:
    """A saved search in a list. ``new``: how many answers its owner has not seen; None: not counted."""

    public_id: str
    name: str
    query: str
    followed: bool
    new: int | None


def listed(db: Session, viewer: Viewer, engine: Engine, most: int = MOST) -> list[Listed]:
    """The viewer's saved searches, by name, the first with what is new."""
    found = []
    for number, one in enumerate(mine(db, viewer)[:most]):
        new = news.unseen(db, viewer, engine, one) if number < COUNTED else None
        found.append(
            Listed(one.public_id, one.name, one.query, one.followed, None if new is None else len(new))
        )
    return found


def beside(db: Session, viewer: Viewer, engine: Engine, asked: Asked) -> Beside:
    """For a search page. Nothing for who looks as somebody else: saved searches are one's own."""
    if viewer.looker is not None:
        return Beside()
    query = addresses.written(asked)
    if not query:
        return Beside(all=listed(db, viewer, engine, FIRST))
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


def save(db: Session, viewer: Viewer, engine: Engine, query: str, name: str) -> SavedSearch:
    """Keep the question of a search's address. Saving the same question again only gives it the name.

    What answers now counts as seen.

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
    made.seen = _all_there(db, viewer, engine, made)
    db.add(made)
    db.flush()
    return made


def _all_there(db: Session, viewer: Viewer, engine: Engine, search: SavedSearch) -> bytes | None:
    """All that answers now, to be compared with later; None while the index cannot be asked."""
    try:
        found = news.answers(db, viewer, engine, search.query)
    except Unusable:
        return None
    return news.pack(found)


def see(db: Session, viewer: Viewer, engine: Engine, public_id: str) -> None:
    """The viewer looks at all that answers now: nothing of it is new any more."""
    found = get(db, viewer, public_id)
    seen = _all_there(db, viewer, engine, found)
    if seen is not None:
        found.seen = seen


def follow(db: Session, viewer: Viewer, engine: Engine, public_id: str) -> SavedSearch:
    """From now on, mails tell what is new; nothing that is there already.

    Raises Refused while the index cannot be asked, and Invalid for what finds too much.
    """
    found = get(db, viewer, public_id)
    if found.followed:
        return found
    try:
        there = news.answers(db, viewer, engine, found.query)
    except Unusable as error:
        raise Refused(503, "catching_up") from error
    if len(there) > TOO_MUCH:
        raise Invalid({"": "finds_too_much"}, max=TOO_MUCH)
    found.followed, found.told, found.looked_at = True, news.pack(there), clock.now()
    return found


def unfollow(db: Session, viewer: Viewer, public_id: str) -> SavedSearch:
    """No mails about this one any more."""
    found = get(db, viewer, public_id)
    found.followed, found.told = False, None
    return found


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

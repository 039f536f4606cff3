"""What can be asked about people. A viewer finds only those whom ``access.people`` lets them know."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account, Firm
from collab.errors import NotFound
from collab.viewer import Viewer
from collab.workspaces import access, members, whereabouts
from collab.workspaces.models import Entry, EntryAuthor, Workspace
from collab.workspaces.queries import Rows

LATEST = 10


@dataclass(frozen=True)
class Filter:
    """Which people: words in name, handle, title or place, and of which kind."""

    words: str = ""
    kind: str = "employee"


def directory(viewer: Viewer, wanted: Filter) -> Rows:
    """Rows (``members.PERSON``) of people for the directory: those who are here, also without sign-in."""
    now = clock.now()
    here = and_(Account.status != "suspended", or_(Account.ends_at.is_(None), Account.ends_at > now))
    query = (
        select(*members.PERSON)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(access.people(viewer), here, Account.kind == wanted.kind)
    )
    return members.matching(query, wanted.words)


def profile(db: Session, viewer: Viewer, handle: str) -> Any:
    """The row of a person whom the viewer may know of, with all that a profile shows; else NotFound."""
    found = db.execute(
        select(
            *members.PERSON,
            Account.status,
            Account.bio,
            Account.email,
            Account.timezone,
            Account.ends_at,
        )
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Account.handle == handle, access.people(viewer))
    ).first()
    if found is None:
        raise NotFound
    return found


def photo(db: Session, viewer: Viewer, handle: str) -> str:
    """The hash of the person's photo; NotFound without one, and for people not to be known."""
    found = db.scalar(select(Account.photo).where(Account.handle == handle, access.people(viewer)))
    if found is None:
        raise NotFound
    return found


def written(viewer: Viewer, account_id: int) -> Rows:
    """Rows of the latest entries that the person wrote and the viewer may read."""
    named = select(EntryAuthor.entry_id).where(EntryAuthor.account_id == account_id)
    return (
        access.select_entries(
            viewer,
            Entry,
            Entry.title,
            whereabouts.address(viewer),
            Entry.lang,
            Entry.summary,
            Entry.published_at,
            *whereabouts.columns(viewer),
        )
        .join(Workspace, Workspace.id == Entry.workspace_id)
        .where(
            or_(Entry.author_id == account_id, Entry.id.in_(named)),
            Entry.published_at <= clock.now(),
        )
        .order_by(Entry.published_at.desc(), Entry.id.desc())
        .limit(LATEST)
    )


def suggest(viewer: Viewer, words: str, entry_id: int | None, limit: int, *, guests: bool = False) -> Rows:
    """Rows of people to mention or to name, the best first; with ``entry_id`` only its readers."""
    query = members.found(viewer, words)
    if guests:
        query = query.where(Account.kind == "guest")
    if entry_id is not None:
        query = query.where(Account.id.in_(access.readers(entry_id)))
    return query.limit(limit)

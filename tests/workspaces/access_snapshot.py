"""A database as the oracle sees worlds: the way back from ``access_world.store``."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.auth.models import Account
from collab.workspaces.models import Entry, EntryAuthor, EntryGrant, Membership, ShareLink, Workspace
from tests.workspaces.access_world import (
    FIRST_ID,
    NOON,
    PARTS,
    Everything,
    Grant,
    Link,
    Member,
    Person,
    Piece,
    Place,
    Words,
)


def hours(moment: datetime | None) -> Any:
    """How long after noon that is; the way back from ``hour``."""
    return None if moment is None else (moment - NOON).total_seconds() / 3600


def read(db: Session) -> Everything:
    """Everything from ``FIRST_ID`` on, in a session that sees it all."""
    return Everything(
        people=tuple(_people(db)),
        places=tuple(_places(db)),
        members=tuple(_members(db)),
        entries=tuple(_entries(db)),
        pieces=tuple(_pieces(db)),
        grants=tuple(_grants(db)),
        links=tuple(_links(db)),
    )


def _people(db: Session) -> Iterator[Person]:
    columns = (Account.id, Account.kind, Account.status, Account.ends_at, Account.firm_id, Account.is_admin)
    for row in db.execute(select(*columns).where(Account.id >= FIRST_ID).order_by(Account.id)):
        yield Person(row.id, row.kind, row.status, hours(row.ends_at), row.firm_id, row.is_admin)


def _places(db: Session) -> Iterator[Place]:
    columns = (Workspace.visibility, Workspace.clean_room, Workspace.allows_public, Workspace.archived_at)
    found = select(Workspace.id, *columns).where(Workspace.id >= FIRST_ID).order_by(Workspace.id)
    for row in db.execute(found):
        archived = row.archived_at is not None
        yield Place(row.id, row.visibility, row.clean_room, row.allows_public, archived)


def _members(db: Session) -> Iterator[Member]:
    columns = (Membership.workspace_id, Membership.account_id, Membership.role, Membership.ends_at)
    found = select(Membership.id, *columns).where(Membership.id >= FIRST_ID).order_by(Membership.id)
    for row in db.execute(found):
        yield Member(row.id, row.workspace_id, row.account_id, row.role, hours(row.ends_at))


def _entries(db: Session) -> Iterator[Words]:
    named = defaultdict(list)
    authors = select(EntryAuthor.entry_id, EntryAuthor.account_id).order_by(EntryAuthor.position)
    for row in db.execute(authors):
        named[row.entry_id].append(row.account_id)
    columns = (
        Entry.id,
        Entry.workspace_id,
        Entry.author_id,
        Entry.published_at,
        Entry.guests_from,
        Entry.public_from,
        Entry.deleted_at,
    )
    for row in db.execute(select(*columns).where(Entry.id >= FIRST_ID).order_by(Entry.id)):
        others = tuple(person for person in named[row.id] if person != row.author_id)
        moments = (hours(row.published_at), hours(row.guests_from), hours(row.public_from))
        yield Words(row.id, row.workspace_id, row.author_id, others, *moments, row.deleted_at is not None)


def _pieces(db: Session) -> Iterator[Piece]:
    for table, (key, _) in PARTS.items():
        optional = ("author_id", "account_id", "internal", "with_comment", "guest_id")
        names = [name for name in optional if hasattr(table, name)]
        columns = [getattr(table, name) for name in names]
        found = select(getattr(table, key).label("key"), table.entry_id, table.workspace_id, *columns)
        for row in db.execute(found.where(table.entry_id >= FIRST_ID)):
            told: dict[str, Any] = {name: getattr(row, name) for name in names}
            yield Piece(
                table,
                row.key,
                row.entry_id,
                row.workspace_id,
                told.get("author_id") or told.get("account_id") or 0,
                told.get("internal", False),
                told.get("with_comment", False),
                told.get("guest_id"),
            )


def _grants(db: Session) -> Iterator[Grant]:
    for grant in db.scalars(select(EntryGrant).where(EntryGrant.id >= FIRST_ID).order_by(EntryGrant.id)):
        holder = (grant.account_id, grant.firm_id)
        ends = hours(grant.ends_at)
        yield Grant(grant.id, grant.entry_id, grant.workspace_id, *holder, ends, grant.may_comment)


def _links(db: Session) -> Iterator[Link]:
    for link in db.scalars(select(ShareLink).where(ShareLink.id >= FIRST_ID).order_by(ShareLink.id)):
        where = (link.entry_id, link.workspace_id, link.created_by_id)
        revoked = link.revoked_at is not None
        yield Link(link.id, *where, hours(link.ends_at), link.may_comment, revoked)

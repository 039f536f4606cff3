"""Worlds for the policy: people, places, entries and parts as plain values, and how they are stored.

Times are whole hours from ``NOON``; None means never. Nothing here knows the rule.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from collab.auth.models import Account, Firm
from collab.calendar.models import CalendarAnswer, CalendarChange
from collab.comments.mentions import Mention
from collab.comments.models import Comment, Origin, Quotation
from collab.db import Base
from collab.files.models import Attachment
from collab.home.models import Pin
from collab.ideas.models import IdeaVote
from collab.pages.models import Editing, PageLink
from collab.polls.models import Ballot, PollOption, Vote, Voter
from collab.reactions.models import Reaction
from collab.shelf.models import DocumentVersion
from collab.tags.models import EntryTag
from collab.tasks.models import TaskApproval, TaskAssignee, TaskDependency, TaskItem
from collab.workspaces.models import (
    Entry,
    EntryAlias,
    EntryAuthor,
    EntryGrant,
    Membership,
    Part,
    Revision,
    ShareLink,
    Workspace,
)
from collab.workspaces.watching import Watch

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRST_ID = 1000  # above the ids of whatever is in the database already


def hour(hours: int | None) -> datetime | None:
    return None if hours is None else NOON + timedelta(hours=hours)


@dataclass(frozen=True)
class Person:
    id: int
    kind: str = "employee"
    status: str = "active"
    ends: int | None = None
    firm: int | None = None
    admin: bool = False


@dataclass(frozen=True)
class Place:
    id: int
    visibility: str = "open"
    clean_room: bool = False
    allows_public: bool = False
    archived: bool = False


@dataclass(frozen=True)
class Member:
    id: int
    place: int
    person: int
    role: str = "contributor"
    ends: int | None = None


@dataclass(frozen=True)
class Words:
    """An entry."""

    id: int
    place: int
    author: int
    others: tuple[int, ...] = ()
    published: int | None = None
    guests: int | None = None
    public: int | None = None
    deleted: bool = False


@dataclass(frozen=True)
class Piece:
    """A part of an entry. ``key`` tells it among all pieces of its table; read back, it is the stored one."""

    table: type[Part]
    key: Any
    entry: int
    place: int
    author: int
    internal: bool = False
    with_comment: bool = False
    guest: int | None = None


@dataclass(frozen=True)
class Grant:
    """One entry, shared with a person or with a firm."""

    id: int
    entry: int
    place: int
    person: int | None
    firm: int | None
    ends: int
    talk: bool = True


@dataclass(frozen=True)
class Link:
    """One entry, shared with whoever has the address."""

    id: int
    entry: int
    place: int
    maker: int
    ends: int
    talk: bool = False
    revoked: bool = False


@dataclass(frozen=True, eq=False)
class Everything:
    """A world. It is itself alone: so that what was found out about it can be kept."""

    people: tuple[Person, ...]
    places: tuple[Place, ...]
    members: tuple[Member, ...]
    entries: tuple[Words, ...]
    pieces: tuple[Piece, ...] = field(default=())
    grants: tuple[Grant, ...] = field(default=())
    links: tuple[Link, ...] = field(default=())


#: Kinds of parts -> (column that tells rows apart, further columns of a row): one of each sort at least.
#: A new kind of part has to be thought about here and in the oracle, or below.
PARTS: dict[type[Any], tuple[str, dict[str, Any]]] = {
    Comment: ("id", {"body": "", "html": "", "text": ""}),
    Attachment: ("id", {"name": "a.txt", "media_type": "text/plain", "size": 1, "sha256": "0" * 64}),
    Revision: ("id", {"title": "", "body": "", "note": ""}),
    EntryAlias: ("id", {"kind": "post"}),
    Reaction: ("kind", {}),
    EntryTag: ("key", {"name": "tag"}),
    PageLink: ("target", {}),
    Editing: ("author_id", {"since": NOON, "seen_at": NOON}),
    Mention: ("comment_id", {}),
}

#: Further kinds of parts -> the kind for which the policy asks the same (a test compares).
ALIKE: dict[type[Any], type[Any]] = {
    Ballot: PageLink,
    CalendarAnswer: Revision,
    CalendarChange: EntryTag,
    DocumentVersion: Revision,
    IdeaVote: Revision,
    Origin: Mention,
    Pin: PageLink,
    PollOption: PageLink,
    Quotation: Mention,
    TaskApproval: Revision,
    TaskAssignee: Revision,
    TaskDependency: PageLink,
    TaskItem: Revision,
    Vote: Revision,
    Voter: Revision,
    Watch: PageLink,
}


def key_column(table: type[Any]) -> Any:
    """What tells the pieces of one table apart, as stored by ``store``."""
    return getattr(table, PARTS[table][0])


def stored_key(piece: Piece) -> Any:
    if isinstance(piece.key, str):
        return piece.key
    if piece.table is Reaction:
        return ("like", "thanks", "read")[piece.key % 3]
    if piece.table is Editing:
        return piece.author
    return str(piece.key) if PARTS[piece.table][0] in ("key", "target") else piece.key


def store(db: Session, world: Everything) -> None:
    """Put the world into the open transaction, beside what is there already."""
    firms = {person.firm for person in world.people} - {None}
    _rows(
        db, Firm, ({"id": firm, "name": f"Firm {firm}", "domains": [], "created_at": NOON} for firm in firms)
    )
    _rows(db, Account, map(_account, world.people))
    _rows(db, Workspace, map(_workspace, world.places))
    _rows(db, Membership, map(_membership, world.members))
    _rows(db, Entry, map(_entry, world.entries))
    _rows(
        db,
        EntryAuthor,
        (
            {"entry_id": words.id, "account_id": person, "position": position}
            for words in world.entries
            for position, person in enumerate(dict.fromkeys((*_first(words), *words.others)))
        ),
    )
    _rows(db, EntryGrant, (_grant(grant, world.people[0].id) for grant in world.grants))
    _rows(db, ShareLink, map(_link, world.links))
    for table in PARTS:
        _rows(db, table, (_piece(piece) for piece in world.pieces if piece.table is table))


def _first(words: Words) -> tuple[int, ...]:
    """The author's name does not stand among the authors of every third entry: the rule must not rely on it."""
    return (words.author,) if words.id % 3 else ()


def _rows(db: Session, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        db.execute(insert(table.__table__), found)  # type: ignore[arg-type]


def _account(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "handle": f"p{person.id}",
        "name": f"Person {person.id}",
        "kind": person.kind,
        "status": person.status,
        "is_admin": person.admin,
        "firm_id": person.firm,
        "ends_at": hour(person.ends),
        "created_at": NOON,
    }


def _workspace(place: Place) -> dict[str, Any]:
    values = {name: value for name, value in asdict(place).items() if name != "archived"}
    return values | {
        "archived_at": NOON if place.archived else None,
        "slug": f"s{place.id}",
        "name": f"Place {place.id}",
        "created_at": NOON,
    }


def _membership(member: Member) -> dict[str, Any]:
    return {
        "id": member.id,
        "workspace_id": member.place,
        "account_id": member.person,
        "role": member.role,
        "ends_at": hour(member.ends),
        "created_at": NOON,
    }


def _entry(words: Words) -> dict[str, Any]:
    return {
        "id": words.id,
        "kind": "post",
        "workspace_id": words.place,
        "title": f"Entry {words.id}",
        "author_id": words.author,
        "created_at": NOON,
        "updated_at": NOON,
        "published_at": hour(words.published),
        "guests_from": hour(words.guests),
        "public_from": hour(words.public),
        "deleted_at": NOON if words.deleted else None,
    }


def _grant(grant: Grant, giver: int) -> dict[str, Any]:
    return {
        "id": grant.id,
        "entry_id": grant.entry,
        "workspace_id": grant.place,
        "account_id": grant.person,
        "firm_id": grant.firm,
        "may_comment": grant.talk,
        "granted_by_id": giver,
        "ends_at": hour(grant.ends),
        "created_at": NOON,
    }


def _link(link: Link) -> dict[str, Any]:
    return {
        "id": link.id,
        "token_hash": f"l{link.id}",
        "entry_id": link.entry,
        "workspace_id": link.place,
        "created_by_id": link.maker,
        "may_comment": link.talk,
        "ends_at": hour(link.ends),
        "revoked_at": NOON if link.revoked else None,
        "created_at": NOON,
    }


def _piece(piece: Piece) -> dict[str, Any]:
    row = {
        "entry_id": piece.entry,
        "workspace_id": piece.place,
        "author_id": piece.author,
        "account_id": piece.author,
        "created_at": NOON,
        "internal": piece.internal,
        "with_comment": piece.with_comment,
        "guest_id": piece.guest,
        "number": piece.key,
        "address": str(piece.key),
        **PARTS[piece.table][1],
        PARTS[piece.table][0]: stored_key(piece),
    }
    names = set(piece.table.__table__.columns.keys())  # type: ignore[attr-defined]
    return {name: value for name, value in row.items() if name in names}

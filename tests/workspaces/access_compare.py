"""Does the policy say of a stored world what the oracle says?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth import services as accounts
from collab.auth.models import Account
from collab.viewer import Viewer
from collab.workspaces.models import Entry, Membership, Workspace
from tests.workspaces.access_oracle import Oracle
from tests.workspaces.access_world import FIRST_ID, PARTS, Everything, Person, hour, key_column, stored_key

Check = Callable[[Session, Everything, Oracle, ModuleType], Iterator[str]]


@contextmanager
def time(hours: int) -> Iterator[None]:
    """It is exactly so many hours after noon: also the first moment of what begins then."""
    before = clock.now
    moment = hour(hours)
    clock.now = lambda: moment  # type: ignore[assignment,return-value]
    try:
        yield
    finally:
        clock.now = before


def differences(
    db: Session, world: Everything, now: int, access: ModuleType, first: str = ""
) -> Iterator[str]:
    """Everything on which ``access`` and the oracle do not agree, one at a time.

    ``first`` names the check to begin with, for whoever wants to know one difference only.
    """
    oracle = Oracle(world, now)
    checks = sorted(CHECKS, key=lambda check: check.__name__ != first)
    with time(now):
        for check in checks:
            yield from check(db, world, oracle, access)


def _for_each_viewer(check: Callable[..., Iterator[str]]) -> Check:
    def checked(db: Session, world: Everything, oracle: Oracle, access: ModuleType) -> Iterator[str]:
        for person in (*world.people, None):
            viewer = accounts.viewer_of(db, person.id if person else None)
            yield from check(db, world, oracle, access, viewer, oracle.who(person))

    checked.__name__ = check.__name__
    return checked


def _compare(what: str, found: Any, expected: set[Any]) -> Iterator[str]:
    found = set(found)
    if found != expected:
        yield f"{what}: too many {found - expected}, missing {expected - found}"


@_for_each_viewer
def entries(
    db: Session, world: Everything, oracle: Oracle, access: ModuleType, viewer: Viewer, who: Person | None
) -> Iterator[str]:
    found = db.scalars(access.select_entries(viewer, Entry, Entry.id).where(Entry.id >= FIRST_ID))
    expected = {words.id for words in world.entries if oracle.reads(who, words)}
    yield from _compare(f"readable {who}", found, expected)


@_for_each_viewer
def parts(
    db: Session, world: Everything, oracle: Oracle, access: ModuleType, viewer: Viewer, who: Person | None
) -> Iterator[str]:
    for table in PARTS:
        pieces = [piece for piece in world.pieces if piece.table is table]
        if not pieces:
            continue
        rows = db.execute(access.select_parts(viewer, table, key_column(table), table.entry_id))  # type: ignore[arg-type]
        expected = {(stored_key(p), p.entry) for p in pieces if oracle.reads_part(who, p)}
        yield from _compare(f"{table.__name__} {who}", (tuple(row) for row in rows), expected)


@_for_each_viewer
def places(
    db: Session, world: Everything, oracle: Oracle, access: ModuleType, viewer: Viewer, who: Person | None
) -> Iterator[str]:
    query = select(Workspace.id).where(Workspace.id >= FIRST_ID)
    known = {place.id for place in world.places if oracle.knows_place(who, place)}
    yield from _compare(f"workspaces {who}", db.scalars(query.where(access.workspaces(viewer))), known)
    inside = {place.id for place in world.places if oracle.belongs(who, place)}
    yield from _compare(f"inside {who}", db.scalars(query.where(access.inside(viewer))), inside)
    mine = {place for place, person in oracle.current if who and person == who.id}
    yield from _compare(f"mine {who}", db.scalars(query.where(access.mine(viewer))), mine)


@_for_each_viewer
def people(
    db: Session, world: Everything, oracle: Oracle, access: ModuleType, viewer: Viewer, who: Person | None
) -> Iterator[str]:
    found = db.scalars(select(Account.id).where(Account.id >= FIRST_ID, access.people(viewer)))
    expected = {person.id for person in world.people if oracle.knows_person(who, person)}
    yield from _compare(f"people {who}", found, expected)
    members = (
        select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.id >= FIRST_ID, access.members(viewer))
    )
    known = {m.id for m in world.members if oracle.knows_member(who, m.place, oracle.people[m.person])}
    yield from _compare(f"members {who}", db.scalars(members), known)


def readers(db: Session, world: Everything, oracle: Oracle, access: ModuleType) -> Iterator[str]:
    usable = [person for person in world.people if oracle.works(person)]
    for words in world.entries:
        found = db.scalars(
            access.readers(words.id).where(Account.id >= FIRST_ID).execution_options(policy=True)
        )
        expected = {person.id for person in usable if oracle.reads(person, words)}
        yield from _compare(f"readers of {words}", found, expected)


def part_readers(db: Session, world: Everything, oracle: Oracle, access: ModuleType) -> Iterator[str]:
    usable = [person for person in world.people if oracle.works(person)]
    for piece in world.pieces:
        if not hasattr(piece.table, "id"):
            continue
        found = access.part_readers(piece.table, piece.key).where(Account.id >= FIRST_ID)
        expected = {person.id for person in usable if oracle.reads_part(person, piece)}
        yield from _compare(f"readers of {piece}", db.scalars(found.execution_options(policy=True)), expected)


CHECKS: tuple[Check, ...] = (entries, places, people, parts, readers, part_readers)

"""Does the policy say of a stored world what the oracle says?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from itertools import product
from types import ModuleType
from typing import Any, Protocol

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth import services as accounts
from collab.auth.models import Account
from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces.asking import parameter
from collab.workspaces.models import Entry, Membership, Revision, Workspace
from tests.workspaces.access_oracle import Oracle
from tests.workspaces.access_world import FIRST_ID, PARTS, Everything, Person, hour, key_column, stored_key


class Ask(Protocol):
    """How a statement comes to the database: put together afresh, or kept (``asking.ask``)."""

    def __call__(
        self, db: Session, viewer: Viewer, make: Callable[..., Select[Any]], *shape: Any, **values: Any
    ) -> Any: ...


Check = Callable[[Session, Oracle, ModuleType, Ask], Iterator[str]]


def afresh(db: Session, viewer: Viewer, make: Callable[..., Select[Any]], *shape: Any, **values: Any) -> Any:
    """What ``asking.ask`` answers, with who asks as constants, as most of Collab asks."""
    return db.execute(make(viewer, *shape), values)


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


@lru_cache(maxsize=10)
def oracle_of(world: Everything, now: int) -> Oracle:
    return Oracle(world, now)


def differences(
    db: Session, world: Everything, now: int, access: ModuleType, asked: Ask = afresh, only: str = ""
) -> Iterator[str]:
    """Everything on which ``access`` and the oracle do not agree, one at a time.

    ``only`` names one of the checks, for whoever wants to know that one first.
    """
    oracle = oracle_of(world, now)
    for check in CHECKS:
        if only in ("", check.__name__):
            found = check(db, oracle, access, asked)
            while True:
                with time(now):  # never while somebody else holds what is yielded
                    difference = next(found, None)
                if difference is None:
                    break
                yield difference


def _for_each_viewer(check: Callable[..., Iterator[str]]) -> Check:
    def checked(db: Session, oracle: Oracle, access: ModuleType, asked: Ask) -> Iterator[str]:
        for person in (*oracle.world.people, None):
            viewer = accounts.viewer_of(db, person.id if person else None)
            yield from check(db, oracle, access, asked, viewer, oracle.who(person))

    checked.__name__ = check.__name__
    return checked


def _compare(what: str, found: Any, expected: set[Any]) -> Iterator[str]:
    found = {tuple(row) for row in found}
    if found != expected:
        yield f"{what}: too many {found - expected}, missing {expected - found}"


def _entries(viewer: Viewer, access: ModuleType) -> Select[Any]:
    return access.select_entries(viewer, Entry, Entry.id).where(Entry.id >= FIRST_ID)  # type: ignore[no-any-return]


@_for_each_viewer
def entries(
    db: Session, oracle: Oracle, access: ModuleType, asked: Ask, viewer: Viewer, who: Person | None
) -> Iterator[str]:
    expected = {(words.id,) for words in oracle.world.entries if oracle.reads(who, words)}
    yield from _compare(f"readable {who}", asked(db, viewer, _entries, access), expected)


def _parts(viewer: Viewer, access: ModuleType, table: Any) -> Select[Any]:
    return access.select_parts(viewer, table, key_column(table), table.entry_id)  # type: ignore[no-any-return]


@_for_each_viewer
def parts(
    db: Session, oracle: Oracle, access: ModuleType, asked: Ask, viewer: Viewer, who: Person | None
) -> Iterator[str]:
    for table in PARTS:
        pieces = [piece for piece in oracle.world.pieces if piece.table is table]
        if not pieces:
            continue
        expected = {(stored_key(p), p.entry) for p in pieces if oracle.reads_part(who, p)}
        yield from _compare(f"{table.__name__} {who}", asked(db, viewer, _parts, access, table), expected)


def _places(viewer: Viewer, access: ModuleType, condition: str) -> Select[Any]:
    query = select(Workspace.id).where(Workspace.id >= FIRST_ID, getattr(access, condition)(viewer))
    return query.execution_options(policy=True)


@_for_each_viewer
def places(
    db: Session, oracle: Oracle, access: ModuleType, asked: Ask, viewer: Viewer, who: Person | None
) -> Iterator[str]:
    expected = {
        "workspaces": {(place.id,) for place in oracle.world.places if oracle.knows_place(who, place)},
        "inside": {(place.id,) for place in oracle.world.places if oracle.belongs(who, place)},
        "mine": {(place,) for place, person in oracle.current if who and person == who.id},
    }
    for condition, ids in expected.items():
        yield from _compare(f"{condition} {who}", asked(db, viewer, _places, access, condition), ids)


def _people(viewer: Viewer, access: ModuleType) -> Select[Any]:
    query = select(Account.id).where(Account.id >= FIRST_ID, access.people(viewer))
    return query.execution_options(policy=True)


def _members(viewer: Viewer, access: ModuleType) -> Select[Any]:
    query = select(Membership.id).join(Account, Account.id == Membership.account_id)
    query = query.where(Membership.id >= FIRST_ID, access.members(viewer))
    return query.execution_options(policy=True)


@_for_each_viewer
def people(
    db: Session, oracle: Oracle, access: ModuleType, asked: Ask, viewer: Viewer, who: Person | None
) -> Iterator[str]:
    expected = {(person.id,) for person in oracle.world.people if oracle.knows_person(who, person)}
    yield from _compare(f"people {who}", asked(db, viewer, _people, access), expected)
    members = oracle.world.members
    known = {(m.id,) for m in members if oracle.knows_member(who, m.place, oracle.people[m.person])}
    yield from _compare(f"members {who}", asked(db, viewer, _members, access), known)


def _readers(_viewer: Viewer, access: ModuleType) -> Select[Any]:
    query = access.readers(parameter("entry")).where(Account.id >= FIRST_ID)
    return query.execution_options(policy=True)  # type: ignore[no-any-return]


def readers(db: Session, oracle: Oracle, access: ModuleType, asked: Ask) -> Iterator[str]:
    usable = [person for person in oracle.world.people if oracle.works(person)]
    for words in oracle.world.entries:
        found = asked(db, ANONYMOUS, _readers, access, entry=words.id)
        expected = {(person.id,) for person in usable if oracle.reads(person, words)}
        yield from _compare(f"readers of {words}", found, expected)


def _part_readers(_viewer: Viewer, access: ModuleType, table: Any) -> Select[Any]:
    query = access.part_readers(table, parameter("part")).where(Account.id >= FIRST_ID)
    return query.execution_options(policy=True)  # type: ignore[no-any-return]


def part_readers(db: Session, oracle: Oracle, access: ModuleType, asked: Ask) -> Iterator[str]:
    usable = [person for person in oracle.world.people if oracle.works(person)]
    for piece in oracle.world.pieces:
        if not hasattr(piece.table, "id"):
            continue
        found = asked(db, ANONYMOUS, _part_readers, access, piece.table, part=piece.key)
        expected = {(person.id,) for person in usable if oracle.reads_part(person, piece)}
        yield from _compare(f"readers of {piece}", found, expected)


def links(db: Session, oracle: Oracle, access: ModuleType, asked: Ask) -> Iterator[str]:
    """What those read who came by a link: somebody unknown, a guest, an employee."""
    kinds = {person.kind: person for person in oracle.world.people if oracle.works(person)}
    for link in oracle.world.links:
        for person in (None, kinds.get("guest"), kinds.get("employee")):
            viewer = replace(accounts.viewer_of(db, person.id if person else None), link_id=link.id)
            who = f"{link} {person}"
            read = [words for words in oracle.world.entries if oracle.reads(person, words, link)]
            found = asked(db, viewer, _entries, access)
            yield from _compare(f"readable {who}", found, {(words.id,) for words in read})
            reachable = {key for (key,) in asked(db, viewer, _places, access, "reachable")}
            yield from _compare(
                f"reachable {who}", {(w.place,) for w in read if w.place not in reachable}, set()
            )
            for table in (Comment, Attachment, Revision):
                pieces = [piece for piece in oracle.world.pieces if piece.table is table]
                expected = {(stored_key(p), p.entry) for p in pieces if oracle.reads_part(person, p, link)}
                found = asked(db, viewer, _parts, access, table)
                yield from _compare(f"{table.__name__} {who}", found, expected)


def lookers(db: Session, oracle: Oracle, access: ModuleType, asked: Ask) -> Iterator[str]:
    """An employee who looks as a guest sees what both may see."""
    working = [person for person in oracle.world.people if oracle.works(person)]
    for guest, employee in product(_first(working, "guest"), _first(working, "employee")):
        viewer = replace(
            accounts.viewer_of(db, guest.id),
            looker=replace(accounts.viewer_of(db, employee.id), is_admin=False),
        )
        both = {(w.id,) for w in oracle.world.entries if oracle.reads(guest, w) and oracle.reads(employee, w)}
        yield from _compare(f"readable {guest} {employee}", asked(db, viewer, _entries, access), both)
        places = oracle.world.places
        expected = {
            "workspaces": {
                p for p in places if oracle.knows_place(guest, p) and oracle.knows_place(employee, p)
            },
            "inside": {p for p in places if oracle.belongs(guest, p) and oracle.belongs(employee, p)},
            "mine": {p for p in places if (p.id, guest.id) in oracle.current and oracle.belongs(employee, p)},
        }
        for condition, known in expected.items():
            found = asked(db, viewer, _places, access, condition)
            yield from _compare(f"{condition} {guest} {employee}", found, {(place.id,) for place in known})


def _first(people: list[Person], kind: str) -> list[Person]:
    return [person for person in people if person.kind == kind][:3]


@_for_each_viewer
def reachable(
    db: Session, oracle: Oracle, access: ModuleType, asked: Ask, viewer: Viewer, who: Person | None
) -> Iterator[str]:
    """It decides nothing, but whatever somebody reads has to be in a place that it names."""
    found = {key for (key,) in asked(db, viewer, _places, access, "reachable")}
    missing = {(w.place,) for w in oracle.world.entries if oracle.reads(who, w) and w.place not in found}
    yield from _compare(f"not reachable {who}", missing, set())


CHECKS: tuple[Check, ...] = (
    entries,
    places,
    people,
    parts,
    readers,
    part_readers,
    links,
    lookers,
    reachable,
)

"""Lives of the company: what may happen, and what everybody has to see after each step."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from collab.workspaces import access
from collab.workspaces.asking import ask
from collab.workspaces.net import as_system
from tests.guests.acts import Company
from tests.guests.life_doors import Doors
from tests.workspaces.access_compare import differences, oracle_of
from tests.workspaces.access_oracle import Oracle
from tests.workspaces.access_snapshot import read
from tests.workspaces.access_world import Everything, Person

T = TypeVar("T")
#: Which one: of as many as there are.
ANY = st.integers(0, 999)
#: Who does it: mostly whoever usually does such things, else anybody.
ACTOR = st.sampled_from([*[-1] * 6, *range(11)])
ENDS = st.sampled_from([None, None, 3, 50])
ROLES = st.sampled_from(["contributor", "reader", "owner"])
KINDS = st.sampled_from(["post", "page", "draft"])
CHANGES = st.sampled_from(
    [
        ("clean_room", True),
        ("clean_room", False),
        ("visibility", "open"),
        ("visibility", "closed"),
        ("visibility", "secret"),
        ("allows_public", True),
        ("allows_public", False),
    ]
)
#: So many of the doors whose answer has changed are tried after each step.
TRIED = 4
#: So many faults are told at once.
MOST = 8


class Lives(RuleBasedStateMachine):
    """One life. Acts that Collab refuses are part of it: they change nothing."""

    #: In all lives: steps, and those that changed what somebody sees or what there is.
    steps = changes = 0

    def __init__(self, life: Company) -> None:
        super().__init__()
        self.life = life
        self.stack = ExitStack()
        self.stack.enter_context(life.frozen())
        self.known: Oracle | None = None
        self.turn = 0
        self.well = True

    def teardown(self) -> None:
        try:
            if self.well and self.known is not None:
                self._everybody_searches()
        finally:
            self.stack.close()

    # What a number stands for --------------------------------------------------------------

    @property
    def oracle(self) -> Oracle:
        assert self.known is not None
        return self.known

    @property
    def world(self) -> Everything:
        return self.oracle.world

    def one(self, things: Sequence[T], number: int) -> T:
        return things[number % len(things)]

    def person(self, number: int) -> int:
        return self.one(self.world.people, number).id

    def place(self, number: int) -> int:
        return self.one(self.world.places, number).id

    def entry(self, number: int) -> int:
        return self.one(self.world.entries, number).id

    def who(self, number: int, usual: int) -> int:
        return usual if number < 0 else self.person(number)

    def author(self, entry: int) -> int:
        return self.oracle.entries[entry].author

    def owner(self, place: int) -> int:
        """Somebody who owns the place and can act, if there is."""
        owners = [m.person for m in self.world.members if m.place == place and m.role == "owner"]
        working = [person for person in owners if self.oracle.works(self.oracle.people[person])]
        return (working or owners or [self.world.people[0].id])[0]

    def sharer(self, entry: int) -> int:
        return self.owner(self.oracle.entries[entry].place)

    # What happens --------------------------------------------------------------------------

    @rule(actor=ACTOR, place=ANY, below=ANY, kind=KINDS)
    def write(self, actor: int, place: int, below: int, kind: str) -> None:
        where, draft = self.place(place), kind == "draft"
        here = [words.id for words in self.world.entries if words.place == where]
        parent = self.one(here, below) if here and below % 2 and kind == "page" else None
        kind = ("post", "page")[below % 2] if draft else kind
        inside = [m.person for m in self.world.members if m.place == where and m.role != "reader"]
        self.life.write(self.who(actor, self.one(inside, below // 2)), where, kind, parent, draft)

    @rule(actor=ACTOR, entry=ANY, guests=st.sampled_from([0, 0, 5]), public=st.sampled_from([None, 0, 9]))
    def share(self, actor: int, entry: int, guests: int, public: int | None) -> None:
        number = self.entry(entry)
        self.life.share(self.who(actor, self.sharer(number)), number, guests, public)

    @rule(actor=ACTOR, entry=ANY)
    def unshare(self, actor: int, entry: int) -> None:
        number = self.entry(entry)
        self.life.share(self.who(actor, self.sharer(number)), number, None, None)

    @rule(actor=ACTOR, entry=ANY, on=st.booleans())
    def share_with_children(self, actor: int, entry: int, on: bool) -> None:
        number = self.entry(entry)
        self.life.share_branch(self.who(actor, self.sharer(number)), number, 0 if on else None)

    @rule(actor=ACTOR, place=ANY, on=st.booleans())
    def share_all(self, actor: int, place: int, on: bool) -> None:
        where = self.place(place)
        self.life.share_all(self.who(actor, self.owner(where)), where, on)

    @rule(actor=ACTOR, entry=ANY, after=st.sampled_from([0, 0, 3]))
    def publish(self, actor: int, entry: int, after: int) -> None:
        drafts = [words.id for words in self.world.entries if words.published is None]
        number = self.one(drafts, entry) if drafts else self.entry(entry)
        self.life.publish(self.who(actor, self.author(number)), number, after)

    @rule(actor=ACTOR, entry=ANY)
    def withdraw(self, actor: int, entry: int) -> None:
        number = self.entry(entry)
        self.life.withdraw(self.who(actor, self.author(number)), number)

    @rule(actor=ACTOR, entry=ANY, below=ANY)
    def move(self, actor: int, entry: int, below: int) -> None:
        number = self.entry(entry)
        beside = [
            words.id for words in self.world.entries if words.place == self.oracle.entries[number].place
        ]
        to = self.one(beside, below) if below % 4 else 0
        self.life.move(self.who(actor, self.sharer(number)), number, to)

    @rule(actor=ACTOR, entry=ANY)
    def remove(self, actor: int, entry: int) -> None:
        number = self.entry(entry)
        self.life.remove(self.who(actor, self.sharer(number)), number)

    @rule(entry=ANY, internal=st.booleans(), answer=ANY, actor=ANY)
    def comment(self, entry: int, internal: bool, answer: int, actor: int) -> None:
        """By somebody who reads the entry, mostly; now and then as an answer."""
        number, said = self.entry(entry), sorted(self.life.said)
        words = self.oracle.entries[number]
        here = [piece.key for piece in self.world.pieces if piece.entry == number and piece.key in said]
        reading = [p.id for p in self.world.people if self.oracle.reads(self.oracle.who(p), words)]
        to = self.one(here, answer) if here and answer % 2 else 0
        who = self.one(reading, actor) if reading and actor % 9 else self.person(actor)
        self.life.comment(who, number, internal=internal, answer=to)

    @rule(actor=ACTOR, place=ANY, person=ANY, role=ROLES, ends=ENDS)
    def let_in(self, actor: int, place: int, person: int, role: str, ends: int | None) -> None:
        where = self.place(place)
        self.life.let_in(self.who(actor, self.owner(where)), where, self.person(person), role, ends)

    @rule(actor=ACTOR, member=ANY)
    def put_out(self, actor: int, member: int) -> None:
        found = self.one(self.world.members, member)
        self.life.put_out(self.who(actor, self.owner(found.place)), found.id)

    @rule(actor=ACTOR, member=ANY, role=ROLES, ends=ENDS)
    def change_member(self, actor: int, member: int, role: str, ends: int | None) -> None:
        found = self.one(self.world.members, member)
        self.life.change_member(self.who(actor, self.owner(found.place)), found.id, role, ends)

    @rule(actor=ACTOR, place=ANY, change=CHANGES)
    def set_up(self, actor: int, place: int, change: tuple[str, object]) -> None:
        where = self.place(place)
        self.life.set_up(self.who(actor, self.owner(where)), where, dict([change]))

    @rule(actor=ACTOR, place=ANY)
    def archive(self, actor: int, place: int) -> None:
        where = self.place(place)
        closed = not self.oracle.places[where].archived
        self.life.archive(self.who(actor, self.owner(where)), where, closed)

    @rule(person=ANY)
    def suspend(self, person: int) -> None:
        """Or let in again who is suspended."""
        number = self.person(person)
        self.life.suspend(number, self.oracle.people[number].status == "active")

    @rule(hours=st.sampled_from([1, 1, 4, 24, 24 * 10, 24 * 40]))
    def pass_time(self, hours: int) -> None:
        self.life.pass_time(hours)

    # What everybody sees -------------------------------------------------------------------

    @invariant()
    def everybody_sees_what_the_policy_says(self) -> None:
        Lives.steps += 1
        before, self.well = self.known, False
        with self.life.context.read() as db:
            world = read(as_system(db, "tests of lives"))
            if before is not None and before.now == self.life.hour and _same(before.world, world):
                self.well = True
                return
            wrong = list(islice(differences(db, world, self.life.hour, access, ask), MOST))
        nothing(wrong)
        self.known = oracle_of(world, self.life.hour)
        wrong = list(islice(self._looks(before), MOST))
        nothing(wrong)
        Lives.changes += 1
        self.well, self.turn = True, self.turn + 1

    def _looks(self, before: Oracle | None) -> Iterator[str]:
        """Doors whose answer has just changed, and some others in turn."""
        doors = Doors(self.life, self.oracle)
        if before is not None:
            for person, entry in islice(self._changed(before), TRIED):
                yield from doors.entry(person, entry)
        for link in islice(reversed(self.world.links), 2):
            yield from doors.link(link, None)
            yield from doors.link(link, self.one(self.world.people, self.turn))
        people = (*self.world.people, None)
        person = self.one(people, self.turn // 3)
        if self.turn % 6 == 5:
            yield from self._looks_as_a_guest(doors)
        if self.turn % 3 == 0:
            yield from doors.lists(person)
        elif self.turn % 3 == 1:
            yield from doors.place(person, self.place(self.turn // 3 + self.turn // 40))
        else:
            yield from doors.entry(person, self.entry(self.turn))

    def _looks_as_a_guest(self, doors: Doors) -> Iterator[str]:
        pairs = self.life.sponsored()
        if pairs:
            guest, sponsor = self.one(pairs, self.turn // 6)
            yield from doors.looking(self.oracle.people[guest], self.oracle.people[sponsor])

    def _changed(self, before: Oracle) -> Iterator[tuple[Person | None, int]]:
        """Who reads what that they did not read before, or the other way round: a few of each person's."""
        each = []
        for person in (*self.world.people, None):
            was = before.people.get(person.id) if person else None
            read = {words.id for words in before.world.entries if before.reads(before.who(was), words)}
            reads = {w.id for w in self.world.entries if self.oracle.reads(self.oracle.who(person), w)}
            each.append([(person, entry) for entry in sorted(read ^ reads)])
        for nth in range(max(map(len, each))):
            yield from (found[nth] for found in each if len(found) > nth)

    def _everybody_searches(self) -> None:
        self.life.drain()
        doors = Doors(self.life, self.oracle)
        wrong = [line for person in self.world.people for line in doors.search(person)]
        nothing(wrong)


def _same(one: Everything, other: Everything) -> bool:
    return all(_told(getattr(one, field.name)) == _told(getattr(other, field.name)) for field in fields(one))


def _told(things: Any) -> list[str]:
    return sorted(map(repr, things))


def nothing(wrong: list[str]) -> None:
    if wrong:
        raise AssertionError("\n".join(wrong))

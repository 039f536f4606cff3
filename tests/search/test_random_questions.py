"""What anybody finds, of any world, by any question, is what a scan of the rows that they may read finds."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random, SystemRandom

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.auth import services as accounts
from collab.auth.models import Account
from collab.files.models import Attachment
from collab.search import documents, postgresql_rows, services, whoosh_index
from collab.search.engine import Engine
from collab.search.forms import Asked
from collab.search.hits import Hit
from collab.search.meant import meant
from collab.search.postgresql import PostgresEngine
from collab.search.queries import question as narrowed
from collab.search.question import Question
from collab.search.whoosh_engine import WhooshEngine
from collab.viewer import Viewer
from collab.workspaces import kinds
from collab.workspaces.models import Entry
from tests.cast import World
from tests.search.scan import Thing, answers, counts, named_places, things
from tests.search.worlds import draw_question, draw_world, keys, mistyped, move_entry, take_rights, write
from tests.workspaces.access_compare import time
from tests.workspaces.access_world import FIRST_ID
from tests.workspaces.test_access_random import HOURS, stored

#: So many worlds, each another one every time: LIVES=1000 make test ARGS="-k random_questions"
LIVES = int(os.environ.get("LIVES", "0"))
#: The number of one world: WORLD=17 draws that again, and nothing else.
ONE = int(os.environ.get("WORLD", "0"))
USUALLY = {"sqlite": 20, "postgresql": 12}
#: Questions that each person asks of each world.
QUESTIONS = 8


@pytest.mark.timeout(60 + LIVES * 5)
def test_everybody_finds_what_a_scan_of_their_rows_finds(world: World, database: str) -> None:
    first = SystemRandom().randrange(10**9) if LIVES else 1
    for number in [ONE] if ONE else range(first, first + (LIVES or USUALLY[database])):
        draw = Random(number)
        with stored(world, draw_world(draw)) as db, time(draw.choice(HOURS)):
            engine = _indexed(db, draw, world.context.data_dir)
            take_rights(db, draw)
            difference = next(_differences(db, engine, draw), None)
        if difference:
            raise AssertionError(f"in world {number}: {difference}")
    assert ONE or min(TOLD["found"], TOLD["mended"], TOLD["alike"]) > 0, TOLD


def _indexed(db: Session, draw: Random, folder: Path) -> Engine:
    """An index that was made while things said something else, and has followed what happened since."""
    every = keys(db)
    for key in every:
        write(db, draw, key)
    on_postgresql = db.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        postgresql_rows.write(db.connection(), set(documents.all_keys(db)))
    else:
        whoosh_index.rebuild(folder, documents.load(db, list(documents.all_keys(db))))
    for _ in range(draw.randint(0, 3)):
        changed = set(draw.sample(every, draw.randint(0, len(every) // 2)))
        for key in sorted(changed):
            write(db, draw, key)
            if key[0] == "e" and draw.random() < 0.2:
                move_entry(db, draw, int(key[1:]))
                changed.update(documents.parts_of(db, [int(key[1:])]))
            if key[0] == "f":
                entry = db.scalar(select(Attachment.entry_id).where(Attachment.id == int(key[1:])))
                changed.add(f"e{entry}")
        if on_postgresql:
            postgresql_rows.write(db.connection(), changed)
        else:
            whoosh_index.update(folder, list(documents.load(db, changed)), changed)
    return PostgresEngine() if on_postgresql else WhooshEngine(folder)


def _differences(db: Session, engine: Engine, draw: Random) -> Iterator[str]:
    authors = db.scalars(select(Account.id).where(Account.id >= FIRST_ID)).all()
    for person in authors:
        viewer = accounts.viewer_of(db, person)
        if viewer.signed_in:
            asking = Asking(db, viewer, engine, draw, things(db, viewer))
            for _ in range(QUESTIONS):
                yield from asking.differences(draw_question(draw, authors))
            yield from asking.differences_when_mistyped()
            yield from asking.differences_of_likes()


@dataclass
class Asking:
    """One person asks. Every difference is what is found, or told, and should not be, or the other way round."""

    db: Session
    viewer: Viewer
    engine: Engine
    draw: Random
    readable: Sequence[Thing]

    def differences(self, question: Question) -> Iterator[str]:
        question, there = _somewhere(self.db, self.viewer, self.draw, question, self.readable)
        expected = answers(question, there)
        names = sorted((thing.kind, thing.name) for thing in expected)
        found, wide = _all_pages(self.db, self.viewer, self.engine, question, self.draw.choice([2, 5, 50]))
        asked = f"{self.viewer.kind} {self.viewer.me} asks {question}"
        if sorted(map(_named, found)) != names:
            wrong = set(names) ^ set(map(_named, found)) or set(names)
            told = [thing for thing in self.readable if (thing.kind, thing.name) in wrong]
            yield f"{asked}: found {sorted(map(_named, found))}, not {names}: {told}"
        if question.order == "date" and not _newest_first(found, expected):
            yield f"{asked}: the newest are not first"
        first = services.find(
            self.db, self.viewer, self.engine, question, "x", limit=7, excerpts=False
        )  # as the quick search
        if [_named(hit) for hit in first.hits] != list(map(_named, found[:7])):
            yield f"{asked}: quickly {first.hits}"
        counted = services.facets(self.db, self.viewer, self.engine, question, wide=wide)
        TOLD["found"] += len(found)
        told = {name: {one.value: one.count for one in getattr(counted, name)} for name in FACETS}
        right = {name: dict(some) for name, some in counts(self.db, self.viewer, expected).items()}
        if (counted.total, told) != (len(expected), right):
            yield f"{asked}: counted {counted.total} {told}, not {len(expected)} {right}"

    def differences_when_mistyped(self) -> Iterator[str]:
        """What is offered for a word that finds nothing stands in what one may read, and finds something."""
        typed = mistyped(self.draw)
        question = narrowed(self.db, self.viewer, Asked(q=typed)).question
        other = meant(self.db, self.viewer, self.engine, question, typed)
        if other is None:
            return
        TOLD["mended"] += 1
        said = " ".join(f"{t.title} {t.text} {' '.join(t.tags)}" for t in self.readable).lower()
        mended = narrowed(self.db, self.viewer, Asked(q=other)).question
        if answers(question, self.readable):
            yield f"{self.viewer}: {typed} finds something, and is mended to {other}"
        if other not in said:
            yield f"{self.viewer}: {typed} is mended to {other}, which nobody says"
        if not answers(mended, self.readable):
            yield f"{self.viewer}: {typed} is mended to {other}, which finds nothing"

    def differences_of_likes(self) -> Iterator[str]:
        entries = [thing for thing in self.readable if kinds.named(thing.kind)]
        if not entries:
            return
        one = self.draw.choice(entries)
        scope = narrowed(self.db, self.viewer, Asked()).question
        entry = self.db.get_one(Entry, int(one.name[1:]))
        hits = services.like(self.db, self.viewer, self.engine, entry, scope)
        TOLD["alike"] += len(hits)
        found = list(map(_named, hits))
        others = {(thing.kind, thing.name) for thing in entries} - {(one.kind, one.name)}
        if not set(found) <= others or len(found) != len(set(found)):
            yield f"{self.viewer}: like {one}: {found}"


#: How often there was something to compare.
TOLD = Counter[str]()
FACETS = ("kinds", "places", "authors", "tags", "langs")


def _newest_first(found: Sequence[Hit], expected: Sequence[Thing]) -> bool:
    moments = {(thing.kind, thing.name): int(thing.at.timestamp()) for thing in expected}
    told = [moments[_named(hit)] for hit in found if _named(hit) in moments]
    return told == sorted(told, reverse=True)


def _somewhere(
    db: Session, viewer: Viewer, draw: Random, question: Question, readable: Sequence[Thing]
) -> tuple[Question, Sequence[Thing]]:
    """The question as it is asked, wherever the viewer may look or in one place, and what is there."""
    slug, number, places = "", -1, named_places(db, viewer)
    if draw.random() < 0.2:
        slug, number = draw.choice([*places.items(), ("s1001", places.get("s1001", -1)), ("nowhere", -1)])
    asked = narrowed(db, viewer, Asked(workspace=slug)).question
    there = [thing for thing in readable if thing.place == number and thing.known] if slug else readable
    return replace(question, places=asked.places, entries=asked.entries, placed=asked.placed), there


def _all_pages(
    db: Session, viewer: Viewer, engine: Engine, question: Question, limit: int
) -> tuple[list[Hit], bool]:
    """All hits, and whether they have only some of the words."""
    found: list[Hit] = []
    more, wide = True, False
    while more:
        page = services.find(db, viewer, engine, question, "Lüftung", len(found), limit)
        assert not page.catching_up
        assert len(page.hits) == limit or not page.more
        found += page.hits
        more, wide = page.more, page.wide
    return found, wide


def _named(hit: Hit) -> tuple[str, str]:
    """What tells it among all things."""
    name = hit.title if hit.kind == "file" else re.split("[/#]|comment-", hit.url.rstrip("/"))[-1]
    return hit.kind, name

"""What anybody finds, of any world, by any question, is what a scan of the rows that they may read finds."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random, SystemRandom

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.auth import services as accounts
from collab.auth.models import Account
from collab.files.models import Attachment
from collab.search import documents, services, whoosh_index
from collab.search.engine import Engine
from collab.search.forms import Asked
from collab.search.hits import Hit
from collab.search.queries import question as narrowed
from collab.search.question import Question
from collab.search.whoosh_engine import WhooshEngine
from collab.viewer import Viewer
from tests.cast import World
from tests.search.scan import Thing, answers, named_places, things
from tests.search.worlds import draw_question, draw_world, keys, move_entry, take_rights, write
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


def _indexed(db: Session, draw: Random, folder: Path) -> Engine:
    """An index that was made while things said something else, and has followed what happened since."""
    every = keys(db)
    for key in every:
        write(db, draw, key)
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
        whoosh_index.update(folder, list(documents.load(db, changed)), changed)
    return WhooshEngine(folder)


def _differences(db: Session, engine: Engine, draw: Random) -> Iterator[str]:
    authors = db.scalars(select(Account.id).where(Account.id >= FIRST_ID)).all()
    for person in authors:
        viewer = accounts.viewer_of(db, person)
        readable = things(db, viewer)
        for _ in range(QUESTIONS if viewer.signed_in else 0):
            question, there = _somewhere(db, viewer, draw, draw_question(draw, authors), readable)
            expected = sorted((thing.kind, thing.name) for thing in answers(question, there))
            found = _all_pages(db, viewer, engine, question, draw.choice([2, 5, 50]))
            if sorted(found) != expected:
                wrong = sorted(set(expected) ^ set(found)) or sorted(found)
                told = [thing for thing in readable if (thing.kind, thing.name) in wrong]
                yield f"{viewer.kind} {person} asks {question}: found {found}, not {expected}: {told}"


def _somewhere(
    db: Session, viewer: Viewer, draw: Random, question: Question, readable: Sequence[Thing]
) -> tuple[Question, Sequence[Thing]]:
    """The question as it is asked, wherever the viewer may look or in one place, and what is there."""
    slug, number, places = "", -1, named_places(db, viewer)
    if draw.random() < 0.2:
        slug, number = draw.choice([*places.items(), ("s1001", places.get("s1001", -1)), ("nowhere", -1)])
    asked = narrowed(db, viewer, Asked(workspace=slug)).question
    there = [thing for thing in readable if thing.place == number] if slug else readable
    return replace(question, places=asked.places, entries=asked.entries), there


def _all_pages(
    db: Session, viewer: Viewer, engine: Engine, question: Question, limit: int
) -> list[tuple[str, str]]:
    found: list[Hit] = []
    more = True
    while more:
        page = services.find(db, viewer, engine, question, "Lüftung", len(found), limit)
        assert not page.catching_up
        assert len(page.hits) == limit or not page.more
        found += page.hits
        more = page.more
    return [(hit.kind, _name(hit)) for hit in found]


def _name(hit: Hit) -> str:
    """What tells it among all things of its kind."""
    return hit.title if hit.kind == "file" else re.split("[/#]|comment-", hit.url.rstrip("/"))[-1]

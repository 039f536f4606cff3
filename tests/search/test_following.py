"""On PostgreSQL what is written is found at once: it is in the index with the same commit, or not at all."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from collab import doctor
from collab.activity import record
from collab.search import following, listeners, postgresql_rows
from collab.search.engines import engine_for
from collab.search.postgresql_models import SearchDocument, SearchState, SearchWaiting
from collab.search.question import plain
from collab.tags.models import EntryTag
from collab.viewer import ANONYMOUS
from collab.workspaces import access, entries
from collab.workspaces.models import Entry
from collab.workspaces.net import as_system
from tests.cast import World

pytestmark = pytest.mark.parametrize("database", ["postgresql"])


def _keys(world: World, words: str) -> list[str]:
    with world.context.read() as db:
        return engine_for(world.context).find(db, plain(words), 1000)


def test_what_is_written_is_found_before_the_worker_ran(world: World) -> None:
    post = world.post("Quokka", "Wombats.")
    comment = world.comment(post, "What about bandicoots?")
    assert _keys(world, "wombat") == [f"e{post.id}"]
    assert _keys(world, "bandicoot") == [f"c{comment.id}"]
    assert "Quokka" in world.as_("member").get("/search?q=wombat").text

    with world.acting("author") as (db, viewer):
        entries.remove(db, viewer, access.get(db, viewer, Entry, Entry.id == post.id))
    assert _keys(world, "wombat") == []


def test_what_is_rolled_back_was_never_there(world: World) -> None:
    post = world.post("Quokka")
    with world.context.write() as db:
        as_system(db, "tests")
        db.execute(update(Entry).where(Entry.id == post.id).values(title="Numbat"))
        record(db, "post.revised", ANONYMOUS, entry_id=post.id)
        db.flush()
        db.rollback()
        db.commit()
    assert (_keys(world, "quokka"), _keys(world, "numbat")) == ([f"e{post.id}"], [])


def test_of_two_at_once_the_index_holds_what_both_did(world: World) -> None:
    """Each changes rows that the other cannot see yet; the one that comes second waits, and looks again."""
    post = world.post("Quokka", "Old.")
    both_have_written = threading.Barrier(2)

    def change(statement: Any) -> None:
        with world.context.write.begin() as db:
            as_system(db, "tests")
            db.execute(statement)
            record(db, "post.revised", ANONYMOUS, entry_id=post.id)
            db.flush()
            both_have_written.wait(10)

    for number in range(5):
        title = update(Entry).where(Entry.id == post.id).values(title=f"Numbat{number}")
        tag = insert(EntryTag).values(
            entry_id=post.id,
            workspace_id=post.workspace_id,
            key=f"zoo{number}",
            name=f"Zoo{number}",
            position=number,
        )
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(change, (title, tag)))
        assert _keys(world, f"numbat{number} zoo{number}") == [f"e{post.id}"]


def test_what_changes_very_much_is_left_to_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST", 2)
    with world.context.write.begin() as db:
        as_system(db, "tests")
        numbers = [world.post(f"Quokka {number}").id for number in range(3)]
        db.execute(update(Entry).where(Entry.id.in_(numbers)).values(title="Numbat"))
        for number in numbers:
            record(db, "post.revised", ANONYMOUS, entry_id=number)
    assert _keys(world, "numbat") == []
    world.drain()
    assert sorted(_keys(world, "numbat")) == sorted(f"e{number}" for number in numbers)
    with world.context.read() as db:
        assert db.scalar(select(func.count()).select_from(SearchWaiting)) == 0


def test_a_text_is_kept_although_it_cannot_be_found_yet(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong with the index, what somebody wrote is not lost for it."""

    def fail(*_: object) -> None:
        raise ValueError

    with monkeypatch.context() as broken:
        broken.setattr(postgresql_rows, "put", fail)
        post = world.post("Quokka")
    assert _keys(world, "quokka") == []
    world.drain()
    assert _keys(world, "quokka") == [f"e{post.id}"]


def test_after_an_upgrade_the_worker_fills_the_index_bit_by_bit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [world.post(f"Quokka {number}") for number in range(3)]
    with world.context.write.begin() as db:
        db.execute(delete(SearchDocument))
        db.execute(delete(SearchState))
    monkeypatch.setattr(listeners, "STEP", 0.0)
    monkeypatch.setattr(postgresql_rows, "BATCH", 2)
    found = world.as_("member").get("/search?q=quokka").text
    assert "Quokka 1" in found  # without the index
    assert not {one.name: one.well for one in doctor.quick(world.context)}["search"]

    steps = 0
    while listeners.trouble(world.context):
        listeners.ensure(world.context)
        steps += 1
    assert steps > 3
    assert sorted(_keys(world, "quokka")) == sorted(f"e{post.id}" for post in posts)
    assert {one.name: one.well for one in doctor.quick(world.context)}["search"]


def test_reindexing_takes_out_what_is_not_there_any_more(world: World) -> None:
    post = world.post("Quokka")
    with world.context.write.begin() as db:
        db.execute(update(SearchDocument).values(thing=SearchDocument.thing + 50_000))
    listeners.reindex(world.context)
    assert _keys(world, "quokka") == [f"e{post.id}"]
    with world.context.read() as db:
        assert db.scalar(select(func.max(SearchDocument.thing))) < 50_000  # type: ignore[operator]

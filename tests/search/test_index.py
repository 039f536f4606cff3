"""The index proposes: it holds each thing once, follows what happens, and can be made again."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from collab import clock
from collab.activity import outbox
from collab.activity.models import Event
from collab.comments import services as comments
from collab.comments.models import Comment
from collab.search import listeners
from collab.search import whoosh_index as engine
from collab.search.engines import engine_for
from collab.search.question import plain
from collab.search.weights import Document
from collab.search.whoosh_reader import Reader
from collab.worker import LISTENERS
from collab.workspaces import access, entries
from collab.workspaces.models import Entry
from tests.cast import World


def _keys(world: World, words: str) -> list[str]:
    with world.context.read() as db:
        return engine_for(world.context).find(db, plain(words), 1000)


def test_what_is_written_is_found_once_the_worker_has_run(world: World) -> None:
    post = world.post("Quokka", "Wombats and numbats.", tags=["marsupial"])
    comment = world.comment(post, "What about bandicoots?")
    world.drain()

    key = f"e{post.id}"
    assert _keys(world, "quokka") == _keys(world, "wombat numbats") == _keys(world, "marsupial") == [key]
    assert _keys(world, "bandicoot") == [f"c{comment.id}"]
    assert _keys(world, "quokka bandicoot") == []


def test_the_same_events_again_change_nothing(world: World) -> None:
    post = world.post("Quokka")
    for _ in range(3):
        world.drain()
        listeners.follow(world.context, [Event(kind="post.published", entry_id=post.id)])
    assert _keys(world, "quokka") == [f"e{post.id}"]


def test_the_index_follows_changes_deletions_and_their_undoing(world: World) -> None:
    post = world.post("Quokka")
    world.drain()
    with world.acting("author") as (db, viewer):
        found = access.get(db, viewer, Entry, Entry.id == post.id)
        entries.revise(db, viewer, found, "Numbat", "Other words.", base_version=found.version)
    world.drain()
    assert (_keys(world, "quokka"), _keys(world, "numbat")) == ([], [f"e{post.id}"])

    with world.acting("author") as (db, viewer):
        entries.remove(db, viewer, access.get(db, viewer, Entry, Entry.id == post.id))
    world.drain()
    assert _keys(world, "numbat") == []


def test_a_deleted_comment_is_found_no_more(world: World) -> None:
    comment = world.comment(world.post(), "bandicoot", author="author")
    world.drain()
    with world.acting("author") as (db, viewer):
        comments.delete(db, viewer, access.get_part(db, viewer, Comment, Comment.id == comment.id))
    world.drain()
    assert _keys(world, "bandicoot") == []


@pytest.mark.parametrize("database", ["sqlite"])  # PostgreSQL keeps its index itself
@pytest.mark.parametrize("damage", ["missing", "empty", "garbage"])
def test_a_broken_index_is_made_again(world: World, damage: str) -> None:
    post = world.post("Quokka")
    world.drain()
    folder = world.context.data_dir / (world.context.data_dir / engine.CURRENT).read_text().strip()
    for path in folder.iterdir():
        if damage == "missing":
            path.unlink()
        else:
            path.write_bytes(b"" if damage == "empty" else b"garbage" * 100)

    later = world.post("Wombat")
    listeners.ensure(world.context)
    world.drain()

    assert _keys(world, "quokka") == [f"e{post.id}"]
    assert _keys(world, "wombat") == [f"e{later.id}"]


def test_two_workers_at_once_make_no_double_entries(world: World) -> None:
    posts = [world.post(f"Quokka {number}") for number in range(12)]
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        outbox.drain(world.context, LISTENERS)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    world.drain()

    assert sorted(_keys(world, "quokka")) == sorted(f"e{post.id}" for post in posts)


def test_a_reader_sees_what_was_written_after_it_opened(tmp_path: Path) -> None:
    engine.rebuild(tmp_path, [Document("e1", "post", 1, "Quokka")])
    reader = Reader(tmp_path)
    assert reader.find(plain("quokka")) == ["e1"]
    engine.update(tmp_path, [Document("e2", "post", 1, "Quokka")], [])
    assert sorted(reader.find(plain("quokka"))) == ["e1", "e2"]
    engine.rebuild(tmp_path, [Document("e3", "post", 1, "Quokka")])
    assert reader.find(plain("quokka")) == ["e3"]


def test_a_right_that_is_gone_is_gone_from_search_at_once(world: World) -> None:
    slug = world.workspace(members=["guest"])
    world.post("Quokka", workspace=slug, guests_from=clock.now())
    world.drain()
    guest = world.as_("guest")
    assert "Quokka" in guest.get("/api/v1/search?q=quokka").text

    with world.system() as db:  # nothing tells the index
        db.execute(update(Entry).values(guests_from=clock.now() + timedelta(days=1)))
    answer = guest.get("/api/v1/search?q=quokka").json
    assert answer is not None and answer["items"] == []
    with world.system() as db:
        assert db.scalars(select(Entry.title)).all() == ["Quokka"]

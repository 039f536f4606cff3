"""Statements that are put together once answer each viewer, at each moment, as fresh ones do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, text
from sqlalchemy.exc import DBAPIError, StatementError

from collab import clock
from collab.blog.models import Post
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.asking import _statement, _whoever, ask, parameter
from tests.cast import CAST, STRANGER, World

EVERYBODY = [*CAST, STRANGER]


def _titles(viewer: Viewer) -> Select[Any]:
    return access.select_entries(viewer, Post, Post.title).where(Post.title.startswith(parameter("begin")))


def _seen(world: World, who: str) -> list[str]:
    with world.looking(who) as (db, viewer):
        return sorted(ask(db, viewer, _titles, begin="Ask").scalars())


def test_each_viewer_gets_what_a_statement_of_their_own_finds(world: World) -> None:
    world.post("Ask everybody")
    world.post("Ask the members", workspace=world.workspace(visibility="secret", members=["member", "guest"]))
    world.post("Ask me", published=False)

    for who in EVERYBODY:
        with world.looking(who) as (db, viewer):
            own = access.select_entries(viewer, Post, Post.title).where(Post.title.startswith("Ask"))
            assert _seen(world, who) == sorted(db.scalars(own)), who
    assert _seen(world, "member") == ["Ask everybody", "Ask the members"]
    assert _seen(world, "author") == ["Ask everybody", "Ask me", "Ask the members"]


def test_a_kept_statement_is_asked_about_the_present(world: World) -> None:
    later = clock.now() + timedelta(hours=1)
    world.post("Ask later", guests_from=later, public_from=later)

    assert _seen(world, STRANGER) == []
    with clock.shifted(timedelta(hours=2)):
        assert _seen(world, STRANGER) == ["Ask later"]


def test_a_statement_that_keeps_a_moment_is_refused(world: World) -> None:
    def stale(viewer: Viewer) -> Select[Any]:
        return access.select_entries(viewer, Post, Post.id).where(Post.published_at <= datetime.now(UTC))

    with world.looking("member") as (db, viewer), pytest.raises(TypeError, match="moment"):
        ask(db, viewer, stale)


def test_a_kept_statement_answers_nobody_in_particular(world: World) -> None:
    world.post("Ask everybody")

    with world.looking("member") as (db, _), pytest.raises(StatementError, match="viewer_id"):
        db.execute(_statement(_titles, _whoever("employee", False, False, False)), {"begin": "Ask"})


def test_a_connection_that_has_written_cannot_write_for_readers(world: World) -> None:
    change = text("UPDATE workspace SET name = 'Taken'")
    for _ in range(2):
        with world.context.write.begin() as db:
            db.execute(text("UPDATE workspace SET name = name"))
        with world.context.read() as db, pytest.raises(DBAPIError):
            db.execute(change)

"""The past is append-only, and whoever changes it past Collab is noticed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from collab import activity, clock
from collab.activity import checks, outbox
from collab.activity.seals import Checked
from collab.viewer import ANONYMOUS
from tests.cast import World

#: What somebody with the database's password does first.
UNLOCK = {
    "sqlite": [
        f"DROP TRIGGER {name}"
        for name in ("event_stays", "event_unchanged", "event_seal_stays", "event_seal_unchanged")
    ],
    "postgresql": ["SET LOCAL session_replication_role = replica"],
}


def _write(world: World, *kinds: str) -> None:
    """Record these events, each in a transaction of its own, and let the worker seal them."""
    for kind in kinds:
        with world.context.write.begin() as db:
            activity.record(db, kind, ANONYMOUS, fields=["name"], number=1.5)
    outbox.drain(world.context, [])


def _forge(world: World, *statements: str, **values: Any) -> None:
    connection: Connection
    with world.context.write.kw["bind"].execution_options(write=True).begin() as connection:
        for statement in [*UNLOCK[connection.dialect.name], *statements]:
            given = {name: value for name, value in values.items() if f":{name}" in statement}
            connection.execute(text(statement), given)


def _ids(world: World) -> list[int]:
    with world.context.read() as db:
        return list(db.execute(text("SELECT id FROM event ORDER BY id")).scalars())


def _look(world: World, kept: str = "") -> Checked:
    return checks.look(world.context, kept)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event",
        "UPDATE event SET kind = 'x'",
        "UPDATE event SET at = at",
        "UPDATE event SET actor_id = 1, dispatched_at = NULL",
        "DELETE FROM event_seal",
        "UPDATE event_seal SET seal = ''",
    ],
)
def test_the_database_refuses_to_change_the_past(world: World, statement: str) -> None:
    _write(world, "a.one")
    with pytest.raises(DBAPIError, match="added and never changed"), world.system() as db:
        db.execute(text(statement))
    assert _look(world).well


def test_that_an_event_was_handed_out_is_noted(world: World) -> None:
    _write(world, "a.one")
    with world.context.read() as db:
        assert db.scalar(text("SELECT count(*) FROM event WHERE dispatched_at IS NULL")) == 0


def test_events_are_sealed_as_they_are_handed_out(world: World) -> None:
    _write(world, "a.one", "a.two")
    checked = _look(world)
    assert (checked.well, checked.number) == (True, len(_ids(world)))
    assert checked.since is not None
    assert checks.last(world.context).checked == checked  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("statements", "how"),
    [
        (["UPDATE event SET kind = 'b.two' WHERE id = :one"], "changed"),
        (["UPDATE event SET at = :then WHERE id = :one"], "changed"),
        (["UPDATE event SET actor_id = 1 WHERE id = :one"], "changed"),
        (["DELETE FROM event WHERE id = :one"], "missing"),
        (["DELETE FROM event_seal WHERE event_id = :one", "DELETE FROM event WHERE id = :one"], "changed"),
        (
            [
                "UPDATE event_seal SET event_id = 0 WHERE event_id = :one",
                "UPDATE event_seal SET event_id = :one WHERE event_id = :two",
                "UPDATE event_seal SET event_id = :two WHERE event_id = 0",
            ],
            "changed",
        ),
        (["UPDATE event SET id = 0 WHERE id = :one"], "missing"),
        (["DELETE FROM event_seal WHERE event_id = :two"], "changed"),
        (
            [
                (
                    "INSERT INTO event (kind, data, at, dispatched_at) "
                    "SELECT 'c.new', data, at, at FROM event WHERE id = :one"
                )
            ],
            "put_in",
        ),
        (
            [
                (
                    "INSERT INTO event (kind, data, at, dispatched_at) "
                    "SELECT 'c.new', data, at, at FROM event WHERE id = :one"
                ),
                "INSERT INTO event_seal (event_id, seal) SELECT max(id), 'forged' FROM event",
            ],
            "changed",
        ),
    ],
)
def test_whoever_changes_the_past_is_noticed(world: World, statements: list[str], how: str) -> None:
    _write(world, "a.one", "a.two", "a.three")
    one, two = _ids(world)[-3:-1]
    assert _look(world).well

    _forge(world, *statements, one=one, two=two, then="2001-01-01 00:00:00.000000")

    checked = _look(world)
    assert (checked.well, checked.how) == (False, how)
    assert checked.broken is not None
    _write(world, "a.four")  # and what comes after does not heal it
    assert _look(world).how == how


def test_what_was_cut_off_is_noticed_by_the_end_that_was_kept(world: World) -> None:
    _write(world, "a.one", "a.two")
    kept = _look(world).head
    _write(world, "a.three")
    assert _look(world, kept).well

    last = _ids(world)[-2:]
    _forge(
        world,
        *(f"DELETE FROM event_seal WHERE event_id = {number}" for number in last),
        *(f"DELETE FROM event WHERE id = {number}" for number in last),
    )

    assert _look(world).well
    assert _look(world, kept).how == "cut_off"
    _write(world, "a.four", "a.five")
    assert _look(world, kept).how == "cut_off"
    assert _look(world, "no such thing").how == "cut_off"


def test_an_event_that_pretends_to_be_old_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(world, "a.one")
    then: Callable[[], Any] = clock.now
    with monkeypatch.context() as earlier:
        long_ago = then() - timedelta(days=3)
        earlier.setattr(clock, "now", lambda: long_ago)
        _write(world, "a.two")
    assert (_look(world).well, _look(world).late) == (True, 1)


def test_events_that_were_committed_late_are_sealed_late(world: World) -> None:
    _write(world, "a.one")
    with world.context.write() as slow:
        number = max(_ids(world)) + 10
        slow.execute(
            text("INSERT INTO event (id, kind, data, at) SELECT :id, kind, data, at FROM event LIMIT 1"),
            {"id": number},
        )
        slow.commit()
    outbox.drain(world.context, [])
    with world.context.write.begin() as db:
        db.execute(
            text("INSERT INTO event (id, kind, data, at) SELECT :id, kind, data, at FROM event LIMIT 1"),
            {"id": number - 5},
        )
    outbox.drain(world.context, [])
    assert _look(world).well
    assert _look(world).number == len(_ids(world))


def test_what_was_there_before_the_seals_is_sealed_first(world: World) -> None:
    _write(world, "a.one", "a.two")
    _forge(world, "DELETE FROM event_seal")
    assert _look(world).how == "put_in"

    checks.catch_up(world.context)

    assert _look(world).well
    assert _look(world).number == len(_ids(world))


def test_the_worker_looks_once_a_day(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(world, "a.one")
    assert checks.look_if_due(world.context) is not None
    assert checks.look_if_due(world.context) is None
    tomorrow = clock.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert checks.look_if_due(world.context) is not None

"""From events to listeners: at least once, with back-off, failures kept in sight."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from collab import activity, clock
from collab.activity import outbox
from collab.activity.models import Delivery, Event
from collab.activity.outbox import ATTEMPTS, BATCH, Context, Listener
from collab.viewer import ANONYMOUS
from tests.cast import World


class Ear:
    """A listener that keeps what it heard, and fails as long as ``fails`` says so."""

    def __init__(self, *kinds: str, name: str = "ear") -> None:
        self.heard: list[int] = []
        self.fails: Callable[[Event], bool] = lambda _event: False
        self.listener = Listener(name, kinds or ("*",), self.handle)

    def handle(self, _context: Context, events: Sequence[Event]) -> None:
        for event in events:
            if self.fails(event):
                raise ValueError("cannot hear")
        self.heard += [event.id for event in events]


@pytest.fixture
def quiet(world: World) -> World:
    """A world in which nothing waits to be told."""
    outbox.drain(world.context, ())
    return world


def _happen(world: World, *kinds: str) -> list[int]:
    with world.context.write.begin() as db:
        events = [activity.record(db, kind, ANONYMOUS) for kind in kinds]
        db.flush()
        return [event.id for event in events]


def _count(world: World, what: type[Event] | type[Delivery], *conditions: object) -> int:
    with world.context.read() as db:
        return db.scalar(select(func.count()).select_from(what).where(*conditions)) or 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "kind", "wants"),
    [
        ("*", "post.published", True),
        ("post.*", "post.published", True),
        ("post.*", "poster.published", False),
        ("post.published", "post.published", True),
        ("post.published", "post.published.again", False),
        ("post.published", "post.edited", False),
    ],
)
def test_what_a_listener_wants(wanted: str, kind: str, wants: bool) -> None:
    assert Listener("ear", (wanted,), lambda _context, _events: None).wants(kind) is wants


def test_each_listener_gets_each_event_that_it_wants_once(quiet: World) -> None:
    posts, everything = Ear("post.*", name="posts"), Ear(name="everything")
    first, second, third = _happen(quiet, "post.published", "page.edited", "post.edited")

    done = outbox.drain(quiet.context, [posts.listener, everything.listener])

    assert (posts.heard, everything.heard, done) == ([first, third], [first, second, third], 5)
    assert outbox.drain(quiet.context, [posts.listener, everything.listener]) == 0
    assert _count(quiet, Delivery) == 0
    assert _count(quiet, Event, Event.dispatched_at.is_(None)) == 0


def test_an_act_that_is_undone_is_not_told(quiet: World) -> None:
    ear = Ear()
    with pytest.raises(ZeroDivisionError), quiet.context.write.begin() as db:
        activity.record(db, "post.published", ANONYMOUS)
        db.flush()
        raise ZeroDivisionError

    outbox.drain(quiet.context, [ear.listener])

    assert ear.heard == []


def test_a_failure_is_tried_again_later_and_does_not_hold_up_others(quiet: World) -> None:
    ear = Ear()
    bad, good = _happen(quiet, "post.bad", "post.good")
    ear.fails = lambda event: event.kind == "post.bad"

    outbox.drain(quiet.context, [ear.listener])
    assert ear.heard == [good]
    assert _count(quiet, Delivery, Delivery.attempts == 1, Delivery.failed_at.is_(None)) == 1

    ear.fails = lambda _event: False
    outbox.drain(quiet.context, [ear.listener])
    assert ear.heard == [good], "too early"
    with clock.shifted(timedelta(seconds=3)):
        outbox.drain(quiet.context, [ear.listener])
    assert ear.heard == [good, bad]
    assert _count(quiet, Delivery) == 0


def test_waiting_grows_and_what_never_works_is_kept_in_sight(quiet: World) -> None:
    ear = Ear()
    ear.fails = lambda _event: True
    (bad,) = _happen(quiet, "post.bad")
    waits = []
    passed = timedelta(0)
    for _ in range(ATTEMPTS):
        with clock.shifted(passed):
            outbox.drain(quiet.context, [ear.listener])
            with quiet.context.read() as db:
                kept = db.scalars(select(Delivery)).one()
            waits.append(kept.due_at - clock.now())
            passed += max(timedelta(0), waits[-1]) + timedelta(seconds=1)

    assert waits == sorted(waits) or max(waits) > timedelta(minutes=59)
    assert waits[0] < timedelta(seconds=3) and waits[-1] > timedelta(minutes=30)
    assert kept.failed_at is not None and kept.error == "ValueError: cannot hear"
    with quiet.context.read() as db:
        assert outbox.backlog(db) == {"waiting": 0, "due": 0, "failed": 1}

    ear.fails = lambda _event: False
    with quiet.context.write.begin() as db:
        assert outbox.retry_failed(db) == 1
    outbox.drain(quiet.context, [ear.listener])
    assert ear.heard == [bad]


def test_a_listener_that_did_its_work_and_died_is_told_again(quiet: World) -> None:
    """At least once: the delivery is done only when the listener has come back."""
    ear = Ear()
    (event,) = _happen(quiet, "post.published")

    def dies(_context: Context, events: Sequence[Event]) -> None:
        ear.heard += [one.id for one in events]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.drain(quiet.context, [Listener("ear", ("*",), dies)])
    outbox.drain(quiet.context, [ear.listener])

    assert ear.heard == [event, event]


def test_many_events_come_in_batches(quiet: World) -> None:
    sizes = []
    listener = Listener("ear", ("*",), lambda _context, events: sizes.append(len(events)))
    _happen(quiet, *["post.edited"] * (BATCH + 1))

    outbox.drain(quiet.context, [listener])

    assert sum(sizes) == BATCH + 1
    assert max(sizes) <= BATCH


def test_two_workers_at_once_lose_and_double_no_delivery(quiet: World) -> None:
    """Both may hand an event on, but each event has one delivery for a listener, and it ends."""
    ear = Ear()
    happened = _happen(quiet, *["post.edited"] * 300)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        outbox.drain(quiet.context, [ear.listener])

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert set(ear.heard) == set(happened)
    assert max(Counter(ear.heard).values()) <= 2
    assert _count(quiet, Delivery) == 0

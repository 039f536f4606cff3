"""Counting tries: many at once are counted one by one, and a window passes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from collab import clock
from collab.auth import throttle
from collab.errors import TooMany
from tests.cast import World


def test_of_many_at_once_none_is_lost(world: World) -> None:
    """Else whoever guesses often enough at the same time is never stopped."""

    def guess(_number: int) -> None:
        with world.context.write.begin() as db:
            throttle.count(db, "guessing")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(guess, range(12)))
    with world.system() as db:
        throttle.check(db, "guessing", 13)
        with pytest.raises(TooMany):
            throttle.check(db, "guessing", 12)


def test_a_window_passes_and_another_begins(world: World) -> None:
    with world.system() as db:
        for _ in range(3):
            throttle.count(db, "guessing")
        with pytest.raises(TooMany) as stopped:
            throttle.check(db, "guessing", 3)
        assert 0 < stopped.value.retry_after <= 15 * 60
        with clock.shifted(timedelta(minutes=16)):
            throttle.check(db, "guessing", 3)
            throttle.count(db, "guessing")
            throttle.check(db, "guessing", 2)

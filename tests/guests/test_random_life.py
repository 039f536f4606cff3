"""Anything happens in any order; after each step everybody sees exactly what the policy says."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import World
from tests.guests.beginnings import Beginning, start_numbers
from tests.guests.guest_acts import Host
from tests.guests.guest_lives import GuestLives
from tests.workspaces.access_world import FIRST_ID

#: So many lives, each another one every time: LIVES=1000 make test ARGS="-k random_life"
LIVES = int(os.environ.get("LIVES", "0"))
#: SHRINK=1 looks for the shortest life in which something goes wrong. That takes minutes.
SHRINK = bool(os.environ.get("SHRINK"))
USUALLY = {"sqlite": 3, "postgresql": 2}


def _beginnings(world: World) -> Callable[[], GuestLives]:
    """How one life after the other begins, all on the same day."""
    with world.system() as db:
        start_numbers(db, FIRST_ID)
    folder = world.context.data_dir / "life"
    folder.mkdir()
    first = _company(world, folder)
    with first.frozen():
        first.begin()
    beginning = Beginning(world.context.write.kw["bind"], folder, "lives")

    def begin() -> GuestLives:
        company = _company(world, beginning.again())
        company.go_on_from(first)
        return GuestLives(company)

    return begin


def _company(world: World, folder: Path) -> Host:
    settings = replace(world.context.settings, data_dir=folder)
    return Host(World(world.app, replace(world.context, settings=settings)))


def test_everybody_sees_what_the_policy_says_whatever_happens(world: World, database: str) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        _beginnings(world),
        settings=settings(
            max_examples=LIVES or USUALLY[database],
            stateful_step_count=40 if LIVES else 20,
            derandomize=not LIVES,
            phases=[Phase.generate, *([Phase.shrink] if SHRINK else [])],
            deadline=None,
            database=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

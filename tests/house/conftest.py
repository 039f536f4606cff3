"""A world with one of everything, for tests that go through every door."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from collab import clock
from collab.app import create_app, make_context
from collab.auth.models import Account, SignInSession
from collab.config import Settings
from collab.db import make_engine
from tests.cast import CAST, Client, World
from tests.databases import careless
from tests.house.full_world import Full, fill


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Full]:
    """The cast among marked things of every kind, in every kind of place; read only, on SQLite.

    It is always the moment at which everybody has come in: nobody's visit is to be noted any more.
    """
    folder = tmp_path_factory.mktemp("full")
    shutil.copy(request.getfixturevalue("_template"), folder / "collab.db")
    settings = Settings(data_dir=folder, secret_key="for tests only", demo=False, debug_statements=True)
    context = make_context(settings, careless(make_engine(settings.database)))
    app = create_app(replace(context, write=context.read))  # whoever wants to write, fails
    app.test_client_class = Client
    found = fill(World(app, context))
    for who in CAST:
        found.world.as_(who)
    moment, now = clock.now(), clock.now
    with found.world.system() as db:
        db.execute(update(Account).values(seen_at=moment))
        db.execute(update(SignInSession).values(seen_at=moment))
    clock.now = lambda: moment
    yield found
    clock.now = now
    context.write.kw["bind"].dispose()


@pytest.fixture(scope="session")
def sources() -> dict[Path, str]:
    """Every Python file of the package."""
    root = Path(__file__).parents[2] / "collab"
    return {path.relative_to(root.parent): path.read_text() for path in sorted(root.rglob("*.py"))}

"""A fresh Collab for each test, on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from xdist.remote import Producer

from collab.app import create_app, make_context
from collab.auth.providers.metadata import Published
from collab.config import Settings
from collab.db import make_engine
from collab.search.listeners import reindex
from collab.upgrade import upgrade
from tests.cast import Client, World, hire
from tests.databases import Kept, Moving, careless
from tests.order import Scheduling, begin_with_the_longest, without_repetition
from tests.postgres import postgres_url

# Tests start Collab's programs many times over. They need not compile it anew each time, as they would
# where the machine tells Python to keep nothing.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SECRET_KEY = "for tests only"
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    without_repetition(config, items)
    begin_with_the_longest(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real collections; tests that need them say so where they are absent."""
    if not CORPUS.is_dir():
        pytest.skip("the real collections are not beside this checkout")
    return CORPUS


@pytest.fixture(scope="session")
def _app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One application for all tests of a process: putting it together takes longer than most tests.

    It keeps nothing but its routes and compiled templates; each test hands it its own context, and
    lets it know nothing yet of the keys of providers.
    """
    data_dir = tmp_path_factory.mktemp("app")
    app = create_app(make_context(Settings(data_dir=data_dir, secret_key=SECRET_KEY, demo=False)))
    app.test_client_class = Client
    return app


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database, migrated, with the cast in it."""
    path = tmp_path_factory.mktemp("template") / "collab.db"
    engine = careless(make_engine(f"sqlite:///{path}"))
    upgrade(engine)
    with make_context(Settings(data_dir=path.parent), engine).write.begin() as db:
        hire(db)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _sqlite() -> Moving:
    return Moving()


@pytest.fixture(scope="session")
def _postgres(worker_id: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A PostgreSQL database, migrated, that can be brought back to having but the cast in it."""
    engine = make_engine(postgres_url(worker_id))
    upgrade(engine)
    context = make_context(Settings(data_dir=tmp_path_factory.mktemp("postgres")), engine)
    with context.write.begin() as db:
        hire(db)
    reindex(context)
    yield Kept(engine)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(database: str, request: pytest.FixtureRequest, tmp_path: Path, _app: Flask) -> Iterator[World]:
    """A Collab with the cast and the company blog in it, on either database."""
    settings = Settings(data_dir=tmp_path, secret_key=SECRET_KEY, demo=False, debug_statements=True)
    if database == "sqlite":
        shutil.copy(request.getfixturevalue("_template"), tmp_path / "collab.db")
        moving: Moving = request.getfixturevalue("_sqlite")
        context = make_context(settings, moving.to(settings.database))
    else:
        kept: Kept = request.getfixturevalue("_postgres")
        kept.anew()
        context = make_context(settings, kept.engine)
    _app.extensions["collab"] = context
    _app.extensions["collab-providers"] = Published()
    yield World(_app, context)
    if database == "sqlite":
        context.write.kw["bind"].dispose()

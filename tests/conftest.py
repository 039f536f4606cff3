"""A fresh Collab for each test, on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, event

from collab.app import create_app, make_context
from collab.config import Settings
from collab.db import Base, make_engine
from collab.schema import upgrade
from tests.cast import Client, World, hire
from tests.postgres import postgres_url

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real collections; tests that need them say so where they are absent."""
    if not CORPUS.is_dir():
        pytest.skip("the real collections are not beside this checkout")
    return CORPUS


class Compiled(BytecodeCache):
    """Templates compiled by an earlier test of this process; half of a test's time was spent on it."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def _careless(engine: Engine) -> Engine:
    """A test's database may be lost in a power cut."""

    @event.listens_for(engine, "connect")
    def _(connection, _record):  # type: ignore[no-untyped-def]
        connection.execute("PRAGMA synchronous=OFF")

    return engine


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database, migrated, with the cast in it."""
    path = tmp_path_factory.mktemp("template") / "collab.db"
    engine = _careless(make_engine(f"sqlite:///{path}"))
    upgrade(engine)
    with make_context(Settings(data_dir=path.parent), engine).write.begin() as db:
        hire(db)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _postgres(worker_id: str) -> Iterator[Engine]:
    engine = make_engine(postgres_url(worker_id).replace("postgresql://", "postgresql+psycopg://"))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def world(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A Collab with the cast and the company blog in it, on either database."""
    settings = Settings(data_dir=tmp_path, secret_key="for tests only", demo=False, debug_statements=True)
    if database == "sqlite":
        shutil.copy(request.getfixturevalue("_template"), tmp_path / "collab.db")
        context = make_context(settings, _careless(make_engine(settings.database)))
    else:
        engine: Engine = request.getfixturevalue("_postgres")
        context = make_context(settings, engine)
        _empty(engine)
        with context.write.begin() as db:
            hire(db)
    app = create_app(context)
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = COMPILED
    yield World(app, context)
    if database == "sqlite":
        context.write.kw["bind"].dispose()


def _empty(engine: Engine) -> None:
    """Delete all rows but the company blog's. On small tables that takes half as long as TRUNCATE."""
    names = [table.name for table in Base.metadata.sorted_tables if table.name != "workspace"]
    deletes = "; ".join(f'DELETE FROM "{name}"' for name in names)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            # As a replica: no foreign key is looked after meanwhile, so that any order will do.
            "SET LOCAL session_replication_role = replica; "
            f"{deletes}; DELETE FROM workspace WHERE slug <> 'blog'"
        )

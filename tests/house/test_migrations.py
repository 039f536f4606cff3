"""The migrations make, from nothing, just the database that the models describe."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Engine, inspect, select

from collab.db import make_engine
from collab.schema import METADATA, is_current, newest
from collab.upgrade import configuration, upgrade
from collab.workspaces.models import Workspace
from tests.postgres import postgres_url


@pytest.fixture
def empty(database: str, tmp_path: Path, worker_id: str) -> Iterator[Engine]:
    """A database with nothing in it."""
    if database == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
        yield engine
        engine.dispose()
        return
    url = postgres_url(worker_id)
    name = f"empty_{worker_id}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        engine = make_engine(url.replace(f"/collab_{worker_id}?", f"/{name}?"))
        yield engine
        engine.dispose()
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def test_an_upgraded_empty_database_is_what_the_models_say(empty: Engine) -> None:
    assert not is_current(empty)

    upgrade(empty)

    assert is_current(empty)
    assert newest() == ScriptDirectory.from_config(configuration()).get_current_head()
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        assert connection.scalars(select(Workspace.slug)).all() == ["blog"]


def test_upgrading_twice_does_nothing(empty: Engine) -> None:
    upgrade(empty)
    with empty.connect() as connection:
        before = connection.execute(select(Workspace.public_id)).all()

    upgrade(empty)

    with empty.connect() as connection:
        assert connection.execute(select(Workspace.public_id)).all() == before


def test_the_database_itself_keeps_what_the_models_promise(empty: Engine) -> None:
    """Alembic does not compare conditions of checks: their names at least are all there."""
    upgrade(empty)
    inspector = inspect(empty)
    for table in METADATA.sorted_tables:
        wanted = {c.name for c in table.constraints if c.__visit_name__ == "check_constraint"}
        there = {check["name"] for check in inspector.get_check_constraints(table.name)}
        assert wanted <= there, table.name

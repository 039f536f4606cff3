"""The migrations make, from nothing, just the database that the models describe."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import Connection, Engine, MetaData, Table, inspect, select, text
from sqlalchemy.schema import CreateTable

from collab.db import make_engine
from collab.files.models import AttachmentPreview, AttachmentText
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


def test_sqlite_numbers_and_keeps_rows_as_the_models_say(tmp_path: Path) -> None:
    """Alembic does not compare this either, and forgets it of tables that it makes again."""
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    upgrade(engine)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master")).all()
    engine.dispose()
    made = {row.name: row.sql for row in rows}
    for table in METADATA.sorted_tables:
        wanted = str(CreateTable(table).compile(engine))
        for words in ("AUTOINCREMENT", "WITHOUT ROWID"):
            assert (words in made[table.name]) == (words in wanted), table.name


def test_files_that_were_there_before_wait_to_be_read_and_shown(empty: Engine) -> None:
    upgrade(empty, "0003")
    with empty.execution_options(write=True).connect() as connection:
        author = _put(connection, "account", kind="employee", status="active")
        place = connection.scalar(select(Workspace.id))
        entry = _put(connection, "entry", workspace_id=place, author_id=author)
        part = {"workspace_id": place, "entry_id": entry, "author_id": author}
        plan = _put(connection, "attachment", **part, public_id="plan", width=None)
        _put(connection, "attachment", **part, public_id="picture", width=4)
        connection.commit()
    upgrade(empty)

    with empty.connect() as connection:
        rows = connection.execute(select(AttachmentText.__table__)).all()
        previews = connection.execute(select(AttachmentPreview.__table__)).all()
    assert [(row.attachment_id, row.rules, row.text) for row in rows] == [(plan, 0, "")]
    assert [(row.attachment_id, row.rules, row.sizes) for row in previews] == [(plan, 0, [])]


def _put(connection: Connection, name: str, **known: Any) -> int:
    """A row of the table as it is now, with something in every column that needs it."""
    table = Table(name, MetaData(), autoload_with=connection)
    needed = {
        column.name: _something(column.type.python_type)
        for column in table.columns
        if not column.nullable and not column.primary_key
    }
    made = connection.execute(table.insert().values(needed | known)).inserted_primary_key
    assert made is not None
    return int(made[0])


def _something(kind: type) -> Any:
    return {int: 1, bool: False, datetime: datetime(2026, 1, 1, tzinfo=UTC), dict: {}, list: []}.get(
        kind, "x"
    )

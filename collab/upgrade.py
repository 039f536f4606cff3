"""Bringing a database up to the tables of all rooms."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine

from collab.schema import MIGRATIONS


def configuration(engine_connection: object = None) -> Config:
    """Alembic's configuration, made here so that no second file has to agree with it."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = engine_connection
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to the newest (or the named) form. Doing it twice does nothing."""
    with engine.execution_options(write=True).connect() as connection, _tables_may_be_made_anew(connection):
        command.upgrade(configuration(connection), to)
        connection.commit()


@contextmanager
def _tables_may_be_made_anew(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making another and dropping the first, to which others point.

    So foreign keys are looked at once, at the end (https://www.sqlite.org/lang_altertable.html, 7).
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    database: Any = connection.connection.driver_connection
    database.execute("PRAGMA foreign_keys=OFF")  # outside of any transaction, where alone it has an effect
    try:
        yield
        broken = database.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.rollback()
        database.execute("PRAGMA foreign_keys=ON")
    if broken:
        raise RuntimeError(f"The upgrade left rows that point nowhere: {broken[:5]}")

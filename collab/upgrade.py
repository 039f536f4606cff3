"""Bringing a database up to the tables of all rooms."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

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
    with engine.execution_options(write=True).connect() as connection:
        command.upgrade(configuration(connection), to)
        connection.commit()

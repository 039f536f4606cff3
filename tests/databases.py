"""Databases that may be lost in a power cut, which those of tests may."""

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry


def careless(engine: Engine) -> Engine:
    """Let SQLite hand its writes to the system and not wait for the disk: another process sees them all the same."""

    @event.listens_for(engine, "connect")
    def _(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.cursor().execute("PRAGMA synchronous=OFF")

    return engine

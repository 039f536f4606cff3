"""Databases that may be lost in a power cut, which those of tests may."""

from sqlalchemy import Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.pool import ConnectionPoolEntry

from collab.db import make_engine


def careless(engine: Engine) -> Engine:
    """Let SQLite hand its writes to the system and not wait for the disk: another process sees them all the same."""

    @event.listens_for(engine, "connect")
    def _(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.cursor().execute("PRAGMA synchronous=OFF")

    return engine


class Moving:
    """One engine for all SQLite databases of a process, one of which it is at.

    What SQLAlchemy has once put into words it need not for the next database: so it is where
    Collab runs, and so it is in the tests on PostgreSQL, which have one database in all.
    """

    def __init__(self) -> None:
        self.engine = careless(make_engine("sqlite:///nowhere.db"))
        event.listen(self.engine, "do_connect", self._connect)

    def to(self, url: str) -> Engine:
        """Leave the last database; from now on all connections are to this one."""
        self.engine.dispose()
        self.engine.url = make_url(url)
        return self.engine

    def _connect(
        self,
        _dialect: Dialect,
        _record: ConnectionPoolEntry | None,
        arguments: list[str | None],
        _more: object,
    ) -> None:
        arguments[0] = self.engine.url.database

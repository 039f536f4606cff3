"""Databases that may be lost in a power cut, which those of tests may."""

from sqlalchemy import Connection, Engine, Table, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.pool import ConnectionPoolEntry

from collab.db import Base, make_engine


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


class Kept:
    """What is in the tables of a PostgreSQL database now, to be brought back again and again.

    PostgreSQL does it in one function, whose statements it plans once. DELETE takes half as long as
    TRUNCATE on small tables. Numbers begin anew, too, below those that some tests give out.
    """

    def __init__(self, engine: Engine, name: str = "kept") -> None:
        self.engine, self.name = engine, name
        with engine.begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {name} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
            steps = [f'DELETE FROM "{table.name}"' for table in Base.metadata.sorted_tables]
            for table in Base.metadata.sorted_tables:
                steps += self._refilled(connection, table) + self._counted(connection, table)
            connection.exec_driver_sql(
                f"CREATE FUNCTION {name}.anew() RETURNS void LANGUAGE plpgsql "
                # As a replica: no foreign key is looked after meanwhile, so that any order will do.
                f"SET session_replication_role = replica AS $$ BEGIN {'; '.join(steps)}; END $$"
            )

    def anew(self) -> None:
        """Only that is in the database, and nothing else."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT {self.name}.anew()")

    def _refilled(self, connection: Connection, table: Table) -> list[str]:
        copy = f'{self.name}."{table.name}"'
        kept = connection.exec_driver_sql(f'CREATE TABLE {copy} AS TABLE "{table.name}"')
        return [f'INSERT INTO "{table.name}" SELECT * FROM {copy}'] if kept.rowcount else []

    def _counted(self, connection: Connection, table: Table) -> list[str]:
        if [*table.primary_key.columns.keys()] != ["id"]:
            return []
        found = f"pg_get_serial_sequence('\"{table.name}\"', 'id')"
        sequence = connection.exec_driver_sql(f"SELECT {found}").scalar_one()
        if sequence is None:
            return []
        last, called = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()
        return [f"PERFORM setval('{sequence}', {last}, {called})"]

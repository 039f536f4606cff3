"""The database: engine, session, base class and column types. Knows no table of ours."""

import base64
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Engine, MetaData, String, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

#: SQL statements sent in the present context; the web layer sets it to 0 at each request.
statements: ContextVar[int] = ContextVar("statements", default=0)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC. Refuses naive times instead of guessing."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        str: String(),
    }


def inserting(db: Session, table: type[Base]) -> Any:
    """An INSERT that knows ``on_conflict_do_update``: both databases have it, each in a dialect of its own."""
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table)


def new_public_id() -> str:
    """96 random bits as 16 characters that are safe in an address; never reused."""
    return base64.urlsafe_b64encode(secrets.token_bytes(12)).decode("ascii")


def make_engine(url: str) -> Engine:
    """An engine with the guarantees that Collab relies on.

    SQLite: WAL, every commit synced to disk (measured: NORMAL loses acknowledged commits
    in a power cut), foreign keys on, writers wait for one another. A transaction without
    the execution option ``write`` cannot write at all.

    Nobody waits for a connection: who holds a lock may need a second one, and those who have all the
    others may be waiting for that lock. There are never more than two for each thread.
    """
    if url.startswith("sqlite"):
        connect = {"timeout": 30, "check_same_thread": False}
        engine = create_engine(url, connect_args=connect, max_overflow=-1)
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_pre_ping=True, max_overflow=-1)
        event.listen(engine, "connect", _open_postgresql)
    event.listen(engine, "before_cursor_execute", count_statement)
    return engine


def _open_postgresql(connection: Any, _record: ConnectionPoolEntry) -> None:
    """No statement of ours runs for so long that it is worth making machine code of it."""
    connection.execute("SET jit = off")
    connection.commit()


def _open_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin in _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-16000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = bool(connection.get_execution_options().get("write"))
    raw = connection.connection.dbapi_connection
    assert raw is not None  # noqa: S101 - a connection that began is open
    cursor = raw.cursor()
    if connection.info.get("writes") is not write:  # the pragma makes SQLite forget its prepared statements
        cursor.execute(f"PRAGMA query_only={'OFF' if write else 'ON'}")
        connection.info["writes"] = write
    cursor.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    cursor.close()


def count_statement(*_: Any) -> None:
    """One more was sent to the database."""
    statements.set(statements.get() + 1)


def sessions(engine: Engine, *, write: bool) -> sessionmaker[Session]:
    """A maker of sessions that may write, or of such that the database keeps from writing."""
    options: dict[str, Any] = {"write": write}
    if not write and engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = True
    return sessionmaker(engine.execution_options(**options), expire_on_commit=False, autoflush=True)

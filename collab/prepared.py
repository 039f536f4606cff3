"""Statements in the words of the database, to be asked again and again.

To run a statement, SQLAlchemy looks for its compiled form, works through every parameter and makes
the reader of its rows: several times the work that SQLite has with the answer. Here this is done
once; what is left is to put the values in and to read the rows. Nothing the database says is kept.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Result, Select
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from collab.db import count_statement

Convert = Callable[[Any], Any]


def ask(db: Session, statement: Select[*tuple[Any, ...]], values: Mapping[str, Any]) -> Result[Any]:
    """The rows of a statement over columns, as ``db.execute`` gives them.

    ``values`` are for its parameters; those of an IN are lists. The statement is kept, so there may
    only be few of them; and it has to hold all its conditions, for no net looks at it.
    """
    db.flush()
    connection = db.connection()
    lengths = tuple((name, len(value)) for name, value in values.items() if isinstance(value, list))
    return _prepared(statement, connection.dialect, lengths).ask(connection, values)


@lru_cache(maxsize=1000)
def _prepared(
    statement: Select[*tuple[Any, ...]], dialect: Dialect, lengths: Sequence[tuple[str, int]]
) -> "_Prepared":
    return _Prepared(statement, dialect, dict(lengths))


class _Prepared:
    """A statement for one database, with so many values in each IN."""

    def __init__(
        self, statement: Select[*tuple[Any, ...]], dialect: Dialect, lengths: Mapping[str, int]
    ) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        binds: Mapping[str, BindParameter[Any]] = compiled.binds
        unknown = {
            name: [None] * lengths.get(name, 1) if bind.expanding else None
            for name, bind in binds.items()
            if bind.required
        }
        spelled = compiled.construct_expanded_state(unknown)
        self._words: str = spelled.statement
        self._order: Sequence[str] | None = spelled.positiontup
        self._fixed: dict[str, Any] = {}
        self._asked: list[tuple[str, BindParameter[Any], Sequence[str] | None, Convert]] = []
        for name, bind in binds.items():
            names, convert = spelled.parameter_expansion.get(name), _to_database(bind.type, dialect)
            if bind.required or bind.callable:
                self._asked.append((name, bind, names, convert))
            else:
                self._fixed |= _filled(bind.value, name, names, convert)
        columns = statement.selected_columns.values()
        readers = ((place, _from_database(column.type, dialect)) for place, column in enumerate(columns))
        self._readers = [(place, reader) for place, reader in readers if reader]
        self._names = SimpleResultMetaData([str(column.key) for column in columns])

    def ask(self, connection: Connection, values: Mapping[str, Any]) -> Result[Any]:
        filled = dict(self._fixed)
        for name, bind, names, convert in self._asked:
            value = values[name] if bind.required else bind.effective_value
            filled.update(_filled(value, name, names, convert))
        told: Any = filled if self._order is None else tuple(map(filled.__getitem__, self._order))
        return IteratorResult(self._names, self._rows(self._fetched(connection, told)))

    def _fetched(self, connection: Connection, told: Any) -> Sequence[Any]:
        count_statement()
        cursor = connection.connection.cursor()
        dbapi: Any = connection.dialect.loaded_dbapi
        try:
            cursor.execute(self._words, told)
            return cursor.fetchall()
        except dbapi.Error as error:
            raise DBAPIError.instance(
                self._words, told, error, dbapi.Error, dialect=connection.dialect
            ) from error
        finally:
            cursor.close()

    def _rows(self, found: Sequence[Any]) -> Iterator[Any]:
        for row in found:
            values = list(row)
            for place, read in self._readers:
                values[place] = read(values[place])
            yield tuple(values)


def _filled(value: Any, name: str, names: Sequence[str] | None, convert: Convert) -> dict[str, Any]:
    """The value of a parameter under its name in the statement; each value of an IN has one."""
    if names is None:
        return {name: convert(value)}
    return dict(zip(names, map(convert, value), strict=True))


def _as_it_is(value: Any) -> Any:
    return value


def _to_database(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).bind_processor(dialect) or _as_it_is


def _from_database(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)

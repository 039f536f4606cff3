"""Many numbers as one value of a statement: how many they are changes nothing in its words."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class AmongNumbers(FunctionElement[bool]):
    """A condition: the column's number is in the list, a parameter, which ``listed`` makes."""

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: Any, parameter: str) -> None:
        super().__init__(column, bindparam(parameter, type_=String))

    def self_group(self, against: Any = None) -> "AmongNumbers":
        """As it stands: behind SQLAlchemy's ``= 1``, SQLite would look at every row instead of the listed ones."""
        return self


@compiles(AmongNumbers, "sqlite")
def _in_sqlite(element: AmongNumbers, compiler: Any, **more: Any) -> str:
    column, listed = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({listed}))"  # noqa: S608 # a parameter


@compiles(AmongNumbers, "postgresql")
def _in_postgresql(element: AmongNumbers, compiler: Any, **more: Any) -> str:
    column, listed = (compiler.process(one, **more) for one in element.clauses)
    return f"{column} = ANY(CAST({listed} AS bigint[]))"


def listed(numbers: Iterable[int], dialect: str) -> str:
    """The numbers as the value of such a parameter."""
    written = json.dumps(list(numbers), separators=(",", ":"))
    return written if dialect == "sqlite" else f"{{{written[1:-1]}}}"

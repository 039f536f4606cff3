"""Lists in pages by position, not by count: stable while things are added, fast at any depth."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, bindparam, or_
from sqlalchemy.orm import Session

from collab.errors import Invalid

T = TypeVar("T")
LARGEST = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items, and the opaque cursor of what follows them (None at the end)."""

    items: Sequence[T]
    next: str | None


def page(
    db: Session,
    query: Select[Any],
    key: Any,
    id_column: ColumnElement[int],
    *,
    cursor: str | None = None,
    limit: int = 20,
    descending: bool = True,
) -> Page[Any]:
    """The rows of ``query`` after ``cursor``, ordered by ``key`` and then by id.

    The query has to give ``key`` and the id as its columns named ``sort_key`` and ``sort_id``, or
    be over whole objects that carry both. Raises Invalid for a foreign cursor.
    """
    query = ordered(query, key, id_column, after=bool(cursor), descending=descending)
    return cut(db.execute(query, values(key, cursor, limit)).all(), limit)


def ordered(
    query: Select[Any], key: Any, id_column: ColumnElement[int], *, after: bool, descending: bool = True
) -> Select[Any]:
    """The statement of ``page``, to be asked with ``values`` and cut with ``cut``; ``after`` a cursor or not.

    The first condition is what an index can follow, the second is for equal keys.
    """
    value, last = bindparam("after_key", type_=key.type), bindparam("after_id", type_=Integer)
    if after and descending:
        query = query.where(key <= value, or_(key < value, id_column < last))
    elif after:
        query = query.where(key >= value, or_(key > value, id_column > last))
    order = (key.desc(), id_column.desc()) if descending else (key.asc(), id_column.asc())
    query = query.add_columns(key.label("sort_key"), id_column.label("sort_id")).order_by(*order)
    return query.limit(bindparam("at_most", type_=Integer))


def values(key: Any, cursor: str | None, limit: int) -> dict[str, Any]:
    """What ``ordered`` is asked with. Raises Invalid for a foreign cursor."""
    after = dict(zip(("after_key", "after_id"), _read(cursor, key), strict=True)) if cursor else {}
    return {"at_most": _at_most(limit) + 1, **after}


def cut(rows: Sequence[Any], limit: int) -> Page[Any]:
    """The page, without the row that only says that more follow."""
    shown = rows[: _at_most(limit)]
    more = len(rows) > len(shown)
    return Page(shown, _write(shown[-1].sort_key, shown[-1].sort_id) if more else None)


def _at_most(limit: int) -> int:
    return max(1, min(limit, LARGEST))


def _write(value: Any, last: int) -> str:
    plain = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([plain, last]).encode()).decode().rstrip("=")


def _read(cursor: str, key: Any) -> tuple[Any, int]:
    try:
        value, last = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if key.type.python_type is datetime:
            value = datetime.fromisoformat(value)
            if value.tzinfo is None:
                raise ValueError(cursor)
        elif not isinstance(value, key.type.python_type):
            raise ValueError(cursor)
        if not isinstance(last, int) or isinstance(last, bool) or abs(last) > 2**62:
            raise ValueError(cursor)
    except (ValueError, TypeError, binascii.Error, UnicodeError) as error:
        raise Invalid({"cursor": "bad_cursor"}) from error
    return value, last

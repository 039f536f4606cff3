"""Lists in pages by position, not by count: stable while things are added, fast at any depth."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_
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
    limit = max(1, min(limit, LARGEST))
    if cursor:
        value, last = _read(cursor, key)
        if descending:
            query = query.where(or_(key < value, and_(key == value, id_column < last)))
        else:
            query = query.where(or_(key > value, and_(key == value, id_column > last)))
    order = (key.desc(), id_column.desc()) if descending else (key.asc(), id_column.asc())
    rows = db.execute(
        query.add_columns(key.label("sort_key"), id_column.label("sort_id")).order_by(*order).limit(limit + 1)
    ).all()
    more = len(rows) > limit
    rows = rows[:limit]
    following = _write(rows[-1].sort_key, rows[-1].sort_id) if more else None
    return Page(rows, following)


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

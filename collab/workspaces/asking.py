"""Statements that are put together once and asked again and again.

SQLAlchemy takes several times as long to put a statement together as the database takes to answer it.
So what is asked at almost every request is made once for each kind of viewer, with parameters
for what differs. Nothing that the database says is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, cast

from sqlalchemy import BindParameter, Integer, Result, Select, bindparam
from sqlalchemy.orm import Session
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

from collab import prepared
from collab.viewer import ANONYMOUS, Kind, Viewer

_ME: Any = bindparam("viewer_id", type_=Integer)
_FIRM: Any = bindparam("viewer_firm", type_=Integer)
_LINK: Any = bindparam("viewer_link", type_=Integer)
_LOOKER: Any = bindparam("looker_id", type_=Integer)


@dataclass(frozen=True, slots=True)
class _Whoever(Viewer):
    """In the place of a viewer in a statement: only the kind of person is known yet."""

    @property
    def me(self) -> int:
        return cast("int", self.account_id)


def parameter(name: str, kind: type[TypeEngine[Any]] | None = None, *, many: bool = False) -> Any:
    """The place of a value that ``ask`` gets; with ``many``, of the values of an IN.

    ``kind`` is only needed where no column beside it says what it is.
    """
    return bindparam(name, type_=kind, expanding=many)


def ask(
    db: Session, viewer: Viewer, make: Callable[..., Select[Any]], *shape: Any, **values: Any
) -> Result[*tuple[Any, ...]]:
    """Ask what ``make(viewer, *shape)`` puts together, with ``values`` for its parameters.

    ``make`` is called once for each kind of viewer and each ``shape`` (few and hashable). All it may
    use of its viewer are the kind of person, ``me``, ``firm_id``, the link and who looks; its moment
    is ``access.NOW``.
    """
    known = (viewer.kind, viewer.is_admin, viewer.link_id is not None, viewer.looker is not None)
    statement = _statement(make, _whoever(*known), *shape)
    given = {
        "viewer_id": viewer.me,
        "viewer_firm": viewer.firm_id or 0,
        "viewer_link": viewer.link_id or 0,
        "looker_id": viewer.looker.me if viewer.looker else 0,
        **values,
    }
    if not _only_columns(statement):
        return db.execute(statement, given)
    return prepared.ask(db, statement, given)


@cache
def _only_columns(statement: Select[Any]) -> bool:
    """It makes no objects, and has been held to the policy: the session has nothing to add to it."""
    whole = any(
        described["expr"] is described["entity"]
        for described in getattr(statement, "column_descriptions", ())
    )
    return not whole and bool(statement.get_execution_options().get("policy"))


@lru_cache(maxsize=500)
def _statement(make: Callable[..., Select[Any]], whoever: Viewer, *shape: Any) -> Select[Any]:
    statement = make(whoever, *shape)
    for element in visitors.iterate(statement):
        if isinstance(element, BindParameter) and isinstance(element.value, datetime):
            raise TypeError(f"{make.__qualname__} keeps a moment that will be over")
    return statement


@lru_cache
def _whoever(kind: Kind, is_admin: bool, linked: bool, looking: bool) -> Viewer:
    link = _LINK if linked else None
    if kind == "anonymous":
        return replace(ANONYMOUS, link_id=link)
    looker = _Whoever(account_id=_LOOKER, kind="employee") if looking else None
    return _Whoever(_ME, kind, firm_id=_FIRM, is_admin=is_admin, link_id=link, looker=looker)

"""The second net: what a query forgot, the session adds.

A statement over entries or their parts that did not start at ``access.select_entries`` or
``access.select_parts`` gets the viewer's condition added, wherever in it they stand, updates and
deletes too. A session without a viewer has to say for which job it reads everything.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Delete, Table, Update, event, select
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause

from collab.db import Base
from collab.errors import CollabError
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry, Part


class NobodyAsked(CollabError):
    """A protected table was read by a session that has neither a viewer nor a job."""


def as_system(session: Session, reason: str) -> Session:
    """Let the session read everything, for the job that ``reason`` names."""
    session.info["system"] = reason
    return session


@cache
def _protected() -> Mapping[str, type[Any]]:
    """The names of the tables that the policy is about -> entry or kind of part."""
    found: dict[str, type[Any]] = {}
    for mapper in Base.registry.mappers:
        kinds: list[type[Any]] = [Entry, *Part.__subclasses__()]
        for kind in kinds:
            if issubclass(mapper.class_, kind):
                found |= {table.name: kind for table in mapper.tables if isinstance(table, Table)}
    return found


#: What statements that are used again are about; they never change.
_known: WeakKeyDictionary[Any, frozenset[type[Any]]] = WeakKeyDictionary()


def _touched(statement: Any) -> frozenset[type[Any]]:
    """What the statement is about of all that is protected, at any depth."""
    if statement not in _known:
        _known[statement] = _look_through(statement)
    return _known[statement]


def _look_through(statement: Any) -> frozenset[type[Any]]:
    protected = _protected()
    names: set[str] = set()
    for element in visitors.iterate(statement):
        table = element.table if isinstance(element, ColumnClause) else element
        if isinstance(table, Table):
            names.add(table.name)
    return frozenset(protected[name] for name in names & protected.keys())


def _enforce(state: ORMExecuteState) -> None:
    if state.execution_options.get("policy") or state.is_column_load or "system" in state.session.info:
        return
    touched = _touched(state.statement)
    if not touched:
        return
    viewer: Viewer | None = state.session.info.get("viewer")
    if viewer is None:
        raise NobodyAsked(str(state.statement)[:200])
    mapper = state.bind_mapper
    if isinstance(state.statement, Update | Delete) and mapper and mapper.inherits:
        # The table of a kind holds none of what the rule speaks about.
        seen = select(Entry.id).where(access.readable(viewer))
        state.statement = state.statement.where(mapper.local_table.c.id.in_(seen))
        touched -= {Entry}
    state.statement = state.statement.options(
        *(with_loader_criteria(kind, _condition(viewer, kind), include_aliases=True) for kind in touched)
    )


def _condition(viewer: Viewer, kind: type[Any]) -> access.Condition:
    return access.readable(viewer) if kind is Entry else access.parts(viewer, kind)


def install(make: sessionmaker[Session]) -> None:
    """Put the net under all sessions of this maker."""
    event.listen(make, "do_orm_execute", _enforce)

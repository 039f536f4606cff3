"""The second net: what a query forgot, the session adds.

A statement over entries or their parts that did not start at ``access.select_entries`` or
``access.select_parts`` gets the viewer's condition added, updates and deletes too. A session without
a viewer has to say for which job it reads everything.
"""

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, sessionmaker, with_loader_criteria

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


def _protected(mapper: Mapper[Any]) -> bool:
    return issubclass(mapper.class_, (Entry, Part))


def _enforce(state: ORMExecuteState) -> None:
    if state.execution_options.get("policy") or state.is_column_load or "system" in state.session.info:
        return
    mappers = state.all_mappers
    if mappers and not any(_protected(mapper) for mapper in mappers):
        return
    viewer: Viewer | None = state.session.info.get("viewer")
    if viewer is None:
        if not mappers:
            return  # no mapped table in sight, as in SELECT 1
        raise NobodyAsked(str(state.statement)[:200])
    options = [with_loader_criteria(Entry, access.readable(viewer), include_aliases=True)]
    options += [
        with_loader_criteria(part, access.parts(viewer, part), include_aliases=True)
        for part in Part.__subclasses__()
        if part in {mapper.class_ for mapper in mappers}
    ]
    state.statement = state.statement.options(*options)


def install(make: sessionmaker[Session]) -> None:
    """Put the net under all sessions of this maker."""
    event.listen(make, "do_orm_execute", _enforce)

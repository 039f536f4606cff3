"""What can be asked about tasks. Every statement starts at the access policy."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account, Firm
from collab.db import Base
from collab.errors import NotFound
from collab.history.queries import WHO
from collab.tags.models import EntryTag
from collab.tags.services import tag_key
from collab.tasks.forms import Filter
from collab.tasks.models import Task, TaskApproval, TaskAssignee, TaskColumn
from collab.viewer import Viewer
from collab.web import paging
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Entry, Workspace

Rows = Select[*tuple[Any, ...]]
#: So many tasks of a column are on the board; the list has them all. Of more than so many, the board says "so many +".
ON_THE_BOARD, MANY = 30, 500
#: What cards and lines show.
CARD = (
    Task.id,
    Task.public_id,
    Task.title,
    Task.lang,
    Task.address,
    Task.column_id,
    Task.rank,
    Task.due_on,
    Task.settled_at,
    Task.later_at,
    Task.touched_at,
    Task.rrule,
    Task.guests_from,
)


def at(db: Session, viewer: Viewer, slug: str, public_id: str) -> Row[Any]:
    """(Task, Workspace, who made it) at this address. Raises NotFound alike for hidden and for missing."""
    found: Row[Any] | None = ask(db, viewer, _at, slug=slug, public_id=public_id).first()
    if found is None:
        raise NotFound
    access.note(db, viewer, found.Workspace, found.Task, found)
    return found


def _at(viewer: Viewer) -> Select[Any]:
    return (
        access.select_entries(viewer, Task, Task, Workspace, *access.held(viewer, Task), *WHO)
        .join(Workspace, Workspace.id == Task.workspace_id)
        .join(Account, Account.id == Task.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Workspace.slug == parameter("slug"), Task.public_id == parameter("public_id"))
        .where(whereabouts.inside(viewer), whereabouts.known(viewer, Task))
    )


def get(db: Session, viewer: Viewer, slug: str, public_id: str) -> Task:
    """The task at this address; NotFound like ``at``."""
    place = select(Workspace.id).where(Workspace.slug == slug)
    inside = (whereabouts.inside(viewer), whereabouts.known(viewer, Task))
    return access.get(db, viewer, Task, Task.public_id == public_id, Task.place_id.in_(place), *inside)


def _in_column(viewer: Viewer, *columns: Any) -> Select[Any]:
    """Of the tasks in a column of the statement around it."""
    there = access.select_entries(viewer, Task, *columns).where(
        Task.column_id == TaskColumn.id, whereabouts.known(viewer, Task)
    )
    return there.correlate(TaskColumn)


def board(viewer: Viewer) -> Select[Any]:
    """Rows (``CARD``) of what is on the board of the workspace ``place``: the first tasks of each column.

    Each column is looked into by its order, and no further than is shown: how many tasks there are
    does not matter.
    """
    shown = _in_column(viewer, Task.id).where(Task.later_at.is_(None)).order_by(Task.rank, Task.id)
    task, entry = aliased(Base.metadata.tables["task"]), aliased(Base.metadata.tables["entry"])
    own = {column.key for column in Base.metadata.tables["task"].columns} - {"id"}
    columns = [(task if column.key in own else entry).c[column.key] for column in CARD]
    rows = (
        select(*columns)
        .select_from(TaskColumn)
        .join(task, task.c.id.in_(shown.limit(ON_THE_BOARD)))
        .join(entry, entry.c.id == task.c.id)
        .where(TaskColumn.workspace_id == parameter("place"))
        .order_by(task.c.column_id, task.c.rank, task.c.id)
    )
    return rows.execution_options(policy=True)


def totals(viewer: Viewer) -> Select[Any]:
    """Rows (``id`` of a column, ``total``, ``aside``) of the workspace ``place``, counted up to ``MANY``."""

    def counted(condition: ColumnElement[bool]) -> Any:
        some = _in_column(viewer, Task.id).where(condition).limit(MANY).subquery()
        return select(func.count()).select_from(some).scalar_subquery()

    on_board, aside = counted(Task.later_at.is_(None)), counted(Task.later_at.is_not(None))
    rows = select(TaskColumn.id, on_board.label("total"), aside.label("aside"))
    return rows.where(TaskColumn.workspace_id == parameter("place")).execution_options(policy=True)


# Lists -------------------------------------------------------------------------------------------

#: What has no day comes behind all that has one.
DUE: ColumnElement[str] = func.coalesce(cast(Task.due_on, String), "9999")
#: sort -> (key, descending)
ORDERS: dict[str, tuple[Any, bool]] = {
    "due": (DUE, False),
    "new": (Task.created_at, True),
    "title": (func.lower(Task.title), False),
    "touched": (Task.touched_at, False),
}
ID: ColumnElement[int] = Task.__table__.c.id


def listed(viewer: Viewer, workspace_id: int, wanted: Filter, today: date) -> Rows:
    """Rows (``CARD``) of the tasks of a workspace that a list shows; to be put into one of ``ORDERS``."""
    query = access.select_entries(viewer, Task, *CARD, Task.created_at).where(
        Task.place_id == workspace_id, whereabouts.known(viewer, Task), *_state(wanted.state)
    )
    if wanted.mine:
        query = query.where(_works_on(viewer, Account.id == viewer.me))
    if wanted.account:
        query = query.where(_works_on(viewer, Account.handle == wanted.account.removeprefix("@")))
    if wanted.tag:
        labelled = access.select_parts(viewer, EntryTag, EntryTag.entry_id)
        query = query.where(Task.id.in_(labelled.where(EntryTag.key == tag_key(wanted.tag))))
    if wanted.column:
        column = or_(TaskColumn.public_id == wanted.column, TaskColumn.preset == wanted.column)
        there = select(TaskColumn.id).where(TaskColumn.workspace_id == workspace_id, column)
        query = query.where(Task.column_id.in_(there))
    return query.where(*_due(wanted.due, today))


def _state(state: str) -> tuple[ColumnElement[bool], ...]:
    return {
        "open": (Task.settled_at.is_(None), Task.later_at.is_(None)),
        "done": (Task.settled_at.is_not(None),),
        "later": (Task.later_at.is_not(None),),
    }.get(state, ())


def _due(due: str, today: date) -> tuple[ColumnElement[bool], ...]:
    return {
        "overdue": (Task.due_on < today,),
        "today": (Task.due_on == today,),
        "week": (Task.due_on.between(today, today + timedelta(days=6)),),
        "none": (Task.due_on.is_(None),),
    }.get(due, ())


def _works_on(viewer: Viewer, who: ColumnElement[bool]) -> ColumnElement[bool]:
    mine = access.select_parts(viewer, TaskAssignee, TaskAssignee.entry_id)
    return Task.id.in_(mine.join(Account, Account.id == TaskAssignee.author_id).where(who))


def is_mine(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on entries: the viewer works on the task."""
    working = exists().where(TaskAssignee.entry_id == Entry.id, TaskAssignee.author_id == viewer.me)
    return working.correlate_except(TaskAssignee)


def mine(viewer: Viewer, after: bool) -> Select[Any]:
    """Rows (``CARD``, its workspace) of what the viewer has still to do anywhere, what is due first; for a page."""
    # A list, so that the database begins with the viewer's own and not with all tasks.
    own = access.select_parts(viewer, TaskAssignee, TaskAssignee.entry_id)
    working = Task.id.in_(own.where(TaskAssignee.author_id == viewer.me))
    here = whereabouts.address(viewer, Task)
    columns = [here if column is Task.address else column for column in CARD]
    query = (
        access.select_entries(viewer, Task, *columns, *whereabouts.columns(viewer, Task))
        .join(Workspace, Workspace.id == Task.workspace_id)
        .where(working, Task.settled_at.is_(None), Workspace.archived_at.is_(None))
    )
    return paging.ordered(query, DUE, ID, after=after, descending=False)


def asked(viewer: Viewer) -> Select[Any]:
    """Rows of the tasks that the viewer is asked to approve and has not answered for, the longest waiting first."""
    return (
        access.select_entries(
            viewer, Task, Task.title, Task.lang, whereabouts.address(viewer, Task), TaskApproval.asked_at
        )
        .join(TaskApproval, TaskApproval.entry_id == Task.id)
        .join(Workspace, Workspace.id == Task.workspace_id)
        .where(TaskApproval.author_id == viewer.me, TaskApproval.approved.is_(None))
        .where(Workspace.archived_at.is_(None))
        .order_by(TaskApproval.asked_at)
        .limit(50)
    )


def titles(viewer: Viewer, workspace_id: int, words: str, but: int) -> Rows:
    """Titles of open tasks of the workspace that contain ``words``, for who types what a task waits for."""
    found = access.select_entries(viewer, Task, Task.title, Task.public_id).where(
        Task.place_id == workspace_id, Task.id != but, Task.title.icontains(words, autoescape=True)
    )
    return found.where(and_(*_state("open"))).order_by(Task.touched_at.desc()).limit(8)

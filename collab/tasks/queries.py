"""What can be asked about tasks. Every statement starts at the access policy."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import Session

from collab.auth.models import Account, Firm
from collab.errors import NotFound
from collab.history.queries import WHO
from collab.tags.models import EntryTag
from collab.tags.services import tag_key
from collab.tasks.forms import Filter
from collab.tasks.models import Task, TaskApproval, TaskAssignee, TaskColumn
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Entry, Workspace

Rows = Select[*tuple[Any, ...]]
#: So many tasks of a column are on the board; the list has them all.
ON_THE_BOARD = 50
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


def board(viewer: Viewer) -> Select[Any]:
    """Rows (``CARD``, ``total`` of the column) of what is on the board of the workspace ``place``.

    Of what is beside the board (``later_at``) one of each column comes along, for its ``total``.
    """
    aside = case((Task.later_at.is_(None), 0), else_=1)
    order = (Task.rank, Task.id)
    number = func.row_number().over(partition_by=(Task.column_id, aside), order_by=order).label("number")
    total = func.count().over(partition_by=(Task.column_id, aside)).label("total")
    here = access.select_entries(viewer, Task, *CARD, number, total).where(
        Task.place_id == parameter("place"), whereabouts.known(viewer, Task)
    )
    rows = here.subquery()
    most = case((rows.c.later_at.is_(None), ON_THE_BOARD), else_=1)
    shown = select(rows).where(rows.c.number <= most).order_by(rows.c.column_id, rows.c.number)
    return shown.execution_options(policy=True)


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


def mine(viewer: Viewer) -> Select[Any]:
    """Rows (``CARD``, its workspace) of what the viewer has still to do anywhere, what is due first."""
    # A list, so that the database begins with the viewer's own and not with all tasks.
    own = access.select_parts(viewer, TaskAssignee, TaskAssignee.entry_id)
    working = Task.id.in_(own.where(TaskAssignee.author_id == viewer.me))
    here = whereabouts.address(viewer, Task)
    columns = [here if column is Task.address else column for column in CARD]
    return (
        access.select_entries(viewer, Task, *columns, *whereabouts.columns(viewer, Task))
        .join(Workspace, Workspace.id == Task.workspace_id)
        .where(working, Task.settled_at.is_(None), Workspace.archived_at.is_(None))
        .order_by(DUE, Task.id)
        .limit(parameter("most"))
    )


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

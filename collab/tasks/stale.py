"""Tasks that nobody has touched for long: they get a mark, their people a warning, and then they go aside."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.models import Account
from collab.tasks import removing
from collab.tasks.models import Task, TaskAssignee
from collab.viewer import ANONYMOUS
from collab.workspaces import access
from collab.workspaces.models import Workspace

#: Untouched for so long, a task is stale; so long after the warning it goes to the place beside the board.
UNTOUCHED, PATIENCE = timedelta(weeks=6), timedelta(weeks=2)
#: So many tasks are looked after at a time.
BATCH = 500


def is_stale(row: object, now: datetime) -> bool:
    """Is the task of the row one that shows itself? One with its day still to come is not forgotten."""
    task: Task = row  # type: ignore[assignment] # a row with the same columns
    if task.settled_at is not None or task.later_at is not None or task.touched_at > now - UNTOUCHED:
        return False
    return task.due_on is None or task.due_on < now.date()


def _forgotten(now: datetime) -> ColumnElement[bool]:
    """The same as a condition on tasks that are there, in workspaces that are open for writing."""
    opened = select(Workspace.id).where(Workspace.archived_at.is_(None))
    return and_(
        Task.touched_at <= now - UNTOUCHED,
        Task.settled_at.is_(None),
        Task.later_at.is_(None),
        Task.deleted_at.is_(None),
        or_(Task.due_on.is_(None), Task.due_on < now.date()),
        Task.place_id.in_(opened),
    )


def look_after(db: Session) -> None:
    """Warn about what is stale by now, and put aside what stayed so. The session reads as the system.

    What was told is kept in the transaction that decides to tell it: it may be asked as often as one likes.
    """
    now = clock.now()
    removing.forget(db)
    _warn(db, now)
    for task in db.scalars(_some(now, Task.warned_at <= now - PATIENCE)):
        task.later_at = now
        activity.record(
            db, "task.put_aside", ANONYMOUS, workspace_id=task.workspace_id, entry_id=task.id, version=task.version
        )  # fmt: skip


def _some(now: datetime, more: ColumnElement[bool]) -> Select[Task]:
    return select(Task).where(_forgotten(now), more).order_by(Task.id).limit(BATCH)


def _warn(db: Session, now: datetime) -> None:
    """One event, and so one mail, for each person, with all tasks that are theirs to look after."""
    to_tell: dict[int, list[int]] = {}
    for task in db.scalars(_some(now, Task.warned_at.is_(None))):
        task.warned_at = now
        to_tell.setdefault(_whose(db, task), []).append(task.id)
    for person, tasks in to_tell.items():
        activity.record(db, "task.going_stale", ANONYMOUS, subject_id=person, tasks=tasks)


def _whose(db: Session, task: Task) -> int:
    """The responsible person, else somebody who works on it, else who made it; who can still come in first."""
    order = (access.active(clock.now()).desc(), TaskAssignee.responsible.desc(), TaskAssignee.author_id)
    working = select(TaskAssignee.author_id).join(Account, Account.id == TaskAssignee.author_id)
    return (
        db.scalar(working.where(TaskAssignee.entry_id == task.id).order_by(*order).limit(1)) or task.author_id
    )

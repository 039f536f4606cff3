"""Removing columns and lines of checklists, and bringing them back. None of it commits."""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from collab import clock
from collab.errors import Invalid, NotFound
from collab.tasks import columns, ranks
from collab.tasks.details import room_for_items
from collab.tasks.models import Task, TaskColumn, TaskItem
from collab.tasks.services import touch
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

#: What was removed can be brought back for so long.
KEPT = timedelta(days=30)
OWN = {"policy": True}


def _rows() -> Any:
    """Tasks as they are, without the entries that they are of: whoever may see them (``policy``)."""
    return Task.__table__


# Columns -----------------------------------------------------------------------------------------


def remove_column(
    db: Session, viewer: Viewer, workspace: Workspace, ref: str
) -> tuple[TaskColumn, TaskColumn, int]:
    """Take a column away; all that stands in it moves on to the nearest one of its sort, behind what is there.

    Answers both columns, and how many tasks the board shows elsewhere now. Invalid for the last one of a sort.
    """
    present = list(columns.owned(db, viewer, workspace))
    column = columns.find(present, ref)
    at = present.index(column)
    others = [*reversed(present[:at]), *present[at + 1 :]]
    target = next((other for other in others if other.is_done is column.is_done), None)
    if target is None:
        raise Invalid({"": "last_column"})
    moved = _move_on(db, column, target)
    present.remove(column)
    column.removed_at = clock.now()
    columns.renumber(present)
    columns.tell(db, viewer, workspace)
    return column, target, moved


def _move_on(db: Session, column: TaskColumn, target: TaskColumn) -> int:
    """Everything, whoever may see it, also what was deleted or put aside: nothing must get lost."""
    db.flush()
    tasks = _rows()
    last = select(tasks.c.rank).where(tasks.c.column_id == target.id).order_by(tasks.c.rank.desc()).limit(1)
    rank = db.scalar(last, execution_options=OWN)
    rows = select(Task.id, Task.deleted_at, Task.later_at).where(Task.column_id == column.id)
    found = db.execute(rows.order_by(Task.rank, Task.id).execution_options(policy=True)).all()
    there = []
    for row in found:
        rank = ranks.between(rank, None)
        there.append({"task": row.id, "behind": rank})
    if there:
        moving = update(tasks).where(tasks.c.id == bindparam("task"))
        moving = moving.values(column_id=target.id, came_from_id=column.id, rank=bindparam("behind"))
        db.connection().execute(moving, there)
        db.expire_all()
    return sum(row.deleted_at is None and row.later_at is None for row in found)


def restore_column(db: Session, viewer: Viewer, workspace: Workspace, ref: str) -> None:
    """Bring a column back to its place, with what stood in it and nobody has moved since."""
    present = list(columns.owned(db, viewer, workspace))
    gone = select(TaskColumn).where(TaskColumn.workspace_id == workspace.id, TaskColumn.public_id == ref)
    column = db.scalar(gone)
    if column is None:
        raise NotFound
    if column.removed_at is None:
        return
    if len(present) >= columns.MOST:
        raise Invalid({"name": "too_many_columns"}, max=columns.MOST)
    column.removed_at = None
    tasks = _rows()
    back = {"column_id": column.id, "came_from_id": None}
    db.execute(update(tasks).where(tasks.c.came_from_id == column.id).values(back), execution_options=OWN)
    db.expire_all()
    present.insert(column.position, column)
    columns.renumber(present)
    columns.tell(db, viewer, workspace)


# Lines of checklists -----------------------------------------------------------------------------


def remove_item(db: Session, viewer: Viewer, task: Task, public_id: str) -> TaskItem:
    """Take a line away; twice changes nothing."""
    return _mark(db, viewer, task, public_id, removed=True)


def restore_item(db: Session, viewer: Viewer, task: Task, public_id: str) -> TaskItem:
    """... and bring it back where it stood, done or not as it was."""
    return _mark(db, viewer, task, public_id, removed=False)


def _mark(db: Session, viewer: Viewer, task: Task, public_id: str, *, removed: bool) -> TaskItem:
    access.require(db, viewer, "edit", task)
    item: TaskItem = access.get_part(
        db, viewer, TaskItem, TaskItem.entry_id == task.id, TaskItem.public_id == public_id
    )
    if (item.removed_at is not None) is not removed:
        if not removed:
            room_for_items(db, task)
        item.removed_at = clock.now() if removed else None
        touch(task)
    return item


def forget(db: Session) -> None:
    """What was removed long ago is gone for good. The session reads as the system."""
    long_ago = clock.now() - KEPT
    db.execute(delete(TaskItem).where(TaskItem.removed_at < long_ago))
    gone = [*db.scalars(select(TaskColumn.id).where(TaskColumn.removed_at < long_ago))]
    if gone:
        tasks = _rows()
        db.execute(update(tasks).where(tasks.c.came_from_id.in_(gone)).values(came_from_id=None))
        db.execute(delete(TaskColumn).where(TaskColumn.id.in_(gone)))

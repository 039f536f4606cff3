"""The checklist of a task, and the tasks that it waits for."""

from collections import defaultdict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab import clock
from collab.errors import Invalid
from collab.tasks.models import Task, TaskDependency, TaskItem
from collab.tasks.services import touch
from collab.viewer import Viewer
from collab.workspaces import access

MOST_ITEMS, MOST_WAITS = 200, 50


# The checklist -----------------------------------------------------------------------------------


def add_item(db: Session, viewer: Viewer, task: Task, words: str) -> TaskItem:
    """A further line at the end of the checklist."""
    access.require(db, viewer, "edit", task)
    if not words.strip():
        raise Invalid({"words": "required"})
    room_for_items(db, task)
    made = TaskItem(entry_id=task.id, workspace_id=task.workspace_id, words=words, author_id=viewer.me)
    db.add(made)
    touch(task)
    return made


def room_for_items(db: Session, task: Task) -> None:
    """Raises Invalid if the checklist is full."""
    there = select(func.count(TaskItem.id)).where(TaskItem.entry_id == task.id, TaskItem.removed_at.is_(None))
    if (db.scalar(there.execution_options(policy=True)) or 0) >= MOST_ITEMS:
        raise Invalid({"words": "too_many_items"}, max=MOST_ITEMS)


def tick(db: Session, viewer: Viewer, task: Task, public_id: str, *, done: bool) -> None:
    """A line is done, or is not. Saying so twice changes nothing, so two who tick at once agree."""
    access.require(db, viewer, "edit", task)
    here = (TaskItem.entry_id == task.id, TaskItem.removed_at.is_(None))
    item: TaskItem = access.get_part(db, viewer, TaskItem, *here, TaskItem.public_id == public_id)
    if (item.done_at is not None) is not done:
        item.done_at = clock.now() if done else None
        touch(task)


# What it waits for -------------------------------------------------------------------------------


def _other(db: Session, viewer: Viewer, task: Task, name: str) -> Task:
    """A task of the same workspace by its id, its address or its title. Raises Invalid where the viewer sees none."""
    wanted = name.strip()
    address = wanted.split("?")[0].rstrip("/").rpartition("/")[2]
    here = access.select_entries(viewer, Task).where(Task.workspace_id == task.workspace_id)
    found: Task | None = db.scalar(here.where(Task.public_id == address))
    if found is None:
        titled = here.where(func.lower(Task.title) == wanted.lower())
        found = db.scalar(titled.order_by(Task.settled_at.is_not(None), Task.id.desc()).limit(1))
    if found is None:
        raise Invalid({"task": "unknown_task"})
    return found


def wait_for(db: Session, viewer: Viewer, task: Task, name: str) -> None:
    """The task waits for another one. Invalid if that one waits for it already, if only by way of others."""
    access.require(db, viewer, "edit", task)
    other = _other(db, viewer, task, name)
    if other.id == task.id:
        raise Invalid({"task": "waits_for_itself"})
    waits = _waits(db, viewer, task)
    if other.id in waits[task.id]:
        return
    if len(waits[task.id]) >= MOST_WAITS:
        raise Invalid({"task": "too_many_waits"}, max=MOST_WAITS)
    if _leads_to(waits, other.id, task.id):
        raise Invalid({"task": "waits_in_a_circle"})
    db.add(TaskDependency(entry_id=task.id, other_id=other.id, workspace_id=task.workspace_id))
    touch(task)


def _waits(db: Session, viewer: Viewer, task: Task) -> dict[int, set[int]]:
    """Which tasks of the workspace wait for which, as far as the viewer sees."""
    rows = access.select_parts(viewer, TaskDependency, TaskDependency.entry_id, TaskDependency.other_id)
    found: dict[int, set[int]] = defaultdict(set)
    for entry, other in db.execute(rows.where(TaskDependency.workspace_id == task.workspace_id)):
        found[entry].add(other)
    return found


def _leads_to(waits: dict[int, set[int]], start: int, end: int) -> bool:
    seen, ahead = set[int](), [start]
    while ahead:
        here = ahead.pop()
        if here == end:
            return True
        if here not in seen:
            seen.add(here)
            ahead.extend(waits[here])
    return False


def wait_no_more(db: Session, viewer: Viewer, task: Task, public_id: str) -> None:
    """The task does not wait for that one any more. NotFound where the viewer does not see that it did."""
    access.require(db, viewer, "edit", task)
    other = access.get(db, viewer, Task, Task.public_id == public_id)
    found: TaskDependency = access.get_part(
        db, viewer, TaskDependency, TaskDependency.entry_id == task.id, TaskDependency.other_id == other.id
    )
    db.delete(found)
    touch(task)

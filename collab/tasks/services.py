"""What may be done with tasks: make, change, move, finish, put aside. None of it commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.comments.mentions import keep_mentions
from collab.db import new_public_id
from collab.errors import Conflict, Invalid
from collab.tags.services import set_tags
from collab.tasks import columns, ranks, repeats, series
from collab.tasks.models import Task, TaskColumn
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Workspace


@dataclass(frozen=True)
class Facts:
    """What a task says beside its words. ``tags`` None: they stay as they are."""

    due_on: date | None = None
    rrule: str = ""
    tags: Sequence[str] | None = None


class Moved(Conflict):
    """Somebody has put the task into another column, ``column``, since the viewer saw it."""

    def __init__(self, column: TaskColumn) -> None:
        super().__init__(column.public_id)
        self.column = column


def today(viewer: Viewer) -> date:
    """Which day it is where the viewer is."""
    return clock.now().astimezone(ZoneInfo(viewer.timezone)).date()


def create(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    title: str,
    body: str = "",
    *,
    column: str = "",
    facts: Facts = Facts(),
    guests: bool = False,
) -> Task:
    """A new task at the foot of a column (by default the first), out at once; a guest's is for guests too."""
    access.require(db, viewer, "contribute", workspace)
    if not title.strip():
        raise Invalid({"title": "required"})
    board = columns.locked(db, workspace)
    where = columns.find(board, column) if column else columns.first(board, done=False)
    now = clock.now()
    task = Task(place_id=workspace.id, column_id=where.id, touched_at=now, public_id=new_public_id())
    task.rank = ranks.between(_end(db, where, last=True), None)
    task.address = f"/w/{workspace.slug}/tasks/{task.public_id}"
    task.due_on, task.rrule = facts.due_on, _rule(facts)
    task.settled_at = now if where.is_done else None
    if guests or not viewer.is_employee:
        task.guests_from = now
    rendered = entries.begin(db, viewer, workspace, task, title, body)
    keep_mentions(db, task, rendered.mentions)
    set_tags(db, task, facts.tags or ())
    entries.publish(db, viewer, task)
    return task


def make(db: Session, viewer: Viewer, workspace: Workspace, title: str, body: str) -> Task:
    """A task of which there are only words yet."""
    return create(db, viewer, workspace, title, body)


def edit(
    db: Session, viewer: Viewer, task: Task, title: str, body: str, *, base_version: int, note: str = ""
) -> None:
    """Change the words of a task. Raises Conflict if it changed since ``base_version``."""
    rendered = entries.revise(db, viewer, task, title, body, base_version=base_version, note=note)
    if rendered is not None:
        keep_mentions(db, task, rendered.mentions)
        touch(task)


def change(
    db: Session,
    viewer: Viewer,
    task: Task,
    title: str,
    body: str,
    facts: Facts,
    *,
    base_version: int,
) -> None:
    """Change words and facts at once, or nothing: Conflict for another ``base_version``."""
    before = task.version
    edit(db, viewer, task, title, body, base_version=base_version)
    rule = _rule(facts)
    if facts.tags is not None:
        set_tags(db, task, facts.tags)
    if (task.due_on, task.rrule) == (facts.due_on, rule) and facts.tags is None:
        return
    task.due_on, task.rrule = facts.due_on, rule
    touch(task)
    if task.version == before:
        task.version += 1
        task.updated_at = clock.now()
        _record(db, viewer, task, "edited")


def _rule(facts: Facts) -> str:
    if not facts.rrule:
        return ""
    if facts.due_on is None:
        raise Invalid({"due_on": "needs_a_day"})
    return repeats.checked(facts.rrule, facts.due_on)


def touch(task: Task) -> None:
    """Somebody does something about it: it is not forgotten."""
    task.touched_at, task.warned_at = clock.now(), None


# Where it stands ---------------------------------------------------------------------------------


def move(
    db: Session,
    viewer: Viewer,
    task: Task,
    column: str,
    *,
    after: str | None = None,
    seen_in: str = "",
) -> Task | None:
    """Put a task into a column behind the task with the public id ``after``: "" puts it first, None last.

    What stands there is looked at when nobody else can change it, so that two who move at once both get
    what they asked for. If the task is neither where the viewer saw it (``seen_in``, a column) nor where it
    shall be, nothing changes: Moved. A task that gets done and comes again answers the next one.
    """
    access.require(db, viewer, "edit", task)
    board = _board(db, task)
    target = columns.find(board, column)
    present = next(some for some in board if some.id == task.column_id)
    if seen_in and seen_in not in (present.public_id, present.preset) and target is not present:
        raise Moved(present)
    before, behind = _neighbours(db, viewer, task, target, after)
    if target is present and task.later_at is None and (before or "") < task.rank < (behind or "~"):
        return None  # it stands there
    task.column_id, task.rank, task.later_at = target.id, ranks.between(before, behind), None
    task.came_from_id = None
    touch(task)
    if target is not present:
        return _arrive(db, viewer, task, target)
    return None


def _board(db: Session, task: Task) -> Sequence[TaskColumn]:
    """The columns, with the task as it is now that nobody else moves anything."""
    board = columns.locked(db, db.get_one(Workspace, task.workspace_id))
    db.refresh(task, ["column_id", "rank", "later_at", "settled_at", "rrule", "due_on"])
    return board


def _arrive(db: Session, viewer: Viewer, task: Task, column: TaskColumn) -> Task | None:
    was_done = task.settled_at is not None
    if column.is_done is was_done:
        _record(db, viewer, task, "moved")
        return None
    task.settled_at = clock.now() if column.is_done else None
    _record(db, viewer, task, "done" if column.is_done else "reopened")
    return _again(db, viewer, task) if column.is_done else None


def done(db: Session, viewer: Viewer, task: Task) -> Task | None:
    """Put a task on top of the column for what is done, and answer the next one if it comes again."""
    access.require(db, viewer, "edit", task)
    if task.settled_at is not None:
        return None
    board = _board(db, task)
    return move(db, viewer, task, columns.first(board, done=True).public_id, after="")


def reopen(db: Session, viewer: Viewer, task: Task) -> None:
    """It is not done after all: back to the foot of the first column."""
    access.require(db, viewer, "edit", task)
    if task.settled_at is not None:
        move(db, viewer, task, columns.first(_board(db, task), done=False).public_id)


def _again(db: Session, viewer: Viewer, task: Task) -> Task | None:
    """The next one of a series. The rule goes on with it: so doing this one again makes no second one."""
    rule, task.rrule = task.rrule, ""
    if not rule or task.due_on is None:
        return None
    missed = date.fromordinal(today(viewer).toordinal() - 1)
    day = repeats.following(rule, task.due_on, max(task.due_on, missed))
    if day is None:
        return None
    place = db.get_one(Workspace, task.workspace_id)
    following = create(db, viewer, place, task.title, task.body, facts=Facts(day, rule))
    series.hand_on(db, task, following)
    return following


def put_aside(db: Session, viewer: Viewer, task: Task) -> None:
    """Later, not now: to the place beside the board."""
    access.require(db, viewer, "edit", task)
    if task.later_at is None and task.settled_at is None:
        task.later_at = clock.now()
        touch(task)
        _record(db, viewer, task, "put_aside")


def take_up(db: Session, viewer: Viewer, task: Task) -> None:
    """Back to the foot of the column that it was in."""
    access.require(db, viewer, "edit", task)
    if task.later_at is not None:
        column = next(some for some in _board(db, task) if some.id == task.column_id)
        task.rank, task.later_at = ranks.between(_end(db, column, last=True), None), None
        touch(task)
        _record(db, viewer, task, "taken_up")


def _end(db: Session, column: TaskColumn, *, last: bool, but: int = 0) -> str | None:
    """The rank at an end of the column, whoever may see what stands there."""
    order = Task.rank.desc() if last else Task.rank
    query = select(Task.rank).where(Task.column_id == column.id, Task.id != but).order_by(order).limit(1)
    return db.scalar(query.execution_options(policy=True))


def _neighbours(
    db: Session, viewer: Viewer, task: Task, column: TaskColumn, after: str | None
) -> tuple[str | None, str | None]:
    """The ranks between which the task shall stand."""
    if after == "":
        return None, _end(db, column, last=False, but=task.id)
    anchor: Row[str] | None = None
    if after is not None:
        found = access.select_entries(viewer, Task, Task.rank)
        anchor = db.execute(
            found.where(Task.public_id == after, Task.column_id == column.id, Task.id != task.id)
        ).first()
    if anchor is None:  # it has gone elsewhere meanwhile
        return _end(db, column, last=True, but=task.id), None
    behind = select(Task.rank).where(Task.column_id == column.id, Task.rank > anchor.rank, Task.id != task.id)
    query = behind.order_by(Task.rank).limit(1).execution_options(policy=True)
    return anchor.rank, db.scalar(query)


def _record(db: Session, viewer: Viewer, task: Task, what: str) -> None:
    activity.record(
        db,
        f"task.{what}",
        viewer,
        workspace_id=task.workspace_id,
        entry_id=task.id,
        version=task.version,
    )

"""What hangs on tasks, for many of them in one statement: people, tags, checklists, approvals …"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, case, cast, false, func, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account, Firm
from collab.db import Base, UtcDateTime
from collab.history.queries import Changer
from collab.tags.models import EntryTag
from collab.tasks.models import Task, TaskApproval, TaskAssignee, TaskColumn, TaskDependency, TaskItem
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.asking import ask, parameter
from collab.workspaces.members import FORMER

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Item:
    """A line of a checklist."""

    public_id: str
    words: str
    done: bool


@dataclass(frozen=True)
class Other:
    """Another task, with its title; ``done`` or not."""

    public_id: str
    title: str
    done: bool


@dataclass(frozen=True)
class Approval:
    """Who was asked, and what the person said; ``approved`` is None until then."""

    public_id: str
    person: Changer
    approved: bool | None
    words: str
    at: datetime | None
    mine: bool


@dataclass
class Marks:
    """What the viewer may see of what hangs on one task. ``items`` are (done, all) on boards and in lists."""

    people: list[Changer] = field(default_factory=list)
    responsible: Changer | None = None
    tags: list[dict[str, str]] = field(default_factory=list)
    items: tuple[int, int] = (0, 0)
    open_waits: int = 0
    checklist: list[Item] = field(default_factory=list)
    waits: list[Other] = field(default_factory=list)
    blocks: list[Other] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    columns: list[TaskColumn] = field(default_factory=list)


def of_many(db: Session, viewer: Viewer, task_ids: Sequence[int]) -> dict[int, Marks]:
    """By the task's id, as far as a card shows it."""
    return _collect(ask(db, viewer, _cards, tasks=list(task_ids) or [0]), viewer)


def of_one(db: Session, viewer: Viewer, task: Task) -> Marks:
    """All of it."""
    return _collect(ask(db, viewer, _whole, tasks=[task.id]), viewer)[task.id]


def _collect(rows: Any, viewer: Viewer) -> dict[int, Marks]:
    found: dict[int, Marks] = defaultdict(Marks)
    for row in rows:
        _put(found[row.entry], row, viewer)
    return found


def _put(marks: Marks, row: Any, viewer: Viewer) -> None:
    if row.what == "a person":
        person = _person(row)
        marks.people.append(person)
        marks.responsible = person if row.flag else marks.responsible
    elif row.what == "b label":
        marks.tags.append({"key": row.key, "name": row.words})
    elif row.what == "c items":
        marks.items = (row.flag, row.number)
    elif row.what == "d item":
        marks.checklist.append(Item(row.key, row.words, bool(row.flag)))
        marks.items = (marks.items[0] + row.flag, marks.items[1] + 1)
    elif row.what == "e waits":
        marks.open_waits = row.number
    elif row.what == "f wait":
        marks.waits.append(Other(row.key, row.words, bool(row.flag)))
        marks.open_waits += not row.flag
    elif row.what == "g block":
        marks.blocks.append(Other(row.key, row.words, bool(row.flag)))
    elif row.what == "h column":
        facts = {"id": row.number, "public_id": row.key, "preset": row.words, "name": row.name}
        marks.columns.append(TaskColumn(is_done=bool(row.flag), position=row.sort, **facts))
    else:
        approved = {0: False, 1: True}.get(row.flag)
        mine = row.number == viewer.me
        marks.approvals.append(Approval(row.key, _person(row), approved, row.words, row.at, mine))


def _person(row: Any) -> Changer:
    photo = f"/people/{row.handle}/photo?v={row.photo[:8]}" if row.photo else ""
    return Changer(row.name, row.handle, row.kind, row.firm_name or "", photo, bool(row.former))


def _cards(viewer: Viewer) -> Select[Any]:
    return _together(_people(viewer), _labels(viewer), _counts(viewer), _open_waits(viewer))


def _whole(viewer: Viewer) -> Select[Any]:
    sides = (_side(viewer, "f wait", waits=True), _side(viewer, "g block", waits=False))
    return _together(
        _people(viewer), _labels(viewer), _items(viewer), *sides, _columns(viewer), _approvals(viewer)
    )


def _together(*queries: Rows) -> Select[Any]:
    """Each of them began at the policy."""
    rows = union_all(*queries).subquery()
    return select(rows).order_by(rows.c.what, rows.c.sort, rows.c.words).execution_options(policy=True)


def _row(
    what: str,
    entry: Any,
    *,
    key: Any = "",
    words: Any = "",
    flag: Any = 0,
    number: Any = 0,
    at: Any = None,
    sort: Any = 0,
    name: Any = None,
    who: bool = False,
) -> tuple[ColumnElement[Any], ...]:
    """The columns of every sort of row."""
    nothing = cast(null(), Text)
    person: tuple[Any, ...] = (nothing if name is None else name, *(nothing,) * 4, false())
    if who:
        person = (Account.name, Account.handle, Account.kind, Firm.name, Account.photo, FORMER)
    return (
        entry.label("entry"),
        literal(what).label("what"),
        cast(key, Text).label("key"),
        cast(words, Text).label("words"),
        _plain(flag).label("flag"),
        _plain(number).label("number"),
        (cast(null(), UtcDateTime()) if at is None else at).label("at"),
        _plain(sort).label("sort"),
        *(column.label(called) for column, called in zip(person, _WHO, strict=True)),
    )  # fmt: skip


_WHO = ("name", "handle", "kind", "firm_name", "photo", "former")


def _plain(value: Any) -> Any:
    return literal(value) if isinstance(value, int) else value


def _with_people(query: Rows, account_id: Any) -> Rows:
    return query.join(Account, Account.id == account_id).outerjoin(Firm, Firm.id == Account.firm_id)


def _here(column: Any) -> Any:
    return column.in_(parameter("tasks", many=True))


def _people(viewer: Viewer) -> Rows:
    part = TaskAssignee
    flag = case((part.responsible, 1), else_=0)
    columns = _row("a person", part.entry_id, words=Account.name, flag=flag, sort=1 - flag, who=True)
    query = access.select_parts(viewer, part, *columns).select_from(part)
    return _with_people(query, part.author_id).where(_here(part.entry_id))


def _labels(viewer: Viewer) -> Rows:
    part = EntryTag
    columns = _row("b label", part.entry_id, key=part.key, words=part.name, sort=part.position)
    return access.select_parts(viewer, part, *columns).where(_here(part.entry_id))


def _counts(viewer: Viewer) -> Rows:
    part = TaskItem
    columns = _row("c items", part.entry_id, flag=func.count(part.done_at), number=func.count(part.id))
    there = (_here(part.entry_id), part.removed_at.is_(None))
    return access.select_parts(viewer, part, *columns).where(*there).group_by(part.entry_id)


def _items(viewer: Viewer) -> Rows:
    part = TaskItem
    done = case((part.done_at.is_not(None), 1), else_=0)
    columns = _row("d item", part.entry_id, key=part.public_id, words=part.words, flag=done, sort=part.id)
    return access.select_parts(viewer, part, *columns).where(_here(part.entry_id), part.removed_at.is_(None))


def _open_waits(viewer: Viewer) -> Rows:
    """Tasks that others wait for, as far as the viewer reads both."""
    part = TaskDependency
    columns = _row("e waits", part.entry_id, number=func.count(part.other_id))
    # Asked of each row: as a list, it would be all the tasks that there are.
    other = access.select_entries(viewer, Task, Task.id).where(Task.id == part.other_id)
    still_open = other.where(Task.settled_at.is_(None)).correlate(part).exists()
    query = access.select_parts(viewer, part, *columns).where(_here(part.entry_id))
    return query.where(still_open).group_by(part.entry_id)


def _side(viewer: Viewer, what: str, *, waits: bool) -> Rows:
    """The tasks that this one waits for, or that wait for it."""
    part, task = TaskDependency, aliased(Base.metadata.tables["entry"])
    here, there = (part.entry_id, part.other_id) if waits else (part.other_id, part.entry_id)
    done = case((task.c.settled_at.is_not(None), 1), else_=0)
    columns = _row(what, here, key=task.c.public_id, words=task.c.title, flag=done, sort=done)
    query = access.select_parts(viewer, part, *columns).select_from(part).join(task, task.c.id == there)
    readable = access.select_entries(viewer, Task, Task.id).where(Task.id == there).correlate(part).exists()
    return query.where(_here(here), readable)


def _columns(viewer: Viewer) -> Rows:
    """The columns of the board that the task stands on."""
    part = TaskColumn
    done = case((part.is_done, 1), else_=0)
    facts: dict[str, Any] = {
        "key": part.public_id,
        "words": part.preset,
        "name": part.name,
        "sort": part.position,
    }
    columns = _row("h column", Task.id, flag=done, number=part.id, **facts)
    query = access.select_entries(viewer, Task, *columns).join(part, part.workspace_id == Task.place_id)
    return query.where(_here(Task.id), part.removed_at.is_(None))


def _approvals(viewer: Viewer) -> Rows:
    part = TaskApproval
    answer = case((part.approved.is_(None), 2), (part.approved.is_(True), 1), else_=0)
    facts: dict[str, Any] = {
        "key": part.public_id,
        "words": part.words,
        "at": part.answered_at,
        "sort": part.id,
    }
    columns = _row("i approval", part.entry_id, flag=answer, number=part.author_id, who=True, **facts)
    query = access.select_parts(viewer, part, *columns).select_from(part)
    return _with_people(query, part.author_id).where(_here(part.entry_id))

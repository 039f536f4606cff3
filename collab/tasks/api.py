"""``/api/v1/workspaces/{id}/tasks``, ``/api/v1/tasks/{id}`` and the columns that they stand in."""

from datetime import date, datetime

from collab.tasks import columns, forms, marks, people, queries, services
from collab.tasks.forms import Filter
from collab.tasks.marks import Marks
from collab.tasks.models import Task
from collab.tasks.services import Facts
from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import Page, page
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Workspace
from collab.workspaces.queries import known

blueprint = Api("tasks")

Answer = tuple["TaskOut", dict[str, str]]


class ColumnOut(Out):
    """A column of a board; ``is_done``: what stands in it is done."""

    id: str
    name: str
    is_done: bool


class LineOut(Out):
    """A task in a list. ``column`` is the id of its column, ``responsible`` a handle."""

    id: str
    title: str
    url: str
    column: str
    due_on: date | None
    done_at: datetime | None
    later_at: datetime | None
    rrule: str
    tags: list[str]
    responsible: str | None
    assignees: list[str]
    checklist_done: int
    checklist_size: int


class TaskOut(LineOut):
    """A task with its words: ``body`` is Markdown, ``html`` safe to show."""

    body: str
    html: str
    workspace: str
    version: int
    created_at: datetime
    updated_at: datetime
    guests_from: datetime | None


def _workspace(name: str) -> Workspace:
    """The workspace with this id or slug, if the viewer belongs there; else NotFound."""
    return access.workspace(db(), viewer(), known(db(), viewer(), name).slug)


def _task(public_id: str) -> Task:
    """The task, for those who find it in its workspace."""
    inside = (whereabouts.inside(viewer()), whereabouts.known(viewer(), Task))
    return access.get(db(), viewer(), Task, Task.public_id == public_id, *inside)


def _facts(task: Task, hanging: Marks, column: str) -> dict[str, object]:
    return {
        "id": task.public_id,
        "title": task.title,
        "url": whole(task.address),
        "column": column,
        "due_on": task.due_on,
        "done_at": task.settled_at,
        "later_at": task.later_at,
        "rrule": task.rrule,
        "tags": [tag["name"] for tag in hanging.tags],
        "responsible": hanging.responsible.handle if hanging.responsible else None,
        "assignees": [person.handle for person in hanging.people],
        "checklist_done": hanging.items[0],
        "checklist_size": hanging.items[1],
    }


def _out(task: Task) -> Answer:
    db().flush()
    place = db().get_one(Workspace, task.workspace_id)
    refs = {column.id: column.public_id for column in columns.of(db(), place)}
    hanging = marks.of_many(db(), viewer(), [task.id]).get(task.id, Marks())
    found = TaskOut.model_validate(
        {
            **_facts(task, hanging, refs[task.column_id]),
            "body": task.body,
            "html": task.html,
            "workspace": place.slug,
            "version": task.version,
            "created_at": task.created_at,
            "updated_at": task.updated_at,
            "guests_from": task.guests_from,
        }
    )
    return found, etag(task.version)


@blueprint.operation("GET", "/workspaces/<name>/task-columns", answer=ColumnOut, many=True)
def task_columns(name: str) -> Page[ColumnOut]:
    """The columns of a workspace's board, from the left."""
    board = columns.of(db(), _workspace(name))
    items = [ColumnOut(id=one.public_id, name=columns.title(one), is_done=one.is_done) for one in board]
    return Page(items, None)


@blueprint.operation("GET", "/workspaces/<name>/tasks", query=forms.TaskListing, answer=LineOut, many=True)
def workspace_tasks(name: str, query: forms.TaskListing) -> Page[LineOut]:
    """The tasks of a workspace, what is due first coming first."""
    place = _workspace(name)
    wanted, (key, descending) = Filter(state=query.state), queries.ORDERS["due"]
    rows = queries.listed(viewer(), place.id, wanted, services.today(viewer()))
    cursor, limit = query.cursor, query.limit
    found = page(db(), rows, key, queries.ID, cursor=cursor, limit=limit, descending=descending)
    refs = {column.id: column.public_id for column in columns.of(db(), place)}
    hanging = marks.of_many(db(), viewer(), [row.id for row in found.items])
    items = [
        LineOut.model_validate(_facts(row, hanging.get(row.id, Marks()), refs[row.column_id]))
        for row in found.items
    ]
    return Page(items, found.next)


@blueprint.operation("POST", "/workspaces/<name>/tasks", body=forms.TaskIn, answer=TaskOut, status=201)
def create_task(name: str, body: forms.TaskIn) -> Answer:
    """Make a task; its readers see it at once."""
    facts = Facts(body.due_on, body.rrule, body.tags)
    place = _workspace(name)
    made = services.create(db(), viewer(), place, body.title, body.body, column=body.column, facts=facts)
    return _out(made)


@blueprint.operation("GET", "/tasks/<public_id>", answer=TaskOut)
def get_task(public_id: str) -> Answer:
    """One task with its words."""
    return _out(_task(public_id))


@blueprint.operation("PATCH", "/tasks/<public_id>", body=forms.TaskChange, answer=TaskOut)
def change_task(public_id: str, body: forms.TaskChange) -> Answer:
    """Change words, day, rule, tags or the responsible person of a task."""
    task = _task(public_id)
    access.require(db(), viewer(), "edit", task)
    version, given = expected_version(task.version), body.model_fields_set
    facts = Facts(
        body.due_on if "due_on" in given else task.due_on,
        body.rrule if body.rrule is not None else task.rrule,
        body.tags,
    )
    title = task.title if body.title is None else body.title
    words = task.body if body.body is None else body.body
    services.change(db(), viewer(), task, title, words, facts, base_version=version)
    if body.responsible:
        people.assign(db(), viewer(), task, body.responsible, responsible=True)
    return _out(task)


@blueprint.operation("POST", "/tasks/<public_id>/move", body=forms.TaskMove, answer=TaskOut)
def move_task(public_id: str, body: forms.TaskMove) -> Answer:
    """Put a task into a column, at a place among the others."""
    task = _task(public_id)
    services.move(db(), viewer(), task, body.column, after=body.after, seen_in=body.seen)
    return _out(task)


@blueprint.operation("POST", "/tasks/<public_id>/done", answer=TaskOut)
def task_done(public_id: str) -> Answer:
    """Say that a task is done. One that comes again makes the next one."""
    task = _task(public_id)
    services.done(db(), viewer(), task)
    return _out(task)


@blueprint.operation("DELETE", "/tasks/<public_id>/done", answer=TaskOut)
def task_reopened(public_id: str) -> Answer:
    """Say that a task is not done after all."""
    task = _task(public_id)
    services.reopen(db(), viewer(), task)
    return _out(task)

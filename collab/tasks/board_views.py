"""The board of a workspace: columns side by side, quick adding, moving."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Invalid
from collab.tasks import columns, forms, present, queries, services
from collab.tasks.models import Task
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.web.urls import safe_next
from collab.workspaces import access
from collab.workspaces.models import Workspace

blueprint = Blueprint("task_board", __name__)

Answer = str | Response | tuple[str, int]


def frame(workspace: Workspace) -> dict[str, Any]:
    """What the head of every page of a workspace needs."""
    return {
        "nav": "workspaces",
        "tab": "tasks",
        "workspace": workspace,
        "standing": access.standing(db(), viewer(), workspace),
        "base": f"/w/{workspace.slug}/tasks/",
    }


def _board(place: Workspace, **more: Any) -> dict[str, Any]:
    lanes, aside = present.lanes(db(), viewer(), place)
    return {
        "lanes": lanes,
        "many": queries.MANY,
        "aside": aside,
        "may_manage": access.allowed(db(), viewer(), "manage", place) and place.archived_at is None,
        "may_write": access.allowed(db(), viewer(), "contribute", place),
        "adding": request.args.get("add", "")[:60],
        "errors": {},
        "said": None,
        **frame(place),
        **more,
    }


@blueprint.get("/w/<slug>/tasks/")
@door("guest")
def index(slug: str) -> str:
    """All that is to be done here, at a glance."""
    place = access.workspace(db(), viewer(), slug)
    return render_template("tasks/board.html", **_board(place))


def _after(place: Workspace, said: dict[str, str] | None = None, **more: Any) -> Response | str:
    """The board again: the part alone for a script, else the page, or where the form wants to be."""
    if request.headers.get("HX-Request"):
        db().flush()
        return render_template("tasks/_board.html", **_board(place, said=said, **more))
    if said:
        flash(said["text"], said.get("tone", "message"))
    adding = f"?add={more['adding']}#add-{more['adding']}" if more.get("adding") else ""
    wanted = request.form.get("next")
    return redirect(safe_next(wanted) if wanted else f"/w/{place.slug}/tasks/{adding}", 303)


def again_said(following: Task | None) -> dict[str, str] | None:
    """That a task which is done comes again, and when."""
    if following is None or following.due_on is None:
        return None
    day = present.due_text(following.due_on, services.today(viewer()))
    return {"text": _("Done. The next one is there: due %(day)s.", day=day)}


@blueprint.post("/w/<slug>/tasks/quick")
@door("guest", own=True)
def quick(slug: str) -> Answer:
    """A title at the foot of a column; the form stays where it is."""
    place = access.workspace(db(), viewer(), slug)
    try:
        form = from_page(forms.Quick)
        column, said = _there(place, form.column)
        services.create(db(), viewer(), place, form.title, column=column)
    except Invalid as error:
        db().rollback()
        place = access.workspace(db(), viewer(), slug)
        adding = request.form.get("column", "")[:60]
        refused = _board(place, errors=explain(error), adding=adding)
        template = "tasks/_board.html" if request.headers.get("HX-Request") else "tasks/board.html"
        return render_template(template, **refused), 422
    return _after(place, said, adding=column)


def _there(place: Workspace, ref: str) -> tuple[str, dict[str, str] | None]:
    """The column to add to; if somebody has removed it meanwhile, the first one, and what to say about it."""
    board = columns.of(db(), place)
    try:
        return columns.find(board, ref).public_id, None
    except Invalid:
        first = columns.first(board, done=False)
        words = _(
            "That column is not there any more, so the task is in “%(column)s”.", column=columns.title(first)
        )
        return first.public_id, {"text": words, "tone": "warning"}


@blueprint.post("/w/<slug>/tasks/<public_id>/move")
@door("guest")
def move(slug: str, public_id: str) -> Answer:
    """Put a task elsewhere; if somebody else has done so meanwhile, say it and change nothing."""
    form = from_page(forms.Move)
    given = {name: request.args[name][:300] for name in ("after", "seen") if name in request.args}
    form = form.model_copy(update=given)
    task = queries.get(db(), viewer(), slug, public_id)
    place = db().get_one(Workspace, task.workspace_id)
    after = None if form.after == "last" else "" if form.after == "first" else form.after
    try:
        following = services.move(db(), viewer(), task, form.column, after=after, seen_in=form.seen)
    except services.Moved as moved:
        return _moved(place, task, form, moved)
    except Invalid:  # somebody has removed the column meanwhile
        words = _(
            "That column is not there any more, so “%(title)s” stays where it is.", title=task.title[:80]
        )
        return _after(place, {"text": words, "tone": "warning"})
    return _after(place, again_said(following))


def _moved(place: Workspace, task: Task, form: forms.Move, moved: services.Moved) -> Answer:
    there = columns.title(moved.column)
    title = task.title[:80]
    words = _(
        "“%(title)s” was moved to “%(column)s” meanwhile, so it stays there.", title=title, column=there
    )
    if request.headers.get("HX-Request"):
        return _after(place, {"text": words, "tone": "warning"})
    wanted = columns.find(columns.of(db(), place), form.column)
    page = render_template(
        "tasks/moved.html",
        task=task,
        there=there,
        wanted=columns.title(wanted),
        form=form,
        **frame(place),
    )
    return page, 409


def _task(slug: str, public_id: str) -> tuple[Task, Workspace]:
    task = queries.get(db(), viewer(), slug, public_id)
    return task, db().get_one(Workspace, task.workspace_id)


@blueprint.post("/w/<slug>/tasks/<public_id>/done")
@door("guest")
def done(slug: str, public_id: str) -> Answer:
    task, place = _task(slug, public_id)
    following = services.done(db(), viewer(), task)
    return _after(place, again_said(following))


@blueprint.post("/w/<slug>/tasks/<public_id>/reopen")
@door("guest")
def reopen(slug: str, public_id: str) -> Answer:
    task, place = _task(slug, public_id)
    services.reopen(db(), viewer(), task)
    return _after(place)


@blueprint.post("/w/<slug>/tasks/<public_id>/later")
@door("guest")
def later(slug: str, public_id: str) -> Answer:
    """To the place beside the board."""
    task, place = _task(slug, public_id)
    services.put_aside(db(), viewer(), task)
    return _after(place, {"text": _("“%(title)s” is under “Later” now.", title=task.title[:80])})


@blueprint.post("/w/<slug>/tasks/<public_id>/back")
@door("guest")
def back(slug: str, public_id: str) -> Answer:
    """... and back with one click."""
    task, place = _task(slug, public_id)
    services.take_up(db(), viewer(), task)
    return _after(place, {"text": _("“%(title)s” is on the board again.", title=task.title[:80])})

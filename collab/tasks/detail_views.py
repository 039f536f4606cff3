"""The checklist of a task, and what it waits for."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Invalid
from collab.tasks import details, forms, marks, queries, removing
from collab.tasks.models import Task
from collab.tasks.views import page
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access

blueprint = Blueprint("task_details", __name__)

Answer = str | Response | tuple[str, int]


def do(slug: str, public_id: str, act: Callable[[Task], object], at: str) -> Answer:
    """Do something with a task and go back to its page, or show there what was wrong with the form ``at``."""
    found = queries.get(db(), viewer(), slug, public_id)
    try:
        act(found)
    except Invalid as error:
        db().rollback()
        return page(slug, public_id, explain(error), at), 422
    return redirect(f"{found.address}?at={at}#{at}", 303)


# The checklist: with a script, only that part of the page comes back ------------------------------


def _on_list(slug: str, public_id: str, act: Callable[[Task], dict[str, str] | None]) -> Answer:
    """``act`` answers what can be undone, if anything."""
    if not request.headers.get("HX-Request"):
        return do(slug, public_id, lambda task: _flash(act(task)), "checklist")
    errors: dict[str, str] = {}
    undo = None
    try:
        undo = act(queries.get(db(), viewer(), slug, public_id))
        db().flush()
    except Invalid as error:
        db().rollback()
        errors = explain(error)
    task = queries.get(db(), viewer(), slug, public_id)
    adding = "words" in request.form
    answer = render_template(
        "tasks/checklist_answer.html",
        task=task,
        here=task.address,
        marks=marks.of_one(db(), viewer(), task),
        may_edit=access.allowed(db(), viewer(), "edit", task),
        errors=errors,
        values=request.form,
        at="checklist" if errors else "",
        focused=adding,
        undo=undo,
    )
    return (answer, 422) if errors else answer


def _flash(undo: dict[str, str] | None) -> None:
    if undo:
        flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms


@blueprint.post("/w/<slug>/tasks/<public_id>/items")
@door("guest")
def add_item(slug: str, public_id: str) -> Answer:
    def act(task: Task) -> None:
        details.add_item(db(), viewer(), task, from_page(forms.Item).words)

    return _on_list(slug, public_id, act)


@blueprint.post("/w/<slug>/tasks/<public_id>/items/<item_id>")
@door("guest")
def tick(slug: str, public_id: str, item_id: str) -> Answer:
    def act(task: Task) -> None:
        done = from_page(forms.Tick).done
        details.tick(db(), viewer(), task, item_id, done=done)

    return _on_list(slug, public_id, act)


@blueprint.post("/w/<slug>/tasks/<public_id>/items/<item_id>/delete")
@door("guest")
def remove_item(slug: str, public_id: str, item_id: str) -> Answer:
    def act(task: Task) -> dict[str, str]:
        words = removing.remove_item(db(), viewer(), task, item_id).words[:80]
        undo = url_for(".restore_item", slug=slug, public_id=public_id, item_id=item_id)
        return {"text": _("“%(title)s” is removed.", title=words), "url": undo}

    return _on_list(slug, public_id, act)


@blueprint.post("/w/<slug>/tasks/<public_id>/items/<item_id>/restore")
@door("guest")
def restore_item(slug: str, public_id: str, item_id: str) -> Answer:
    """Undo of that."""

    def act(task: Task) -> None:
        removing.restore_item(db(), viewer(), task, item_id)

    return _on_list(slug, public_id, act)


# What it waits for -------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/tasks/<public_id>/others")
@door("guest")
def others(slug: str, public_id: str) -> str:
    """Titles of tasks that this one could wait for, while somebody types."""
    found = queries.get(db(), viewer(), slug, public_id)
    words = request.args.get("task", "")[:100]
    rows = db().execute(queries.titles(viewer(), found.workspace_id, words, found.id)).all()
    return render_template("tasks/others.html", tasks=rows)


@blueprint.post("/w/<slug>/tasks/<public_id>/waits")
@door("guest")
def wait_for(slug: str, public_id: str) -> Answer:
    def act(task: Task) -> None:
        details.wait_for(db(), viewer(), task, from_page(forms.Waiting).task)

    return do(slug, public_id, act, "waits")


@blueprint.post("/w/<slug>/tasks/<public_id>/waits/<other_id>/delete")
@door("guest")
def wait_no_more(slug: str, public_id: str, other_id: str) -> Answer:
    return do(
        slug, public_id, lambda task: details.wait_no_more(db(), viewer(), task, other_id), "waits"
    )  # fmt: skip

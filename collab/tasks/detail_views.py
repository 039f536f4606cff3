"""The checklist of a task, and what it waits for."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from collab.errors import Invalid
from collab.tasks import details, forms, queries
from collab.tasks.models import Task
from collab.tasks.views import page
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer

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


@blueprint.post("/w/<slug>/tasks/<public_id>/items")
@door("guest")
def add_item(slug: str, public_id: str) -> Answer:
    def act(task: Task) -> None:
        details.add_item(db(), viewer(), task, from_page(forms.Item).words)

    return do(slug, public_id, act, "checklist")


@blueprint.post("/w/<slug>/tasks/<public_id>/items/<item_id>")
@door("guest")
def tick(slug: str, public_id: str, item_id: str) -> Answer:
    def act(task: Task) -> None:
        done = from_page(forms.Tick).done
        details.tick(db(), viewer(), task, item_id, done=done)

    return do(slug, public_id, act, "checklist")


@blueprint.post("/w/<slug>/tasks/<public_id>/items/<item_id>/delete")
@door("guest")
def remove_item(slug: str, public_id: str, item_id: str) -> Answer:
    def act(task: Task) -> None:
        details.remove_item(db(), viewer(), task, item_id)

    return do(slug, public_id, act, "checklist")


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

"""Who works on a task, who is responsible, and who is asked to approve it."""

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.alone.page import shown
from collab.errors import Invalid
from collab.tasks import forms, people
from collab.tasks.detail_views import do
from collab.tasks.models import Task
from collab.tasks.views import page
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, whereabouts

blueprint = Blueprint("task_people", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.post("/w/<slug>/tasks/<public_id>/people")
@door("guest")
def assign(slug: str, public_id: str) -> Answer:
    def act(task: Task) -> None:
        form = from_page(forms.Person)
        people.assign(db(), viewer(), task, form.account, responsible=form.responsible)

    return do(slug, public_id, act, "people")


@blueprint.post("/w/<slug>/tasks/<public_id>/people/<handle>/remove")
@door("guest")
def unassign(slug: str, public_id: str, handle: str) -> Answer:
    return do(slug, public_id, lambda task: people.unassign(db(), viewer(), task, handle), "people")


@blueprint.post("/w/<slug>/tasks/<public_id>/approvals")
@door("guest")
def ask(slug: str, public_id: str) -> Answer:
    def act(task: Task) -> None:
        people.ask(db(), viewer(), task, from_page(forms.Person).account)

    return do(slug, public_id, act, "approvals")


@blueprint.post("/entries/<public_id>/approvals/<approval_id>")
@door("guest")
def answer(public_id: str, approval_id: str) -> Answer:
    """The word of the person who was asked, who need not know where the task is."""
    task = access.get(db(), viewer(), Task, Task.public_id == public_id)
    try:
        form = from_page(forms.Answer)
        people.answer(db(), viewer(), task, approval_id, approved=form.approved, words=form.words)
    except Invalid as error:
        db().rollback()
        return _refused(public_id, explain(error)), 422
    flash(_("Your answer is noted."))
    return redirect(f"{whereabouts.address_of(db(), viewer(), task)}#approvals", 303)


def _refused(public_id: str, errors: dict[str, str]) -> str:
    """The task's page, where the answer was written, with what is wrong about it."""
    task = access.get(db(), viewer(), Task, Task.public_id == public_id)
    slug = whereabouts.slug_of(db(), viewer(), task)
    if slug is not None:
        return page(slug, public_id, errors, "approvals")
    return shown(db(), viewer(), task, errors=errors, values=request.form, at="approvals")

"""Who works on a task, who is responsible, and who is asked to approve it."""

from flask import Blueprint
from werkzeug.wrappers import Response

from collab.tasks import forms, people
from collab.tasks.detail_views import do
from collab.tasks.models import Task
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer

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


@blueprint.post("/w/<slug>/tasks/<public_id>/approvals/<approval_id>")
@door("guest")
def answer(slug: str, public_id: str, approval_id: str) -> Answer:
    """The word of the person who was asked."""

    def act(task: Task) -> None:
        form = from_page(forms.Answer)
        people.answer(
            db(), viewer(), task, approval_id, approved=form.approved, words=form.words
        )  # fmt: skip

    return do(slug, public_id, act, "approvals")

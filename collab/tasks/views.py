"""One task: reading, making, changing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import clock
from collab.comments.section import thread_context
from collab.errors import Conflict, Invalid
from collab.files.present import files_context
from collab.history.queries import changer
from collab.tasks import columns, forms, marks, people, present, queries, repeats, services
from collab.tasks.board_views import frame
from collab.tasks.models import Task
from collab.tasks.services import Facts
from collab.tasks.stale import is_stale
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, glass, heads, members
from collab.workspaces.models import Workspace

blueprint = Blueprint("tasks", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/w/<slug>/tasks/<public_id>")
@door("guest")
def task(slug: str, public_id: str) -> str:
    return page(slug, public_id)


def page(slug: str, public_id: str, errors: Mapping[str, str] | None = None, at: str = "") -> str:
    """The page of a task; ``errors`` of its form ``at``."""
    found = queries.at(db(), viewer(), slug, public_id)
    shown, place = found.Task, found.Workspace
    access.standing(db(), viewer(), place, shown)
    files, wall = files_context(db(), viewer(), shown), glass.wall(db(), viewer(), shown)
    hanging, on = marks.of_one(db(), viewer(), shown), services.today(viewer())
    here = next(column for column in hanging.columns if column.id == shown.column_id)
    return render_template(
        "tasks/task.html",
        task=shown,
        html=present.html(shown, files["files"]["sizes"]),
        maker=changer(found),
        board=[(column, columns.title(column)) for column in hanging.columns],
        column=here,
        column_title=columns.title(here),
        marks=hanging,
        due=present.due_state(shown.due_on, done=shown.settled_at is not None, on=on),
        due_text=present.due_text(shown.due_on, on),
        again=present.again_text(shown),
        stale=is_stale(shown, clock.now()),
        flag=heads.flag(viewer(), shown, place),
        wall=wall,
        may_edit=access.allowed(db(), viewer(), "edit", shown),
        may_share=access.allowed(db(), viewer(), "share", shown),
        may_delete=access.allowed(db(), viewer(), "delete", shown),
        may_answer=access.allowed(db(), viewer(), "react", shown),
        errors=errors or {},
        at=at,
        values=request.form,
        **thread_context(db(), viewer(), shown, audience=wall.audience),
        **files,
        **frame(place),
    )


# Making ------------------------------------------------------------------------------------------


def _writable(slug: str) -> Workspace:
    place = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "contribute", place)
    return place


def _new(slug: str, values: Mapping[str, Any], errors: Mapping[str, str] | None = None) -> str:
    place = _writable(slug)
    audience = glass.audience_of(db(), viewer(), place.id, guests=True)
    return render_template(
        "tasks/new.html",
        values=values,
        errors=errors or {},
        columns=[(column.public_id, columns.title(column)) for column in columns.of(db(), place)],
        again=present.again_options(),
        audience=audience,
        offers_guests=bool(audience and audience.guests),
        **frame(place),
    )


@blueprint.get("/w/<slug>/tasks/new")
@door("guest", own=True)
def new(slug: str) -> str:
    given = {name: request.args.get(name, "")[:300] for name in ("title", "column", "due_on")}
    return _new(slug, {**given, "body": ""})


@blueprint.post("/w/<slug>/tasks/new")
@door("guest", own=True)
def create(slug: str) -> Answer:
    """A new task. The key in the form makes a second sending of it the same task, not another."""
    place = _writable(slug)
    try:
        form = from_page(forms.New)
        made = services.create(
            db(),
            viewer(),
            place,
            form.title,
            form.body,
            column=form.column,
            facts=_facts(form),
            guests=form.guests,
        )
        if form.responsible:
            people.assign(db(), viewer(), made, form.responsible, responsible=True)
    except Invalid as error:
        db().rollback()
        errors = dict(error.errors)
        if "account" in errors:
            errors["responsible"] = errors.pop("account")
        return _new(slug, request.form, explain(Invalid(errors, **error.params))), 422
    return redirect(made.address, 303)


def _facts(form: forms.New | forms.Change, task: Task | None = None) -> Facts:
    """A rule that nobody changed stays as it is: one for the last days of months was made for another month."""
    rule = present.again_rule(form.again, form.rrule, form.due_on)
    if (
        task
        and form.due_on == task.due_on
        and form.again == repeats.preset_of(task.rrule, task.due_on) != "own"
    ):
        rule = task.rrule
    return Facts(form.due_on, rule, form.tags)


# Changing ----------------------------------------------------------------------------------------


def _editable(slug: str, public_id: str) -> tuple[Task, Workspace]:
    found = queries.get(db(), viewer(), slug, public_id)
    access.require(db(), viewer(), "edit", found)
    return found, db().get_one(Workspace, found.workspace_id)


def _form(slug: str, public_id: str, values: Mapping[str, Any] | None = None, **more: Any) -> str:
    found, place = _editable(slug, public_id)
    return render_template(
        "tasks/edit.html",
        task=found,
        values=values or _values(found),
        version=more.pop("version", found.version),
        again=present.again_options(),
        wall=glass.wall(db(), viewer(), found),
        **({"errors": {}, "theirs": None} | more),
        **frame(place),
    )


def _values(task: Task) -> dict[str, Any]:
    """The task as its form has it."""
    tags = marks.of_many(db(), viewer(), [task.id])
    names = [tag["name"] for tag in tags[task.id].tags] if task.id in tags else []
    return {
        "title": task.title,
        "body": task.body,
        "due_on": task.due_on.isoformat() if isinstance(task.due_on, date) else "",
        "again": repeats.preset_of(task.rrule, task.due_on),
        "rrule": task.rrule,
        "tags": ", ".join(names),
    }


@blueprint.get("/w/<slug>/tasks/<public_id>/edit")
@door("guest", own=True)
def edit(slug: str, public_id: str) -> str:
    return _form(slug, public_id)


@blueprint.post("/w/<slug>/tasks/<public_id>/edit")
@door("guest", own=True)
def save(slug: str, public_id: str) -> Answer:
    """Save, or show both if somebody else has changed it meanwhile: nothing typed is lost."""
    found, _place = _editable(slug, public_id)
    try:
        form = from_page(forms.Change)
        services.change(
            db(), viewer(), found, form.title, form.body, _facts(form, found), base_version=form.version
        )
    except Invalid as error:
        db().rollback()
        sent = request.form.get("version", "1")
        return _form(slug, public_id, request.form, errors=explain(error), version=sent), 422
    except Conflict:
        db().rollback()
        theirs = _values(_editable(slug, public_id)[0])
        return _form(slug, public_id, request.form, theirs=theirs), 409
    flash(_("Saved."))
    return redirect(found.address, 303)


@blueprint.get("/w/<slug>/tasks/people")
@door("guest", own=True)
def suggested(slug: str) -> str:
    """People who could be responsible for a new task, while somebody types."""
    place = _writable(slug)
    words = request.args.get("responsible", "")[:100]
    rows = db().execute(people.suggested(viewer(), place, words)).all()
    return render_template("people/options.html", people=[members.person(row) for row in rows])

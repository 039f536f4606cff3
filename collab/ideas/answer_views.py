"""What becomes of an idea: answering, merging duplicates, releasing a supplier's."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Row
from werkzeug.wrappers import Response

from collab.errors import Conflict, Forbidden, Invalid
from collab.ideas import answers, forms, queries, services
from collab.ideas.models import Idea
from collab.ideas.present import STATES
from collab.web import undo
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, heads

blueprint = Blueprint("idea_answers", __name__)

SECTION = "ideas"
Answer = str | Response | tuple[str, int]
#: So many ideas are offered as the one that says the same.
OFFERED = 20


def _answerable(slug: str, public_id: str) -> Row[Any]:
    found = queries.at(db(), viewer(), slug, public_id)
    if not answers.may_answer(db(), viewer(), found.Idea):
        raise Forbidden
    return found


def _form(found: Row[Any], values: Mapping[str, Any], version: Any, **more: Any) -> str:
    idea: Idea = found.Idea
    people = queries.colleagues(db(), viewer(), found.Workspace)
    named = next((row.handle for row in people if row.name == found.answerer), "")
    return render_template(
        "ideas/answer.html",
        idea=idea,
        values=values,
        version=version,
        states=STATES,
        people=[("", _("The owners of this workspace")), *((row.handle, row.name) for row in people)],
        assignment={"answerer": named, "due_on": idea.due_on or ""},
        **({"errors": {}, "theirs": None} | more),
        **heads.of_entry(db(), viewer(), idea, found.Workspace, SECTION),
    )


@blueprint.get("/w/<slug>/ideas/<public_id>/answer")
@door("guest", own=True)
def answer(slug: str, public_id: str) -> str:
    """The form for the answer, and for who owes it."""
    found = _answerable(slug, public_id)
    idea = found.Idea
    values = {name: getattr(idea, name) for name in ("reason", "before", "after")}
    return _form(found, values | {"state": idea.state, "next_on": ""}, idea.version)


@blueprint.post("/w/<slug>/ideas/<public_id>/answer")
@door("guest", own=True)
def give(slug: str, public_id: str) -> Answer:
    try:
        form = from_page(forms.Answering)
        found = _answerable(slug, public_id)
        given = form.model_dump(exclude={"state", "reason", "version"})
        answers.answer(
            db(), viewer(), found.Idea, form.state, form.reason, base_version=form.version, **given
        )
    except Invalid as error:
        db().rollback()
        found = _answerable(slug, public_id)
        return _form(found, request.form, request.form.get("version", "1"), errors=explain(error)), 422
    except Conflict:
        db().rollback()
        found = _answerable(slug, public_id)
        errors = explain(Invalid({"": "changed_meanwhile"}))
        return _form(found, request.form, found.Idea.version, errors=errors, theirs=found.Idea), 409
    flash(_("The answer stands on the idea."))
    return redirect(found.Idea.address, 303)


@blueprint.post("/w/<slug>/ideas/<public_id>/answerer")
@door("guest")
def assign(slug: str, public_id: str) -> Answer:
    """Who owes the answer, and until when."""
    found = _answerable(slug, public_id)
    try:
        form = from_page(forms.Assignment)
        answers.assign(db(), viewer(), found.Idea, form.answerer, form.due_on)
    except Invalid as error:
        idea = found.Idea
        return _form(found, {"state": idea.state}, idea.version, errors=explain(error)), 422
    flash(_("Saved."))
    return redirect(found.Idea.address, 303)


# Duplicates --------------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/ideas/<public_id>/merge")
@door("guest", own=True)
def same(slug: str, public_id: str) -> str:
    """Which idea says the same? Those that most are for, or with a word in the title."""
    return _same(queries.at(db(), viewer(), slug, public_id))


def _same(found: Row[Any], errors: dict[str, str] | None = None) -> str:
    idea: Idea = found.Idea
    if not services.may_merge(db(), viewer(), idea):
        raise Forbidden
    words = request.args.get("q", "")[:300]
    shown = queries.listed(db(), viewer(), found.Workspace, words=words, limit=OFFERED + 1)
    return render_template(
        "ideas/merge.html",
        idea=idea,
        words=words,
        errors=errors or {},
        offered=[row for row in shown.items if row.id != idea.id][:OFFERED],
        **heads.frame(db(), viewer(), found.Workspace, SECTION),
    )


@blueprint.post("/w/<slug>/ideas/<public_id>/merge")
@door("guest")
def merge(slug: str, public_id: str) -> Answer:
    found = queries.at(db(), viewer(), slug, public_id)
    idea: Idea = found.Idea
    try:
        wanted = Idea.public_id == from_page(forms.Merging).into
        into = db().scalar(
            access.select_entries(viewer(), Idea).where(wanted, Idea.place_id == idea.place_id)
        )
        if into is None:
            raise Invalid({"into": "unknown_idea"})
        services.merge(db(), viewer(), idea, into)
    except Invalid as error:
        return _same(found, explain(error)), 422
    undo.offer(_("Merged. Everybody who was for one of the two counts once."), f"{idea.address}/unmerge")
    return redirect(into.address, 303)


@blueprint.post("/w/<slug>/ideas/<public_id>/unmerge")
@door("guest")
def unmerge(slug: str, public_id: str) -> Response:
    """Undo it: the idea stands by itself again."""
    idea = queries.at(db(), viewer(), slug, public_id).Idea
    services.unmerge(db(), viewer(), idea)
    flash(_("The idea stands by itself again, with its own votes."))
    return redirect(idea.address, 303)


# Releasing ---------------------------------------------------------------------------------------


@blueprint.post("/w/<slug>/ideas/<public_id>/release")
@door("guest")
def release(slug: str, public_id: str) -> Response:
    """Show it to all guests of the workspace."""
    idea = queries.at(db(), viewer(), slug, public_id).Idea
    services.release(db(), viewer(), idea)
    undo.offer(_("All guests of this workspace can read the idea now."), f"{idea.address}/hide")
    return redirect(idea.address, 303)


@blueprint.post("/w/<slug>/ideas/<public_id>/hide")
@door("guest")
def hide(slug: str, public_id: str) -> Response:
    """... no longer: it is again between whom it was between."""
    idea = queries.at(db(), viewer(), slug, public_id).Idea
    services.release(db(), viewer(), idea, out=False)
    flash(_("The idea is no longer shown to the guests of this workspace."))
    return redirect(idea.address, 303)

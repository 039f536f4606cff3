"""Reading topics, deciding, closing."""

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from collab import text
from collab.comments import queries as comments
from collab.comments.section import thread_context
from collab.errors import Invalid
from collab.files.addresses import with_sizes
from collab.files.present import files_context
from collab.history.queries import changer
from collab.topics import forms, queries, services
from collab.topics.models import Topic
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import db, viewer
from collab.workspaces import access, heads

blueprint = Blueprint("topics", __name__)

SECTION = "topics"
Answer = str | Response | tuple[str, int]


@blueprint.get("/w/<slug>/topics/")
@door("guest")
def index(slug: str) -> str:
    """The topics of a workspace, those first in which something was said last."""
    place, wanted = access.workspace(db(), viewer(), slug), from_query(forms.Filter)
    shown = queries.listed(db(), viewer(), place, which=wanted.which, cursor=wanted.cursor)
    said = queries.speakers(db(), viewer(), [row.last_id for row in shown.items if row.last_id])
    last = {number: changer(row) for number, row in said.items()}
    rows = [
        (row, changer(row), last.get(row.last_id), heads.flag(viewer(), row, place)) for row in shown.items
    ]
    return render_template(
        "topics/index.html",
        rows=rows,
        wanted=wanted,
        next=shown.next,
        **heads.frame(db(), viewer(), place, SECTION),
    )


@blueprint.get("/w/<slug>/topics/<public_id>")
@door("guest")
def topic(slug: str, public_id: str) -> str:
    """One topic: its words, what was decided, and what was said."""
    return _page(slug, public_id)


def _page(slug: str, public_id: str, errors: dict[str, str] | None = None) -> str:
    found = queries.at(db(), viewer(), slug, public_id)
    shown: Topic = found.Topic
    files = files_context(db(), viewer(), shown)
    head = heads.of_entry(db(), viewer(), shown, found.Workspace, SECTION, watched=found.watched)
    safe = shown.html if shown.rules == text.RULES else text.render(shown.body).html
    decision = queries.decision(db(), viewer(), shown)
    return render_template(
        "topics/topic.html",
        topic=shown,
        author=changer(found),
        html=Markup(with_sizes(safe, files["files"]["sizes"])),  # noqa: S704 - collab.text has sanitised it
        decision=decision,
        decided=decision is not None or bool(shown.decision),
        decider=changer(decision) if decision else None,
        decided_by=found.decided_by,
        may_decide=services.may_decide(db(), viewer(), shown),
        errors=errors or {},
        **thread_context(db(), viewer(), shown, audience=head["wall"].audience),
        **files,
        **head,
    )


def _topic(slug: str, public_id: str) -> Topic:
    found: Topic = queries.at(db(), viewer(), slug, public_id).Topic
    return found


@blueprint.post("/w/<slug>/topics/<public_id>/decision")
@door("guest")
def decide(slug: str, public_id: str) -> Answer:
    """Say what was decided."""
    found = _topic(slug, public_id)
    try:
        form = from_page(forms.Decision)
        comment = comments.get(db(), viewer(), form.comment) if form.comment else None
        services.decide(db(), viewer(), found, form.words, comment)
    except Invalid as error:
        return _page(slug, public_id, explain(error)), 422
    undo = {"text": _("The decision stands at the top now."), "url": f"{found.address}/decision/delete"}
    flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/topics/<public_id>/decision/delete")
@door("guest")
def undecide(slug: str, public_id: str) -> Response:
    """Nothing was decided after all."""
    found = _topic(slug, public_id)
    services.undecide(db(), viewer(), found)
    flash(_("The decision is taken back."))
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/topics/<public_id>/close")
@door("guest")
def close(slug: str, public_id: str) -> Response:
    """Nobody writes in it any more."""
    found = _topic(slug, public_id)
    services.close(db(), viewer(), found)
    undo = {"text": _("The topic is closed."), "url": f"{found.address}/reopen"}
    flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/topics/<public_id>/reopen")
@door("guest")
def reopen(slug: str, public_id: str) -> Response:
    """Undo it."""
    found = _topic(slug, public_id)
    services.reopen(db(), viewer(), found)
    flash(_("The topic is open again."))
    return redirect(found.address, 303)

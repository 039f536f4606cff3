"""Columns of a board, for the owners of its workspace."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from collab.errors import Forbidden, Invalid
from collab.tasks import columns, forms, removing
from collab.tasks.board_views import frame
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

blueprint = Blueprint("task_columns", __name__)

Answer = str | Response | tuple[str, int]


def _page(slug: str, errors: dict[str, str] | None = None, at: str = "") -> str:
    place = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "manage", place)
    if place.archived_at is not None:
        raise Forbidden
    shown = [(column, columns.title(column)) for column in columns.of(db(), place)]
    return render_template(
        "tasks/columns.html", columns=shown, errors=errors or {}, at=at, values=request.form, **frame(place)
    )


@blueprint.get("/w/<slug>/tasks/columns")
@door("employee")
def index(slug: str) -> str:
    """Which columns there are, and what can be done with them."""
    return _page(slug)


def _do(slug: str, act: Callable[[Workspace], None], at: str = "") -> Answer:
    try:
        act(access.workspace(db(), viewer(), slug))
    except Invalid as error:
        db().rollback()
        return _page(slug, explain(error), at), 422
    return redirect(f"/w/{slug}/tasks/columns", 303)


@blueprint.post("/w/<slug>/tasks/columns")
@door("employee")
def add(slug: str) -> Answer:
    def act(place: Workspace) -> None:
        form = from_page(forms.ColumnNew)
        columns.add(db(), viewer(), place, form.name, is_done=form.is_done)

    return _do(slug, act)


@blueprint.post("/w/<slug>/tasks/columns/<ref>")
@door("employee")
def rename(slug: str, ref: str) -> Answer:
    def act(place: Workspace) -> None:
        columns.rename(db(), viewer(), place, ref, from_page(forms.ColumnName).name)

    return _do(slug, act, ref)


@blueprint.post("/w/<slug>/tasks/columns/<ref>/order")
@door("employee")
def order(slug: str, ref: str) -> Answer:
    def act(place: Workspace) -> None:
        by = -1 if from_page(forms.Step).step == "left" else 1
        columns.step(db(), viewer(), place, ref, by)

    return _do(slug, act)


@blueprint.post("/w/<slug>/tasks/columns/<ref>/delete")
@door("employee")
def remove(slug: str, ref: str) -> Answer:
    """It goes, its tasks move on, and both come back with one click."""

    def act(place: Workspace) -> None:
        gone, target, moved = removing.remove_column(db(), viewer(), place, ref)
        undo = {
            "text": _said(columns.title(gone), columns.title(target), moved),
            "url": url_for(".restore", slug=slug, ref=gone.public_id),
        }
        flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms

    return _do(slug, act, ref)


def _said(gone: str, target: str, moved: int) -> str:
    if not moved:
        return str(_("The column “%(column)s” is removed.", column=gone))
    return str(
        ngettext(
            "The column “%(column)s” is removed. Its task is in “%(target)s” now.",
            "The column “%(column)s” is removed. Its %(num)s tasks are in “%(target)s” now.",
            moved,
            column=gone,
            target=target,
        )
    )


@blueprint.post("/w/<slug>/tasks/columns/<ref>/restore")
@door("employee")
def restore(slug: str, ref: str) -> Answer:
    """Undo of that."""

    def act(place: Workspace) -> None:
        removing.restore_column(db(), viewer(), place, ref)
        flash(_("The column is back."))

    return _do(slug, act)

"""Offering a workspace as a template to others."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, forms, templates
from collab.workspaces.models import Workspace
from collab.workspaces.views import managed

blueprint = Blueprint("templates", __name__)

Answer = str | Response | tuple[str, int]


@blueprint.get("/w/<slug>/template")
@door("employee")
def index(slug: str) -> Answer:
    return _form(managed(slug))


def _form(workspace: Workspace, values: Any = None, errors: dict[str, str] | None = None) -> str:
    kept = templates.of(db(), viewer(), workspace)
    rows = db().execute(templates.copyable(viewer(), workspace)).all()
    before = {one["title"] for one in kept.starters} if kept else set()
    ticked = request.form.getlist("starters") or [row.public_id for row in rows if row.title in before]
    shown = {"name": kept.name, "about": kept.about} if kept else {"name": workspace.name, "about": ""}
    return render_template(
        "workspaces/template.html",
        nav="workspaces",
        workspace=workspace,
        standing=access.Standing.OWNER,
        kept=kept,
        values=shown if values is None else values,
        ticked=ticked,
        copyable=rows,
        errors=errors or {},
    )


@blueprint.post("/w/<slug>/template")
@door("employee")
def offer(slug: str) -> Answer:
    workspace = managed(slug)
    try:
        wanted = from_page(forms.Offer)
    except Invalid as error:
        return _form(workspace, request.form, explain(error)), 422
    templates.offer(db(), viewer(), workspace, wanted.name, wanted.about, wanted.starters)
    flash(_("Everybody employed can begin with “%(name)s” now.", name=wanted.name))
    return redirect(f"/w/{slug}/template", 303)


@blueprint.post("/w/<slug>/template/withdraw")
@door("employee")
def withdraw(slug: str) -> Answer:
    templates.withdraw(db(), viewer(), managed(slug))
    flash(_("The template is no longer offered. What was made from it stays."))
    return redirect(f"/w/{slug}/template", 303)

"""Groups with a role in a workspace, for its owners."""

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, forms, group_roles
from collab.workspaces.models import Workspace

blueprint = Blueprint("workspace_groups", __name__)
Answer = str | Response | tuple[str, int]


@blueprint.get("/w/<slug>/groups")
@door("employee")
def index(slug: str) -> Answer:
    return _index(access.workspace(db(), viewer(), slug), {})


def _index(workspace: Workspace, errors: dict[str, str]) -> str:
    given, choice = group_roles.overview(db(), viewer(), workspace)
    return render_template(
        "workspaces/groups.html",
        nav="workspaces",
        workspace=workspace,
        standing=access.Standing.OWNER,
        groups=given,
        choice=choice,
        errors=errors,
    )


@blueprint.post("/w/<slug>/groups")
@door("employee")
def give(slug: str) -> Answer:
    workspace = access.workspace(db(), viewer(), slug)
    try:
        wanted = from_page(forms.GroupRole)
        group_roles.give(db(), viewer(), workspace, wanted.group, wanted.role)
    except Invalid as error:
        db().rollback()
        return _index(workspace, explain(error)), 422
    flash(_("Everybody in the group belongs to the workspace now."))
    return redirect(f"/w/{slug}/groups", 303)


@blueprint.post("/w/<slug>/groups/<public_id>/remove")
@door("employee")
def take(slug: str, public_id: str) -> Answer:
    group_roles.take(db(), viewer(), access.workspace(db(), viewer(), slug), public_id)
    flash(_("The group no longer belongs to the workspace."))
    return redirect(f"/w/{slug}/groups", 303)

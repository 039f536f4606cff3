"""Workspaces for programs. ``member_api`` has their members."""

from datetime import datetime
from typing import Any

from flask import url_for

from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import Page
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access, belonging, forms, queries, services, templates
from collab.workspaces.models import Workspace

blueprint = Api("workspaces")


class WorkspaceOut(Out):
    """A workspace. What a guest or somebody outside is not to know is null."""

    id: str
    slug: str
    name: str
    purpose: str
    visibility: str | None
    joining: str | None
    joins_as: str | None
    clean_room: bool | None
    allows_public: bool | None
    sections: list[str]
    role: str | None
    member_count: int | None
    version: int
    created_at: datetime
    archived_at: datetime | None
    url: str


def out(row: Any) -> WorkspaceOut:
    """A row of ``queries.cards`` for this viewer: guests see no flags and no counts."""
    inside = viewer().is_employee
    return WorkspaceOut(
        id=row.public_id,
        slug=row.slug,
        name=row.name,
        purpose=row.purpose,
        visibility=row.visibility if inside else None,
        joining=row.joining if inside else None,
        joins_as=row.joins_as if inside else None,
        clean_room=row.clean_room if inside else None,
        allows_public=row.allows_public if inside else None,
        sections=row.sections if row.inside else [],
        role=row.role,
        member_count=row.member_count if row.inside else None,
        version=row.version,
        created_at=row.created_at,
        archived_at=row.archived_at,
        url=whole(f"/w/{row.slug}/"),
    )


def one(workspace: Workspace) -> tuple[WorkspaceOut, dict[str, str]]:
    """The workspace as it is now, with its version as ETag."""
    db().flush()
    row = db().execute(queries.cards(viewer()).where(Workspace.id == workspace.id)).one()
    return out(row), etag(row.version)


@blueprint.operation("GET", "/workspaces", query=forms.Search, answer=WorkspaceOut, many=True)
def workspaces(query: forms.Search) -> Page[WorkspaceOut]:
    """Workspaces that the caller may know of, by name; ``q`` are words in name or purpose."""
    found = queries.listed(db(), viewer(), query)
    return Page([out(row) for row in found.items], found.next)


@blueprint.operation(
    "POST", "/workspaces", least="employee", body=forms.Beginning, answer=WorkspaceOut, status=201
)
def create_workspace(body: forms.Beginning) -> tuple[WorkspaceOut, dict[str, str]]:
    """Make a workspace; the caller owns it. With a ``template``, what is left out is as that says."""
    said = body.model_dump(exclude_unset=True, exclude={"template"})
    workspace = templates.begin(db(), viewer(), body.template, said)
    found, headers = one(workspace)
    location = url_for("api_workspaces.workspace", name=workspace.public_id)
    return found, {**headers, "Location": whole(location)}


@blueprint.operation("GET", "/workspaces/<name>", answer=WorkspaceOut)
def workspace(name: str) -> tuple[WorkspaceOut, dict[str, str]]:
    """One workspace, by id or slug. Closed ones show employees their name and purpose."""
    return one(queries.known(db(), viewer(), name))


@blueprint.operation(
    "PATCH", "/workspaces/<name>", least="employee", body=forms.SomeSettings, answer=WorkspaceOut
)
def edit_workspace(name: str, body: forms.SomeSettings) -> tuple[WorkspaceOut, dict[str, str]]:
    """Change some settings. An owner does. ``If-Match`` guards against changes meanwhile."""
    found = queries.known(db(), viewer(), name)
    access.require(db(), viewer(), "manage", found)
    changes = {key: value for key, value in body.model_dump(exclude_unset=True).items() if value is not None}
    version = expected_version(services.lock(db(), found).version)
    services.edit(db(), viewer(), found, changes, base_version=version)
    return one(found)


@blueprint.operation("POST", "/workspaces/<name>/archive", least="employee", answer=WorkspaceOut)
def archive_workspace(name: str) -> tuple[WorkspaceOut, dict[str, str]]:
    """Close a workspace for writing. An owner does."""
    found = queries.known(db(), viewer(), name)
    services.archive(db(), viewer(), found)
    return one(found)


@blueprint.operation("DELETE", "/workspaces/<name>/archive", least="employee", answer=WorkspaceOut)
def restore_workspace(name: str) -> tuple[WorkspaceOut, dict[str, str]]:
    """Open an archived workspace for writing again. An owner does."""
    found = queries.known(db(), viewer(), name)
    services.restore(db(), viewer(), found)
    return one(found)


@blueprint.operation(
    "POST", "/workspaces/<name>/handover", least="employee", body=forms.Who, answer=WorkspaceOut
)
def hand_workspace_over(name: str, body: forms.Who) -> tuple[WorkspaceOut, dict[str, str]]:
    """Make another employee owner and step down to contributor. An owner does."""
    found = queries.known(db(), viewer(), name)
    belonging.hand_over(db(), viewer(), found, body.account)
    return one(found)


@blueprint.operation("POST", "/workspaces/<name>/takeover", least="admin", answer=WorkspaceOut)
def take_workspace_over(name: str) -> tuple[WorkspaceOut, dict[str, str]]:
    """Own a workspace whose owners are all gone. An administrator does, and its members see it."""
    found = queries.orphan(db(), viewer(), name)
    belonging.take_over(db(), viewer(), found)
    return one(found)

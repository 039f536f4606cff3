"""Who belongs to a workspace: the list, joining and leaving, adding, changing, answering requests."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Invalid, NotFound
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.paging import page
from collab.web.request import db, viewer
from collab.workspaces import access, belonging, forms, members, queries
from collab.workspaces.models import Membership, Workspace

blueprint = Blueprint("members", __name__)

Answer = str | Response | tuple[str, int]


# One's own membership ------------------------------------------------------------------------


@blueprint.post("/w/<slug>/join")
@door("employee")
def join(slug: str) -> Answer:
    workspace = queries.known(db(), viewer(), slug)
    belonging.join(db(), viewer(), workspace)
    flash(_("You are a member of %(name)s now.", name=workspace.name))
    return redirect(f"/w/{slug}/", 303)


@blueprint.post("/w/<slug>/requests")
@door("employee")
def ask(slug: str) -> Answer:
    workspace = queries.known(db(), viewer(), slug)
    try:
        belonging.ask(db(), viewer(), workspace, from_page(forms.Message).message)
    except Invalid as error:
        return _back(f"/w/{slug}/", error)
    flash(_("Your request is on its way. An owner will answer it."))
    return redirect(f"/w/{slug}/", 303)


@blueprint.post("/w/<slug>/requests/withdraw")
@door("employee")
def withdraw(slug: str) -> Answer:
    belonging.withdraw(db(), viewer(), queries.known(db(), viewer(), slug))
    flash(_("Your request is taken back."))
    return redirect(f"/w/{slug}/", 303)


@blueprint.post("/w/<slug>/leave")
@door("guest")
def leave(slug: str) -> Answer:
    workspace = access.workspace(db(), viewer(), slug)
    try:
        belonging.leave(db(), viewer(), workspace)
    except Invalid as error:
        return _back(f"/w/{slug}/members", error)
    flash(_("You have left %(name)s.", name=workspace.name))
    return redirect("/workspaces/", 303)


def _back(address: str, error: Invalid) -> Response:
    """Nothing is changed; say why on the page before."""
    db().rollback()
    flash(" ".join(explain(error).values()), "error")
    return redirect(address, 303)


# The list ------------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/members")
@door("guest")
def index(slug: str) -> Answer:
    return _index(slug)


def _index(
    slug: str,
    values: Mapping[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    candidates: Sequence[members.Person] = (),
) -> str:
    wanted = from_query(forms.Search)
    glance = queries.glance(db(), viewer(), slug)
    if not glance.inside:
        raise NotFound
    workspace: Workspace = glance.Workspace
    standing = access.standing(db(), viewer(), workspace)
    manages = access.allowed(db(), viewer(), "manage", workspace)
    query = members.members(viewer(), workspace)
    found = page(
        db(),
        members.matching(query, wanted.q),
        members.MEMBER_ORDER,
        Membership.__table__.c.id,
        cursor=wanted.cursor,
        limit=60,
        descending=False,
    )
    asking = members.requests(viewer()).where(Workspace.id == workspace.id)
    return render_template(
        "workspaces/members.html",
        nav="workspaces",
        workspace=workspace,
        standing=standing,
        manages=manages,
        is_member=glance.role is not None,
        members=[(row, members.person(row), forms.last_moment(row.ends_at)) for row in found.items],
        requests=[(row, members.person(row)) for row in db().execute(asking)] if manages else [],
        candidates=candidates,
        q=wanted.q,
        next=found.next,
        values=values or {},
        errors=errors or {},
    )


@blueprint.post("/w/<slug>/members")
@door("employee")
def add(slug: str) -> Answer:
    workspace = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "manage", workspace)
    try:
        wanted = from_page(forms.NewMember)
        person = members.chosen(db(), viewer(), wanted.account)
        belonging.add(db(), viewer(), workspace, person, wanted.role, wanted.ends_at)
    except Invalid as error:
        db().rollback()
        words = request.form.get("account", "") if "account" in error.errors else ""
        meant = members.candidates(db(), viewer(), words)
        return _index(slug, request.form, explain(error), meant), 422
    flash(_("The member is added."))
    return redirect(f"/w/{slug}/members", 303)


# One member ----------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/members/<handle>")
@door("employee")
def edit(slug: str, handle: str) -> Answer:
    return _edit(handle, *_managed(slug, handle))


def _managed(slug: str, handle: str) -> tuple[Workspace, Membership]:
    workspace = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "manage", workspace)
    return workspace, members.membership(db(), viewer(), workspace, handle)


def _edit(
    handle: str,
    workspace: Workspace,
    membership: Membership,
    values: Any = None,
    errors: dict[str, str] | None = None,
) -> str:
    row = db().execute(members.one(viewer(), membership)).first()
    return render_template(
        "workspaces/member.html",
        nav="workspaces",
        workspace=workspace,
        standing=access.Standing.OWNER,
        membership=membership,
        person=members.person(row) if row else None,
        handle=handle,
        ends_on=forms.last_day(membership.ends_at),
        values=values,
        errors=errors or {},
    )


@blueprint.post("/w/<slug>/members/<handle>")
@door("employee")
def change(slug: str, handle: str) -> Answer:
    workspace, membership = _managed(slug, handle)
    try:
        wanted = from_page(forms.Standing)
        belonging.change(db(), viewer(), workspace, membership, wanted.role, wanted.ends_at)
    except Invalid as error:
        db().rollback()
        return _edit(handle, workspace, membership, request.form, explain(error)), 422
    flash(_("Membership saved"))
    return redirect(f"/w/{slug}/members", 303)


@blueprint.post("/w/<slug>/members/<handle>/remove")
@door("employee")
def remove(slug: str, handle: str) -> Answer:
    workspace, membership = _managed(slug, handle)
    try:
        belonging.remove(db(), viewer(), workspace, membership)
    except Invalid as error:
        return _back(f"/w/{slug}/members", error)
    flash(_("The member is removed."))
    return redirect(f"/w/{slug}/members", 303)


# Requests ------------------------------------------------------------------------------------


@blueprint.post("/w/<slug>/requests/<public_id>/accept")
@door("employee")
def accept(slug: str, public_id: str) -> Answer:
    workspace = access.workspace(db(), viewer(), slug)
    asked = belonging.request(db(), viewer(), workspace, public_id)
    belonging.accept(db(), viewer(), workspace, asked, from_page(forms.Acceptance).role)
    flash(_("The request is accepted."))
    return redirect(f"/w/{slug}/members", 303)


@blueprint.post("/w/<slug>/requests/<public_id>/decline")
@door("employee")
def decline(slug: str, public_id: str) -> Answer:
    workspace = access.workspace(db(), viewer(), slug)
    belonging.decline(db(), viewer(), workspace, belonging.request(db(), viewer(), workspace, public_id))
    flash(_("The request is declined."))
    return redirect(f"/w/{slug}/members", 303)

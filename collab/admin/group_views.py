"""Administration of groups: all of them to look at, those kept here to change."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.admin import forms
from collab.admin import groups as services
from collab.auth import groups as rules
from collab.auth.models import Group
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.api import Listing
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import db, viewer

blueprint = Blueprint("groups", __name__, url_prefix="/admin/groups")

Answer = str | Response | tuple[str, int]
PAGE = 50


@blueprint.get("/")
@door("admin")
def index() -> Answer:
    return _index()


def _index(values: Mapping[str, Any] | None = None, errors: dict[str, str] | None = None) -> str:
    wanted = forms.Groups() if values is not None else from_query(forms.Groups)
    found = services.listing(db(), viewer(), wanted.q, wanted.cursor, PAGE)
    following = url_for("groups.index", q=wanted.q or None, cursor=found.next)
    return render_template(
        "admin/groups.html",
        q=wanted.q,
        groups=found.items,
        next_url=following if found.next else "",
        values=values or {},
        errors=errors or {},
    )


@blueprint.post("/")
@door("admin", fresh=True)
def create() -> Answer:
    try:
        group = rules.create(db(), viewer(), from_page(forms.GroupName).name)
    except Invalid as error:
        db().rollback()
        return _index(request.form, explain(error)), 422
    flash(_("The group %(name)s is there. Its members come next.", name=group.name))
    return redirect(_of(group), 303)


def _of(group: Group) -> str:
    return url_for("groups.show", public_id=group.public_id)


def _group(public_id: str) -> Group:
    return services.get(db(), viewer(), public_id)


@blueprint.get("/<public_id>")
@door("admin")
def show(public_id: str) -> Answer:
    return _show(_group(public_id))


def _show(group: Group, errors: dict[str, str] | None = None) -> str:
    cursor = from_query(Listing).cursor if request.method == "GET" else None
    found = services.members(db(), group, cursor, PAGE)
    return render_template(
        "admin/group.html",
        group=group,
        members=found.items,
        roles=services.roles(db(), viewer(), group),
        ours=group.managed_by == "local",
        next_url=url_for("groups.show", public_id=group.public_id, cursor=found.next) if found.next else "",
        values=request.form,
        errors=errors or {},
    )


def _refused(public_id: str, error: Invalid) -> Answer:
    db().rollback()
    return _show(_group(public_id), explain(error)), 422


@blueprint.post("/<public_id>")
@door("admin", fresh=True)
def change(public_id: str) -> Answer:
    group = _group(public_id)
    try:
        services.rename(db(), viewer(), group, from_page(forms.GroupName).name)
    except Invalid as error:
        return _refused(public_id, error)
    flash(_("The group is saved."))
    return redirect(_of(group), 303)


@blueprint.post("/<public_id>/members")
@door("admin", fresh=True)
def add(public_id: str) -> Answer:
    group = _group(public_id)
    try:
        person = services.add(db(), viewer(), group, from_page(forms.GroupPerson).account)
    except Invalid as error:
        return _refused(public_id, error)
    flash(_("%(name)s is in the group now.", name=person.name))
    return redirect(_of(group), 303)


@blueprint.post("/<public_id>/members/remove")
@door("admin", fresh=True)
def remove(public_id: str) -> Answer:
    group = _group(public_id)
    person = services.remove(db(), viewer(), group, from_page(forms.GroupPerson).account)
    flash(_("%(name)s is no longer in the group.", name=person.name))
    return redirect(_of(group), 303)


@blueprint.post("/<public_id>/delete")
@door("admin", fresh=True)
def delete(public_id: str) -> Answer:
    group = _group(public_id)
    name = group.name
    services.dissolve(db(), viewer(), group)
    flash(_("The group %(name)s is no more.", name=name))
    return redirect(url_for("groups.index"), 303)

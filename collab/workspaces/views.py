"""Pages of workspaces: the list, a new one, its settings, and joining. ``member_views`` has the members."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from collab.errors import Conflict, Invalid
from collab.viewer import Viewer
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.paging import LARGEST
from collab.web.request import db, reading, viewer
from collab.workspaces import (
    access,
    alone,
    belonging,
    forms,
    glass,
    kinds,
    members,
    queries,
    services,
    templates,
)
from collab.workspaces.asking import ask
from collab.workspaces.models import BLOG, Workspace

blueprint = Blueprint("workspaces", __name__)

Answer = str | Response | tuple[str, int]
OTHERS = 30


blueprint.add_app_template_global(kinds.named, "entry_kind")
blueprint.add_app_template_global(kinds.every, "entry_kinds")


# In the rail ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mine:
    """One of the viewer's own workspaces, as the rail shows it."""

    id: int
    slug: str
    name: str
    unread: bool
    current: bool


def my_workspaces() -> Sequence[Mine]:
    """The viewer's workspaces for the rail, asked once a request; none while the database is away."""
    if "my_workspaces" not in g:
        g.my_workspaces = _mine(viewer()) if viewer().signed_in else ()
    found: Sequence[Mine] = g.my_workspaces
    return found


def _mine(who: Viewer) -> Sequence[Mine]:
    try:
        rows = ask(reading(), who, queries.rail).all()
    except SQLAlchemyError:  # this may be the page that says so
        return ()
    found = [
        Mine(row.id, row.slug, row.name, bool(row.unread), request.path.startswith(f"/w/{row.slug}/"))
        for row in rows
    ]
    return tuple(sorted(found, key=lambda mine: mine.name.casefold()))


@blueprint.app_context_processor
def _on_every_page() -> dict[str, Any]:
    """Asked when a page really shows it: fragments have no rail."""
    return {"my_workspaces": my_workspaces, "firms_around": firms_around}


def firms_around(workspace: Workspace) -> Sequence[str | None]:
    """The firms whose guests are in the workspace, for its header; asked once a request."""
    if "firms_around" not in g:
        g.firms_around = glass.firms_around(reading(), viewer(), workspace)
    found: Sequence[str | None] = g.firms_around
    return found


# The list, and new ones ----------------------------------------------------------------------


@blueprint.get("/workspaces/")
@door("guest")
def index() -> Answer:
    """The viewer's own first, then the others that the viewer may know of."""
    wanted = from_query(forms.Search)
    own = access.mine(viewer())
    mine: Sequence[Any] = ()
    if not wanted.cursor:
        all_mine = wanted.model_copy(update={"limit": LARGEST})
        mine = queries.listed(db(), viewer(), all_mine, Workspace.slug != BLOG, own).items
    open_ones = (Workspace.slug != BLOG, ~own, Workspace.archived_at.is_(None))
    others = queries.listed(db(), viewer(), wanted.model_copy(update={"limit": OTHERS}), *open_ones)
    unread = {row.slug for row in my_workspaces() if row.unread}
    cards = [{**row._mapping, "unread": row.slug in unread} for row in mine]  # noqa: SLF001 - a row as a dict
    return render_template(
        "workspaces/index.html",
        nav="workspaces",
        q=wanted.q,
        cursor=wanted.cursor,
        mine=[card for card in cards if card["archived_at"] is None],
        archived=[card for card in cards if card["archived_at"] is not None],
        others=others,
        shared=() if wanted.q or wanted.cursor else alone.shared_with(db(), viewer()),
        next_url=url_for(".index", q=wanted.q or None, cursor=others.next) if others.next else "",
    )


@blueprint.get("/workspaces/new")
@door("employee")
def new() -> Answer:
    """Templates to choose from; the form, once one is chosen."""
    key = request.args.get("template")
    if key is None:
        offered = templates.offered(db(), viewer())
        return render_template(
            "workspaces/templates.html", nav="workspaces", known=templates.KNOWN, own=offered
        )
    chosen = templates.chosen(db(), viewer(), key)
    return _new(chosen, {"name": "", **chosen.settings}, {})


def _new(template: templates.Template, values: Any, errors: dict[str, str]) -> str:
    return render_template(
        "workspaces/new.html",
        nav="workspaces",
        template=template,
        values=values,
        errors=errors,
        sections=_ticked(template.settings.get("sections", ["pages"])),
    )


def _ticked(sections: Sequence[str]) -> Sequence[str]:
    """The sections that were ticked in the form just sent; else those given."""
    return request.form.getlist("sections") if "sections" in request.form else sections


@blueprint.post("/workspaces/new")
@door("employee")
def create() -> Answer:
    template = templates.chosen(db(), viewer(), request.form.get("template", ""))
    try:
        said = from_page(forms.Beginning).model_dump(exclude_unset=True, exclude={"template"})
        workspace = templates.begin(db(), viewer(), template.key, said)
    except Invalid as error:
        db().rollback()
        return _new(template, request.form, explain(error)), 422
    flash(_("The workspace is there. Now add the people who belong to it."))
    return redirect(f"/w/{workspace.slug}/members", 303)


# Settings ------------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/settings")
@door("employee")
def settings(slug: str) -> Answer:
    return _settings(managed(slug))


def managed(slug: str) -> Workspace:
    workspace = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "manage", workspace)
    return workspace


def _settings(workspace: Workspace, values: Any = None, errors: dict[str, str] | None = None) -> str:
    return render_template(
        "workspaces/settings.html",
        nav="workspaces",
        workspace=workspace,
        is_blog=workspace.slug == BLOG,
        standing=access.Standing.OWNER,
        values=values if values is not None else workspace,
        errors=errors or {},
        sections=_ticked(workspace.sections) if values is not None else workspace.sections,
    )


@blueprint.post("/w/<slug>/settings")
@door("employee")
def save(slug: str) -> Answer:
    workspace = managed(slug)
    try:
        wanted = from_page(forms.Settings)
        changes = wanted.model_dump(exclude={"version"}, exclude_none=True)
        services.edit(db(), viewer(), workspace, changes, base_version=wanted.version)
    except Invalid as error:
        db().rollback()
        return _settings(workspace, request.form, explain(error)), 422
    except Conflict:
        db().rollback()
        told = _("Somebody else has changed the settings meanwhile. This is how they are now.")
        return _settings(workspace, None, {"": told}), 409
    flash(_("Settings saved"))
    return redirect(url_for(".settings", slug=slug), 303)


@blueprint.post("/w/<slug>/archive")
@door("employee")
def archive(slug: str) -> Answer:
    services.archive(db(), viewer(), managed(slug))
    undo: Any = {"text": _("The workspace is archived"), "url": f"/w/{slug}/restore"}
    flash(undo, "undo")
    return redirect(f"/w/{slug}/", 303)


@blueprint.post("/w/<slug>/restore")
@door("employee")
def restore(slug: str) -> Answer:
    services.restore(db(), viewer(), managed(slug))
    flash(_("The workspace is open for writing again"))
    return redirect(f"/w/{slug}/", 303)


@blueprint.post("/w/<slug>/handover")
@door("employee")
def hand_over(slug: str) -> Answer:
    workspace = managed(slug)
    try:
        heir = members.chosen(db(), viewer(), from_page(forms.Who).account)
        belonging.hand_over(db(), viewer(), workspace, heir)
    except Invalid as error:
        db().rollback()
        return _settings(workspace, None, explain(error)), 422
    flash(_("The workspace has a new owner. You are a contributor now."))
    return redirect(f"/w/{slug}/members", 303)


@blueprint.post("/w/<slug>/takeover")
@door("employee")
def step_in(slug: str) -> Answer:
    """A member owns the workspace, because nobody does any more."""
    belonging.take_over(db(), viewer(), access.workspace(db(), viewer(), slug))
    flash(_("You own this workspace now. The other members see it."))
    return redirect(f"/w/{slug}/members", 303)


# Orphans -------------------------------------------------------------------------------------


@blueprint.get("/workspaces/orphaned")
@door("admin")
def orphaned() -> Answer:
    """Workspaces that nobody can manage any more."""
    found = db().execute(queries.orphans(viewer())).all()
    return render_template("workspaces/orphaned.html", nav="workspaces", orphans=found)


@blueprint.post("/workspaces/orphaned")
@door("admin")
def take_over() -> Answer:
    workspace = queries.orphan(db(), viewer(), request.form.get("workspace", ""))
    belonging.take_over(db(), viewer(), workspace)
    flash(_("You own this workspace now. Its members see that you took it over."))
    return redirect(f"/w/{workspace.slug}/members", 303)

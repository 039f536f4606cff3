"""Changing pages, and two people at one page."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import format_time
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import clock, text
from collab.errors import Forbidden, Invalid
from collab.files.along import received, with_files
from collab.history import compare
from collab.history.queries import changer
from collab.pages import forms, presence, queries, services
from collab.pages.links import Audience, Resolver
from collab.pages.models import Page
from collab.pages.views import frame
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, entries, glass
from collab.workspaces.entry_forms import Preview
from collab.workspaces.models import Workspace

blueprint = Blueprint("page_editing", __name__)

Answer = str | Response | tuple[str, int]


def editable(slug: str, path: str) -> tuple[Page, Workspace]:
    """A page that the viewer may change. Raises NotFound where there is none to be seen."""
    page = queries.get(db(), viewer(), slug, path)
    if not access.allowed(db(), viewer(), "edit", page):
        raise Forbidden
    return page, db().get_one(Workspace, page.workspace_id)


@blueprint.post("/w/<slug>/pages/preview")
@door("guest", own=True)
def preview(slug: str) -> str:
    """What the words would look like on the page."""
    place = access.workspace(db(), viewer(), slug)
    internal = Audience()
    if not viewer().is_employee:
        internal = Audience(clock.now())
    return text.render(from_page(Preview).body, resolve=Resolver(db(), place, None, internal)).html


# Changing ----------------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/pages/<path:path>/edit")
@door("guest", own=True)
def edit(slug: str, path: str) -> str:
    page, place = editable(slug, path)
    unsaved = entries.autosaved(db(), viewer(), page)
    words: Any = unsaved or page
    values = {"title": words.title, "body": words.body, "note": ""}
    version = unsaved.base_version if unsaved else page.version
    return _form(page, place, values, version, unsaved_at=unsaved.saved_at if unsaved else None)


def _form(page: Page, place: Workspace, values: Mapping[str, str], version: int | str, **more: Any) -> str:
    return render_template(
        "pages/edit.html",
        page=page,
        values=values,
        version=version,
        others=present_others(page),
        wall=glass.wall(db(), viewer(), page),
        **({"errors": {}, "unsaved_at": None} | more),
        **frame(place),
    )


def present_others(page: Page) -> list[dict[str, Any]]:
    """Who else is writing here, as the template wants it."""
    rows = db().execute(queries.others_editing(viewer(), page))
    return [{"who": changer(row), "since": format_time(row.since, "short")} for row in rows]


@blueprint.post("/w/<slug>/pages/<path:path>/edit")
@door("guest", own=True)
def save(slug: str, path: str) -> Answer:
    try:
        form, uploads = from_page(forms.Words), received()
    except Invalid as error:
        page, place = editable(slug, path)
        sent = _form(page, place, request.form, request.form.get("version", "1"), errors=explain(error))
        return sent, 422
    page, place = editable(slug, path)
    try:
        body = with_files(page, form.body, uploads)
        merged = services.save(
            db(), viewer(), page, form.title, body, base_version=form.version, note=form.note
        )
    except services.Overlap as overlap:
        return _both(page, place, form, overlap)
    presence.leave(db(), viewer(), page)
    if merged:
        flash(_("Somebody else changed this page meanwhile. Both changes are in it now."))
    else:
        flash(_("Saved."))
    return redirect(page.address, 303)


def _both(page: Page, place: Workspace, form: forms.Words, overlap: services.Overlap) -> tuple[str, int]:
    """Nothing was saved: both texts side by side, and a form that holds all of both."""
    who = db().execute(queries.last_change(viewer(), page)).first()
    answer = render_template(
        "pages/conflict.html",
        page=page,
        mine=form,
        overlap=overlap,
        parts=overlap.merge.conflicts,
        rows=compare.lines(page.body, overlap.merge.draft),
        who=changer(who) if who else None,
        when=who.created_at if who else page.updated_at,
        values={"title": overlap.title, "body": overlap.merge.draft, "note": form.note},
        version=page.version,
        wall=glass.wall(db(), viewer(), page),
        **frame(place),
    )
    return answer, 409


@blueprint.post("/w/<slug>/pages/<path:path>/editing")
@door("guest", own=True)
def editing(slug: str, path: str) -> str:
    """The open form says that it is open, and hears who else's is."""
    page, _place = editable(slug, path)
    presence.note(db(), viewer(), page)
    db().flush()
    return render_template("pages/others.html", others=present_others(page))


# For other forms ---------------------------------------------------------------------------------


def indented(title: str, depth: int) -> str:
    """A title as an option of a list that shows the tree."""
    return "\N{EN SPACE}\N{EN SPACE}" * depth + title


def parent_at(place: Workspace, path: str) -> Page | None:
    """The page at a path that a form names. Raises Invalid where the viewer sees none."""
    if not path:
        return None
    found = db().scalar(
        access.select_entries(viewer(), Page).where(Page.place_id == place.id, Page.path == path)
    )
    if found is None:
        raise Invalid({"parent": "unknown_parent"})
    return found  # type: ignore[no-any-return] # the statement is over pages

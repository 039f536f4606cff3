"""The history of an entry: its revisions, two of them compared, one of them read or brought back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from collab import text
from collab.errors import NotFound
from collab.history import compare, forms, queries, services
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import db, viewer
from collab.workspaces import access, kinds
from collab.workspaces.models import Entry, Workspace

blueprint = Blueprint("history", __name__)

#: More rows of a comparison than a page should hold.
MOST_ROWS = 3000


def _entry(public_id: str) -> Entry:
    return queries.entry(db(), viewer(), public_id)


def _page(name: str, entry: Entry, **more: Any) -> str:
    place = db().get_one(Workspace, entry.workspace_id)
    return render_template(
        f"history/{name}.html",
        nav="blog" if entry.address.startswith("/blog/") else "workspaces",
        entry=entry,
        workspace=place,
        base=f"/entries/{entry.public_id}/history",
        may_edit=access.allowed(db(), viewer(), "edit", entry),
        changer=queries.changer,
        **more,
    )


@blueprint.get("/entries/<public_id>/history")
@door("guest")
def index(public_id: str) -> str:
    """Who changed the entry when, the latest first."""
    entry = _entry(public_id)
    found = queries.listed(db(), viewer(), entry, from_query(forms.Which).cursor)
    return _page("list", entry, revisions=found.items, following=found.next, first=not request.args)


@blueprint.get("/entries/<public_id>/history/compare")
@door("guest")
def pair(public_id: str) -> Response:
    """The way from the list, where two are chosen, to the address of their comparison."""
    chosen = from_query(forms.Pair)
    _entry(public_id)
    old, new = sorted((chosen.old, chosen.new))
    return redirect(f"/entries/{public_id}/history/{old}..{new}", 303)


@blueprint.get("/entries/<public_id>/history/<int(max=2147483647):old>..<int(max=2147483647):new>")
@door("guest")
def difference(public_id: str, old: int, new: int) -> str:
    """What changed from one revision to another."""
    entry = _entry(public_id)
    found = queries.some(db(), viewer(), entry, old, new)
    rows = compare.lines(found[old].body, found[new].body)
    added, removed = compare.counts(rows)
    before, after = queries.around(db(), viewer(), entry, old, new)
    return _page(
        "compare",
        entry,
        old=found[old],
        new=found[new],
        titles=compare.lines(found[old].title, found[new].title),
        rows=rows[:MOST_ROWS],
        more=len(rows) > MOST_ROWS,
        added=added,
        removed=removed,
        earlier=_change(before, old),
        later=_change(new, after),
    )


def _change(old: int | None, new: int | None) -> str:
    return f"{old}..{new}" if old and new else ""


@blueprint.get("/entries/<public_id>/history/<int(max=2147483647):number>")
@door("guest")
def revision(public_id: str, number: int) -> str:
    """What the entry said at that time."""
    entry = _entry(public_id)
    found = queries.some(db(), viewer(), entry, number)[number]
    kind = kinds.named(entry.kind)
    html = kind.html(db(), entry, found.body) if kind and kind.html else text.render(found.body).html
    before, after = queries.around(db(), viewer(), entry, number, number)
    return _page(
        "revision",
        entry,
        revision=found,
        html=Markup(html),  # noqa: S704 - collab.text has sanitised it
        before=before,
        after=after,
    )


@blueprint.post("/entries/<public_id>/history/<int(max=2147483647):number>/restore")
@door("guest")
def restore(public_id: str, number: int) -> Response:
    """Let the entry say that again."""
    entry = _entry(public_id)
    found = queries.some(db(), viewer(), entry, number)[number]
    if entry.published_at is None:
        raise NotFound  # a draft has no history
    services.restore(
        db(),
        viewer(),
        entry,
        found.title,
        found.body,
        base_version=from_page(forms.Restore).version,
        note=_("Version %(number)s restored", number=number),
    )
    flash(_("Version %(number)s is back.", number=number))
    return redirect(entry.address, 303)

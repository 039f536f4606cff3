"""Watching an entry, and the list of what one watches."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.web.api import Listing
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.paging import page
from collab.web.request import db, viewer
from collab.web.urls import safe_next
from collab.workspaces import access, kinds, watching, whereabouts
from collab.workspaces.entry_forms import Back
from collab.workspaces.models import Entry

blueprint = Blueprint("watching", __name__)


def _entry(public_id: str) -> Entry:
    return access.get(db(), viewer(), Entry, Entry.public_id == public_id)


@blueprint.get("/watching/")
@door("employee")
def index() -> str:
    """What the viewer watches, the latest first."""
    found = page(
        db(),
        watching.listing(viewer()),
        watching.Watch.since,
        watching.Watch.entry_id.expression,
        cursor=from_query(Listing).cursor,
    )
    return render_template(
        "workspaces/watching.html",
        nav="home",
        rows=[(row, kinds.named(row.kind)) for row in found.items],
        next_url=url_for(".index", cursor=found.next) if found.next else "",
    )


@blueprint.post("/entries/<public_id>/watch")
@door("employee")
def start(public_id: str) -> Response:
    entry = _entry(public_id)
    watching.start(db(), viewer(), entry)
    flash(_("You watch this now. Changes and comments of others stand on your home page."))
    return redirect(whereabouts.address_of(db(), viewer(), entry), 303)


@blueprint.post("/entries/<public_id>/watch/delete")
@door("employee")
def stop(public_id: str) -> Response:
    entry = _entry(public_id)
    watching.stop(db(), viewer(), entry)
    undo = {
        "text": _("You no longer watch “%(title)s”.", title=entry.title[:80]),
        "url": url_for(".start", public_id=public_id),
    }
    flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    back = from_page(Back).next
    return redirect(safe_next(back) if back else whereabouts.address_of(db(), viewer(), entry), 303)

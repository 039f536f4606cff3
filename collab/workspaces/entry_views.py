"""What can be done with any entry at its lasting address, whatever its kind."""

from datetime import datetime

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import clock, text
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.web.urls import safe_next
from collab.workspaces import access, autosaves, circles, entries, whereabouts
from collab.workspaces.entry_forms import Preview, Sharing, Words, for_input
from collab.workspaces.models import Entry, Workspace

blueprint = Blueprint("entries", __name__)


def _entry(public_id: str) -> Entry:
    return access.get(db(), viewer(), Entry, Entry.public_id == public_id)


def _back(entry: Entry) -> Response:
    """To where the person came from, or to the entry's page."""
    own = whereabouts.address_of(db(), viewer(), entry)
    return redirect(safe_next(request.form.get("next")) if request.form.get("next") else own, 303)


@blueprint.post("/preview")
@door("guest")
def preview() -> str:
    """What the words would look like on the published page."""
    return text.render(from_page(Preview).body).html


# Unsaved words ---------------------------------------------------------------------------------


@blueprint.post("/entries/<public_id>/autosave")
@door("guest")
def autosave(public_id: str) -> Response:
    words = from_page(Words)
    saved = autosaves.save(db(), viewer(), _entry(public_id), words.title, words.body, words.version)
    return jsonify(answer(saved))


def answer(saved: autosaves.Saved) -> dict[str, object]:
    """What the composer wants to know after an autosave."""
    facts: dict[str, object] = {"saved_at": saved.at.isoformat()}
    if saved.version is not None:
        facts["version"] = saved.version
    return facts


@blueprint.post("/entries/<public_id>/autosave/delete")
@door("guest")
def discard(public_id: str) -> Response:
    """Give unsaved words up."""
    found = _entry(public_id)
    entries.forget_autosave(db(), viewer(), found)
    flash(_("The unsaved changes are gone."))
    return _back(found)


# Deleting and its undo ---------------------------------------------------------------------------


@blueprint.post("/entries/<public_id>/delete")
@door("guest")
def delete(public_id: str) -> Response:
    found = _entry(public_id)
    entries.remove(db(), viewer(), found)
    title = found.title[:80] or _("Untitled")
    undo = {
        "text": _("“%(title)s” is deleted.", title=title),
        "url": url_for(".restore", public_id=public_id),
    }
    flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    return redirect(safe_next(request.form.get("next")), 303)


@blueprint.post("/entries/<public_id>/restore")
@door("guest")
def restore(public_id: str) -> Response:
    """Undo a deletion, by whoever deleted and still may."""
    found = circles.deleted(db(), viewer(), public_id)
    entries.restore(db(), viewer(), found)
    access.require(db(), viewer(), "delete", found)
    flash(_("“%(title)s” is back.", title=found.title[:80] or _("Untitled")))
    return redirect(whereabouts.address_of(db(), viewer(), found), 303)


# Who may read it -----------------------------------------------------------------------------------


@blueprint.get("/entries/<public_id>/sharing")
@door("employee")
def sharing(public_id: str) -> str:
    """Who reads the entry and why; for those who may, a form to change it."""
    return _sharing_page(_entry(public_id))


def _sharing_page(found: Entry, error: Invalid | None = None) -> str:
    zone = viewer().timezone
    now = clock.now()
    return render_template(
        "entries/sharing.html",
        entry=found,
        workspace=db().get_one(Workspace, found.workspace_id),
        audience=circles.audience(db(), found),
        may_share=access.allowed(db(), viewer(), "share", found),
        chosen=request.form.get("audience") or _audience(found),
        guests_from=request.form.get("guests_from", for_input(_future(found.guests_from, now), zone)),
        public_from=request.form.get("public_from", for_input(_future(found.public_from, now), zone)),
        timezone=zone,
        errors=explain(error) if error else {},
    )


def _audience(found: Entry) -> str:
    if found.public_from is not None:
        return "public"
    return "guests" if found.guests_from is not None else "staff"


def _future(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment and moment > now else None


@blueprint.post("/entries/<public_id>/sharing")
@door("employee")
def share(public_id: str) -> Response | tuple[str, int]:
    found = _entry(public_id)
    before = (found.guests_from, found.public_from)
    try:
        wanted = from_page(Sharing).times(*before)
        entries.share(db(), viewer(), found, *wanted)
    except Invalid as error:
        return _sharing_page(found, error), 422
    flash(_("Saved who may read it."))
    return redirect(whereabouts.address_of(db(), viewer(), found), 303)

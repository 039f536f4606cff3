"""What can be done with any entry at its lasting address, whatever its kind."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import text
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.web.urls import safe_next
from collab.workspaces import access, autosaves, circles, entries, whereabouts
from collab.workspaces.entry_forms import Language, Preview, Words
from collab.workspaces.models import Entry

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


# Its language ------------------------------------------------------------------------------------


@blueprint.get("/entries/<public_id>/language")
@door("guest", own=True)
def language(public_id: str) -> str:
    """Which language the entry is in, for who may change it."""
    entry = _entry(public_id)
    access.require(db(), viewer(), "edit", entry)
    back = whereabouts.address_of(db(), viewer(), entry)
    return render_template("workspaces/language.html", entry=entry, back=back)


@blueprint.post("/entries/<public_id>/language")
@door("guest")
def choose_language(public_id: str) -> Response:
    entry = _entry(public_id)
    entries.choose_language(db(), viewer(), entry, from_page(Language).lang)
    flash(_("The language is noted."))
    return redirect(whereabouts.address_of(db(), viewer(), entry), 303)


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

"""Administration of the company's own words."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.errors import Invalid
from collab.search import synonyms
from collab.search.synonym_forms import Synonyms, Wanted
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import db, viewer

blueprint = Blueprint("synonyms", __name__, url_prefix="/admin/synonyms")

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@door("admin")
def index() -> Answer:
    wanted = from_query(Wanted)
    return _index(wanted.q, {"words": wanted.words})


def _index(q: str = "", values: Any = None, errors: dict[str, str] | None = None, wrong: str = "") -> str:
    """All groups; ``wrong``: the one that was given words that cannot be."""
    return render_template(
        "admin/synonyms.html",
        q=q,
        groups=synonyms.listing(db(), viewer(), q),
        values=values or {},
        errors=errors or {},
        wrong=wrong,
    )


@blueprint.post("/")
@door("admin")
def create() -> Answer:
    try:
        made = synonyms.create(db(), viewer(), from_page(Synonyms).words)
    except Invalid as error:
        db().rollback()
        return _index(values=request.form, errors=explain(error)), 422
    return _back(_("These mean the same now: %(words)s.", words=", ".join(made.words)))


@blueprint.post("/<public_id>")
@door("admin")
def change(public_id: str) -> Answer:
    group = synonyms.get(db(), viewer(), public_id)
    try:
        synonyms.change(db(), viewer(), group, from_page(Synonyms).words)
    except Invalid as error:
        db().rollback()
        return _index(values=request.form, errors=explain(error), wrong=public_id), 422
    return _back(_("These mean the same now: %(words)s.", words=", ".join(group.words)))


@blueprint.post("/<public_id>/delete")
@door("admin")
def delete(public_id: str) -> Answer:
    group = synonyms.get(db(), viewer(), public_id)
    synonyms.remove(db(), viewer(), group)
    undo: Any = {
        "text": _("These no longer stand for each other: %(words)s.", words=", ".join(group.words)),
        "url": url_for("synonyms.restore", public_id=public_id),
    }
    flash(undo, "undo")
    return redirect(url_for("synonyms.index"), 303)


@blueprint.post("/<public_id>/restore")
@door("admin")
def restore(public_id: str) -> Answer:
    group = synonyms.get(db(), viewer(), public_id, deleted=True)
    synonyms.restore(db(), viewer(), group)
    return _back(_("These mean the same now: %(words)s.", words=", ".join(group.words)))


def _back(said: str) -> Response:
    flash(said)
    return redirect(url_for("synonyms.index"), 303)

"""Saved searches: keep one under a name, come back to it, give it another name, let it go."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from collab.errors import Invalid
from collab.search import addresses, news, saved
from collab.search.saved_forms import Naming, Saving
from collab.search.views import engine
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, viewer

blueprint = Blueprint("saved_searches", __name__, url_prefix="/search/saved")

Answer = str | Response | tuple[str, int]


@blueprint.get("")
@door("guest", own=True)
def index() -> Answer:
    return _index()


def _index(errors: dict[str, str] | None = None, wrong: str = "") -> str:
    """All of them; ``wrong``: the one that was given a name that cannot be."""
    return render_template(
        "search/saved.html",
        nav="search",
        searches=saved.listed(db(), viewer(), engine()),
        most=saved.MOST,
        errors=errors or {},
        wrong=wrong,
        values=request.form,
    )


@blueprint.post("")
@door("guest", own=True)
def save() -> Answer:
    try:
        form = from_page(Saving)
        kept = saved.save(db(), viewer(), engine(), form.query, form.name)
    except Invalid as error:
        db().rollback()
        return _index(explain(error)), 422
    flash(_("Saved as “%(name)s”.", name=kept.name))
    return redirect(addresses.path(kept.query), 303)


@blueprint.get("/<public_id>")
@door("guest", own=True)
def show(public_id: str) -> Answer:
    """The search, as it answers now; what it answers has been seen then."""
    found = saved.get(db(), viewer(), public_id)
    if news.unseen(db(), viewer(), engine(), found) != set():
        _note_seen(public_id)
    return redirect(addresses.path(found.query), 303)


def _note_seen(public_id: str) -> None:
    """Bookkeeping of its own, not worth failing a request for."""
    try:
        with context().write.begin() as writing:
            writing.info["viewer"] = viewer()
            saved.see(writing, viewer(), engine(), public_id)
    except OperationalError:
        return


@blueprint.post("/<public_id>")
@door("guest", own=True)
def rename(public_id: str) -> Answer:
    saved.get(db(), viewer(), public_id)
    try:
        kept = saved.rename(db(), viewer(), public_id, from_page(Naming).name)
    except Invalid as error:
        db().rollback()
        return _index(explain(error), public_id), 422
    return _back(_("This search is called “%(name)s” now.", name=kept.name))


@blueprint.post("/<public_id>/follow")
@door("guest", own=True)
def follow(public_id: str) -> Answer:
    try:
        kept = saved.follow(db(), viewer(), engine(), public_id)
    except Invalid as error:
        db().rollback()
        return _index(explain(error)), 422
    return _back(_("What is new for “%(name)s” comes by mail, once a day at most.", name=kept.name))


@blueprint.post("/<public_id>/unfollow")
@door("guest", own=True)
def unfollow(public_id: str) -> Answer:
    kept = saved.unfollow(db(), viewer(), public_id)
    return _back(_("No more mails about “%(name)s”.", name=kept.name))


@blueprint.post("/<public_id>/delete")
@door("guest", own=True)
def delete(public_id: str) -> Answer:
    kept = saved.remove(db(), viewer(), public_id)
    undo: Any = {
        "text": _("“%(name)s” is deleted.", name=kept.name),
        "url": url_for("saved_searches.restore", public_id=public_id),
    }
    flash(undo, "undo")
    return redirect(url_for("saved_searches.index"), 303)


@blueprint.post("/<public_id>/restore")
@door("guest", own=True)
def restore(public_id: str) -> Answer:
    try:
        kept = saved.restore(db(), viewer(), public_id)
    except Invalid as error:
        db().rollback()
        return _index(explain(error)), 422
    return _back(_("“%(name)s” is back.", name=kept.name))


def _back(said: str) -> Response:
    flash(said)
    return redirect(url_for("saved_searches.index"), 303)

"""Calendars for other calendar programs: to be subscribed to by an address with a key, and one event as a file."""

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from collab.auth.models import Account
from collab.auth.services import create_token
from collab.calendar import feeds, ics, queries
from collab.calendar.views import frame
from collab.errors import NotFound, Unauthorized
from collab.text import slugify
from collab.web.doors import door
from collab.web.feeds import unchanged_or
from collab.web.i18n import language
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access
from collab.workspaces.models import Workspace

blueprint = Blueprint("calendar_feeds", __name__)


@blueprint.get("/w/<slug>/calendar/feed.ics")
@door("anyone")
def of_workspace(slug: str) -> Response:
    """The calendar of a workspace. A key that opens nothing (any more) finds nothing."""
    _knock()
    place = access.workspace(db(), viewer(), slug)
    return _feed(place.name, place)


@blueprint.get("/calendar/feed.ics")
@door("anyone")
def mine() -> Response:
    """The reader's own calendar."""
    _knock()
    return _feed(_("My calendar"), None)


def _knock() -> None:
    if not viewer().signed_in:
        raise NotFound if "key" in request.args else Unauthorized


def _feed(name: str, place: Workspace | None) -> Response:
    held = feeds.hold(db(), viewer(), place.id if place else None)
    seen = (name, language(), held.seen)
    return unchanged_or(ics.TYPE, seen, lambda: feeds.written(db(), viewer(), name, held))


@blueprint.post("/w/<slug>/calendar/feed")
@door("guest", own=True, secret=True)
def subscribe(slug: str) -> str:
    """A personal address of the calendar. It is shown this once; /account/tokens can revoke its key."""
    place = access.workspace(db(), viewer(), slug)
    return _address(url_for(".of_workspace", slug=slug), place.name, place)


@blueprint.post("/calendar/feed")
@door("guest", own=True, secret=True)
def subscribe_mine() -> str:
    """The same for one's own calendar."""
    return _address(url_for(".mine"), _("My calendar"))


def _address(opens: str, name: str, place: Workspace | None = None) -> str:
    account = db().get_one(Account, viewer().me)
    token = create_token(db(), viewer(), account, _("Calendar: %(name)s", name=name), ["feed"], opens=opens)
    address = whole(f"{opens}?key={token}")
    # What phones and offices open with their calendar; with the "s" the key never leaves unencrypted.
    webcal = address.replace("http", "webcal", 1)
    more = frame(place) if place else {"nav": "home", "workspace": None, "base": "/calendar/"}
    return render_template("calendar/feed.html", name=name, address=address, webcal=webcal, **more)


@blueprint.get("/w/<slug>/calendar/<public_id>/event.ics")
@door("anyone")
def event(slug: str, public_id: str) -> Response:
    """One event for another calendar program, as a file."""
    found, _place = queries.get(db(), viewer(), slug, public_id)
    response = Response(feeds.single(db(), viewer(), found), mimetype=ics.TYPE)
    file_name = f"{slugify(found.title, 'event')[:60]}.ics"
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return response

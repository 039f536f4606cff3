"""What happened: in one workspace, in all of the viewer's own, and as a feed."""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from collab.activity.models import Event
from collab.auth.models import Account
from collab.auth.services import create_token
from collab.errors import NotFound, Unauthorized
from collab.home import stream, stream_queries
from collab.home.present import Line
from collab.web.api import Listing
from collab.web.doors import door
from collab.web.feeds import Item, atom
from collab.web.forms import from_query
from collab.web.paging import Page, cut, values
from collab.web.request import context, db, viewer
from collab.web.urls import whole
from collab.workspaces import access
from collab.workspaces.asking import ask
from collab.workspaces.models import Workspace
from collab.workspaces.views import firms_around

blueprint = Blueprint("stream", __name__)

EVENTS, SHORT = 100, 40
#: What a feed leaves out of an address that may name what changes; the sentence is the entry's name.
FEED = 50


def page(
    place: Workspace | None, cursor: str | None = None, limit: int = EVENTS, *, others: bool = False
) -> Page[Any]:
    """What happened in the workspace, or in all of the viewer's own; so many events, whatever they come to."""
    key = Event.id
    given = {**values(key, cursor, limit), **({"place": place.id} if place else {})}
    shape = (place is not None, others, bool(cursor))
    return cut(ask(db(), viewer(), stream_queries.happened, *shape, **given).all(), limit)


@blueprint.get("/stream")
@door("guest")
def mine() -> str:
    """What others did in the viewer's own workspaces."""
    wanted = from_query(Listing)
    found = page(None, wanted.cursor, others=True)
    return render_template(
        "home/stream.html",
        nav="home",
        workspace=None,
        lines=stream.lines(db(), viewer(), found.items),
        cursor=wanted.cursor,
        next_url=url_for(".mine", cursor=found.next) if found.next else "",
    )


@blueprint.get("/w/<slug>/stream")
@door("guest")
def workspace(slug: str) -> str:
    place = access.workspace(db(), viewer(), slug)
    wanted = from_query(Listing)
    found = page(place, wanted.cursor)
    return render_template(
        "home/stream.html",
        nav="workspaces",
        workspace=place,
        standing=access.standing(db(), viewer(), place),
        lines=stream.lines(db(), viewer(), found.items, in_place=True, with_guests=_tells_readers(place)),
        cursor=wanted.cursor,
        next_url=url_for(".workspace", slug=slug, cursor=found.next) if found.next else "",
    )


def _tells_readers(place: Workspace) -> bool:
    """Where guests are around, employees are told what those read."""
    return viewer().kind == "employee" and bool(firms_around(place))


# The feed ------------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/stream/feed.atom")
@door("anyone")
def feed(slug: str) -> Response:
    """What others did there. A key that opens nothing (any more) finds nothing."""
    if not viewer().signed_in:
        raise NotFound if "key" in request.args else Unauthorized
    place = access.workspace(db(), viewer(), slug)
    found = stream.lines(db(), viewer(), page(place, limit=FEED, others=True).items, in_place=True)
    items = [_item(slug, line) for line in found]
    return atom(place.name, f"/w/{slug}/stream", items, lambda: items)


def _item(slug: str, line: Line) -> Item:
    when = line.when
    assert when is not None  # noqa: S101 - events have a time
    name = line.person.name if line.person else context().settings.site_name
    return Item(
        id=f"/w/{slug}/stream#{line.key}",
        title=line.title,
        path=line.url,
        authors=[name],
        tags=[],
        published=when,
        updated=when,
        html="",
    )


@blueprint.post("/w/<slug>/stream/feed")
@door("guest", own=True, secret=True)
def follow(slug: str) -> str:
    """A personal address of the feed. It is shown this once; /account/tokens can revoke its key."""
    place = access.workspace(db(), viewer(), slug)
    opens = url_for(".feed", slug=slug)
    account = db().get_one(Account, viewer().me)
    named = _("Feed reader: %(name)s", name=place.name)
    token = create_token(db(), viewer(), account, named, ["feed"], opens=opens)
    address = whole(f"{opens}?key={token}")
    return render_template("home/stream_feed.html", nav="workspaces", workspace=place, address=address)

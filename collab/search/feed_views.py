"""Searches as feeds: in the browser for who is signed in, and for feed readers by an address with a key."""

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from collab.auth.models import Account
from collab.auth.services import create_token
from collab.errors import Invalid, NotFound, Refused, Unauthorized
from collab.search import addresses, hits
from collab.search.hits import Hit
from collab.search.passing import Unusable, passed
from collab.search.queries import question
from collab.search.saved_forms import Saving
from collab.search.views import engine
from collab.web.doors import door
from collab.web.feeds import Item, atom
from collab.web.forms import from_page
from collab.web.request import context, db, viewer
from collab.web.urls import whole, without_key

blueprint = Blueprint("search_feeds", __name__)

ITEMS = 30
#: When people and workspaces are said to have been written, who are of no day.
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


@blueprint.get("/search/feed.atom")
@door("anyone")
def newest() -> Response:
    """What answers, the newest first. A key that opens nothing (any more) finds nothing."""
    if not viewer().signed_in:
        raise NotFound if "key" in request.args else Unauthorized
    query = addresses.written(addresses.asked(_query()))
    if not query:
        raise NotFound
    asked = addresses.kept(query)
    narrowed = question(db(), viewer(), asked)
    newest_first = replace(narrowed.question, order="date")
    try:
        keys = passed(db(), viewer(), engine(), newest_first, ITEMS)
    except Unusable as error:
        raise Refused(503, "catching_up") from error  # readers come again, and keep what they have
    words = " ".join((narrowed.wanted.said, *newest_first.also))
    found = hits.by_key(db(), viewer(), keys, words)
    shown = sorted(
        (_item(key, hit) for key, hit in found.items()), key=lambda item: item.updated, reverse=True
    )
    return atom(
        _title(addresses.name(asked)), addresses.path(query), shown, lambda: shown, addresses.feed(query)
    )


def _query() -> str:
    return without_key("", request.args.items(multi=True)).lstrip("?")


def _title(name: str) -> str:
    return str(_("Search: %(name)s", name=name))


def _item(key: str, hit: Hit) -> Item:
    when = hit.when or ALWAYS
    return Item(
        id=f"/search#{_lasting(key)}",
        title=str(hit.title_html),
        path=hit.url,
        authors=[_author(hit)],
        tags=[],
        published=when,
        updated=when,
        html=str(hit.excerpt_html.__html__()),
    )


def _lasting(key: str) -> str:
    """A name for the thing that stays when it is moved or renamed, and tells nothing."""
    return hmac.new(context().settings.key.encode(), f"feed {key}".encode(), hashlib.sha256).hexdigest()[:24]


def _author(hit: Hit) -> str:
    """Who wrote it, with whose guest that is; a feed's entry has to have somebody (RFC 4287, 4.1.2)."""
    if hit.author is None:
        return context().settings.site_name
    if hit.author.kind != "guest":
        return hit.author.name
    return f"{hit.author.name} ({', '.join(filter(None, (_('Guest'), hit.author.firm_name)))})"


@blueprint.post("/search/feeds")
@door("guest", own=True, secret=True)
def follow() -> str:
    """A personal address of a search's feed. It is shown this once; /account/tokens can revoke its key."""
    asked = addresses.asked(from_page(Saving).query)
    query = addresses.written(asked)
    if not query:
        raise Invalid({"query": "nothing_asked"})
    name = addresses.name(asked)
    account = db().get_one(Account, viewer().me)
    token = create_token(
        db(), viewer(), account, _("Feed reader: %(name)s", name=name), ["feed"], opens=addresses.feed(query)
    )
    address = whole(f"{addresses.feed(query)}&key={token}")
    return render_template("search/feed_address.html", nav="search", address=address, name=name)

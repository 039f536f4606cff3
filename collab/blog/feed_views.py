"""Feeds of the blog, and personal addresses for feed readers."""

import re
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Row, Select

from collab.auth.models import Account
from collab.auth.services import create_token
from collab.blog import around, queries
from collab.blog.models import Post
from collab.errors import NotFound
from collab.tags.services import tag_key
from collab.viewer import Viewer
from collab.web.doors import door
from collab.web.feeds import Item, atom
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import whereabouts
from collab.workspaces.asking import ask

blueprint = Blueprint("blog_feeds", __name__)

ITEMS = 20
LIGHT = (
    Post.id,
    Post.public_id,
    Post.slug,
    Post.title,
    Post.published_at,
    Post.updated_at,
    Post.version,
    Post.rules,
)
_FEED = re.compile(r"/blog/(authors/[^/?#]+/|tags/[^/?#]+/)?feed\.atom")


@blueprint.get("/blog/feed.atom")
@door("anyone")
def newest() -> Response:
    return _feed("Blog", "/blog/")


@blueprint.get("/blog/authors/<handle>/feed.atom")
@door("anyone")
def author(handle: str) -> Response:
    person = queries.writer(db(), viewer(), handle)
    if person is None:
        raise NotFound
    return _feed(f"Blog: {person.name}", f"/blog/authors/{handle}", author=person.id)


@blueprint.get("/blog/tags/<key>/feed.atom")
@door("anyone")
def tag(key: str) -> Response:
    name = queries.tag_name(db(), viewer(), tag_key(key))
    if name is None:
        raise NotFound
    return _feed(f"Blog: {name}", f"/blog/tags/{key}", tag=tag_key(key))


def _feed(title: str, page: str, **only: object) -> Response:
    """A feed of all posts or only some; texts are only looked up for whoever does not have them yet."""
    rows = ask(db(), viewer(), _newest, *only, **only).all()
    near = around.rows(db(), viewer(), [row.id for row in rows], tags=True)
    seen = [tuple(row) for row in (*rows, *near)]
    return atom(title, page, seen, lambda: _items(rows, near))


def _named(person: around.Person) -> str:
    """The name; from outside, with whose guest it is."""
    if person.kind != "guest":
        return person.name
    return f"{person.name} ({', '.join(filter(None, (_('Guest'), person.firm_name)))})"


def _items(rows: Sequence[Row[Any]], near: Sequence[Row[Any]]) -> list[Item]:
    ids = [row.id for row in rows]
    beside, words = around.by_post(near, ids), _words(ids)
    return [
        Item(
            id=f"/entries/{row.public_id}",
            title=row.title,
            path=row.address,
            authors=[_named(person) for person in beside[row.id].authors],
            tags=[found.name for found in beside[row.id].tags],
            published=row.published_at,
            updated=row.updated_at,
            html=words.get(row.id, ""),
        )
        for row in rows
    ]


def _newest(viewer: Viewer, *only: str) -> Select[Any]:
    query = queries.published(viewer, *LIGHT, whereabouts.address(viewer, Post))
    query = queries.narrowed(query, *only)
    return query.order_by(Post.published_at.desc(), queries.OWN_ID.desc()).limit(ITEMS)


def _words(ids: Sequence[int]) -> dict[int, str]:
    known = whereabouts.known(viewer(), Post).label("known")
    query = queries.published(viewer(), Post.id, Post.public_id, Post.html, known).where(Post.id.in_(ids))
    site = whole("")
    return {
        row.id: row.html if row.known else whereabouts.alone(row.public_id, row.html, site)
        for row in db().execute(query)
    }


@blueprint.post("/blog/feeds")
@door("guest")
def follow() -> str:
    """A personal address of a feed. It is shown this once; /account/ can revoke its key."""
    feed = request.form.get("feed", "")
    if not _FEED.fullmatch(feed):
        raise NotFound
    account = db().get_one(Account, viewer().me)
    token = create_token(db(), viewer(), account, _("Feed reader"), ["feed"])
    return render_template(
        "blog/feed_address.html", nav="blog", address=f"{whole(feed)}?key={token}", feed=feed
    )

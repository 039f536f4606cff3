"""Feeds of the blog, and personal addresses for feed readers."""

import re

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import Select

from collab.auth.models import Account
from collab.auth.services import create_token
from collab.blog import around, queries
from collab.blog.models import Post
from collab.errors import NotFound
from collab.tags.services import tag_key
from collab.web.doors import door
from collab.web.feeds import Item, atom
from collab.web.request import db, viewer
from collab.web.urls import whole

blueprint = Blueprint("blog_feeds", __name__)

ITEMS = 20
LIGHT = (Post.id, Post.public_id, Post.slug, Post.title, Post.published_at, Post.updated_at)
_FEED = re.compile(r"/blog/(authors/[^/?#]+/|tags/[^/?#]+/)?feed\.atom")


@blueprint.get("/blog/feed.atom")
@door("anyone")
def newest() -> Response:
    return _feed("Blog", "/blog/", queries.published(viewer(), *LIGHT))


@blueprint.get("/blog/authors/<handle>/feed.atom")
@door("anyone")
def author(handle: str) -> Response:
    person = queries.writer(db(), viewer(), handle)
    if person is None:
        raise NotFound
    query = queries.by_author(queries.published(viewer(), *LIGHT), person.id)
    return _feed(f"Blog: {person.name}", f"/blog/authors/{handle}", query)


@blueprint.get("/blog/tags/<key>/feed.atom")
@door("anyone")
def tag(key: str) -> Response:
    name = queries.tag_name(db(), viewer(), tag_key(key))
    if name is None:
        raise NotFound
    query = queries.tagged(queries.published(viewer(), *LIGHT), key)
    return _feed(f"Blog: {name}", f"/blog/tags/{key}", query)


def _feed(title: str, page: str, query: Select[tuple[object, ...]]) -> Response:
    """A feed; texts, names and tags are only looked up for a reader who does not have it yet."""
    rows = db().execute(query.order_by(Post.published_at.desc(), Post.id.desc()).limit(ITEMS)).all()
    items = [
        Item(row.public_id, row.title, f"/blog/{row.slug}", "", (), (), row.published_at, row.updated_at)
        for row in rows
    ]
    if request.if_none_match:
        unchanged = atom(title, page, items)
        if unchanged.status_code == 304:
            return unchanged
    ids = [row.id for row in rows]
    near = around.of_posts(db(), viewer(), ids, tags=True)
    words = queries.published(viewer(), Post.id, Post.html).where(Post.id.in_(ids))
    texts: dict[int, str] = {row.id: row.html for row in db().execute(words)}
    full = [
        Item(
            id=row.public_id,
            title=row.title,
            path=f"/blog/{row.slug}",
            html=texts.get(row.id, ""),
            authors=[person.name for person in near[row.id].authors],
            tags=[found.name for found in near[row.id].tags],
            published=row.published_at,
            updated=row.updated_at,
        )
        for row in rows
    ]
    return atom(title, page, full)


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

"""Reading the blog: lists, posts, authors, tags."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from collab import clock
from collab.blog import around, present, queries
from collab.blog.around import Around, Person
from collab.blog.forms import Browse
from collab.comments.section import thread_context, with_passages
from collab.errors import Invalid, NotFound
from collab.reactions.views import reaction_items
from collab.tags.services import tag_key
from collab.web.doors import door
from collab.web.forms import from_query
from collab.web.request import db, viewer
from collab.workspaces import access, glass

blueprint = Blueprint("blog", __name__)

FEW, MANY = 8, 400


def _list(feed: str, *, lead: bool = False, **only: Any) -> dict[str, Any]:
    """What every list of posts shows, all or only some of them; a wrong cursor leads to nothing."""
    try:
        browse = from_query(Browse)
        found = queries.newest(db(), viewer(), browse.cursor, **only)
    except Invalid as error:
        raise NotFound from error
    big = lead and browse.cursor is None
    more = dict(request.args) | {"cursor": found.next}
    return {
        "nav": "blog",
        "posts": present.cards(db(), viewer(), found.items, lead=big),
        "lead": big,
        "next_url": f"{request.path}?{_query(more)}" if found.next else "",
        "first_url": f"{request.path}?{_query(dict(request.args) | {'cursor': None})}".rstrip("?"),
        "paged": browse.cursor is not None,
        "feed": feed,
    }


def _query(arguments: dict[str, str | None]) -> str:
    return urlencode({name: value for name, value in arguments.items() if value})


@blueprint.get("/blog/")
@door("anyone")
def front() -> str:
    """The newest posts that the viewer may read."""
    wanted = request.args.get("workspace", "")
    only = {"workspace": wanted} if wanted else {}
    shown = _list("/blog/feed.atom", lead=not wanted, **only)
    place = shown["posts"][0].workspace if wanted and shown["posts"] else None
    return render_template(
        "blog/front.html",
        place=place,
        filtered=bool(wanted),
        writers=_writers(shown["posts"]),
        feeds=[{"url": "/blog/feed.atom", "title": "Blog"}],
        **shown,
    )


def _writers(cards: Sequence[present.Card]) -> list[Person]:
    """Some of the people who wrote these posts, each once."""
    return list({person.handle: person for card in cards for person in card.authors}.values())[:FEW]


@blueprint.get("/blog/<slug>")
@door("anyone")
def post(slug: str) -> str | Response:
    """One post, with all that there is around it. A former address leads to the present one."""
    found = queries.at(db(), viewer(), slug)
    if found is None:
        moved = queries.by_old_address(db(), viewer(), slug)
        if moved is None:
            raise NotFound
        return redirect(f"/blog/{moved}", 301)
    entry = found.post
    if not found.known:
        return redirect(f"/entries/{entry.public_id}", 303)
    near = around.of_post(db(), viewer(), entry)
    may = _powers(found, near)
    picture = present.lead_picture(entry, near.pictures)
    out = entry.published_at is not None and entry.published_at <= clock.now()
    wall = glass.wall(db(), viewer(), entry)
    talk = thread_context(db(), viewer(), entry, audience=wall.audience)
    return render_template(
        "blog/post.html",
        nav="blog",
        post=entry,
        near=near,
        html=with_passages(present.html(entry, near.pictures), talk),
        picture=picture,
        minutes=present.reading_minutes(entry.letters),
        edited=entry.updated_at if out and entry.version > 1 and _much_later(found) else None,
        flag=present.flag(viewer(), entry, found.place.visibility),
        place=present.place(found.place.slug, found.place.name),
        place_name=found.place.name,
        may=may,
        watched=found.watched,
        wall=wall,
        unsaved=found.unsaved if "edit" in may and _differs(found) else None,
        reactions=reaction_items(db(), viewer(), entry),
        **talk,
    )


@blueprint.get("/blog/<path:address>")
@door("anyone")
def old_address(address: str) -> Response:
    """A former address of a post, as blogs elsewhere make them, leads to the post."""
    moved = queries.by_old_address(db(), viewer(), address)
    if moved is None:
        raise NotFound
    return redirect(f"/blog/{moved}", 301)


def _differs(found: queries.Found) -> bool:
    kept = found.unsaved
    return kept is not None and (kept.title, kept.body) != (found.post.title, found.post.body)


def _much_later(found: queries.Found) -> bool:
    """A correction in the first hour is not worth a word."""
    at = found.post.published_at
    return at is not None and (found.post.updated_at - at).total_seconds() > 3600


def _powers(found: queries.Found, near: Around) -> set[str]:
    """What the viewer may do with the post.

    Whoever neither stands on it nor looks after the place can do nothing with it; to know that
    takes no further question to the database.
    """
    who, entry = viewer(), found.post
    named = who.signed_in and who.handle in {person.handle for person in near.authors}
    if not named and not access.allowed(db(), who, "moderate", entry):
        return set()
    if access.allowed(db(), who, "edit", entry):  # only to authors of a post, and they may all of this
        return {*access.AUTHORS_MAY} - (set() if who.is_employee else {"share"})
    return {action for action in ("delete", "share") if access.allowed(db(), who, action, entry)}


# Authors and tags ----------------------------------------------------------------------------------


@blueprint.get("/blog/authors/")
@door("anyone")
def authors() -> str:
    """Everybody who has written something that the viewer may read."""
    writers = db().execute(queries.writers(viewer())).all()
    return render_template("blog/authors.html", nav="blog", writers=writers)


@blueprint.get("/blog/authors/<handle>")
@door("anyone")
def author(handle: str) -> str:
    """What a person has written."""
    person = queries.writer(db(), viewer(), handle)
    if person is None:
        raise NotFound
    feed = f"/blog/authors/{handle}/feed.atom"
    shown = _list(feed, author=person.id)
    return render_template(
        "blog/author.html",
        person=person,
        profile=viewer().signed_in,
        feeds=[{"url": feed, "title": person.name}],
        **shown,
    )


@blueprint.get("/blog/tags/")
@door("anyone")
def tags() -> str:
    """All tags of the posts that the viewer may read."""
    found = db().execute(queries.tag_cloud(viewer(), MANY)).all()
    return render_template("blog/tags.html", nav="blog", tags=sorted(found, key=lambda tag: tag.key))


@blueprint.get("/blog/tags/<key>")
@door("anyone")
def tag(key: str) -> str | Response:
    """The posts with a tag. Another spelling of it leads here."""
    known = tag_key(key)
    if not known:
        raise NotFound
    if known != key:
        return redirect(url_for(".tag", key=known), 301)
    name = queries.tag_name(db(), viewer(), key)
    if name is None:
        raise NotFound
    feed = url_for("blog_feeds.tag", key=key)
    shown = _list(feed, tag=key)
    return render_template("blog/tag.html", tag=name, feeds=[{"url": feed, "title": name}], **shown)

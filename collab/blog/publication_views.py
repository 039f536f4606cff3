"""Publication as a thing that a post has: given, planned, taken back; and what is not out yet."""

from datetime import datetime

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask_babel import format_datetime
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import Row
from werkzeug.wrappers import Response

from collab import clock
from collab.blog import queries, services
from collab.blog.forms import PublicationPage
from collab.blog.models import Post
from collab.blog.services import Publication
from collab.errors import Invalid, NotFound
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access

blueprint = Blueprint("blog_publication", __name__)

UNDO_WITHIN = 3600  # seconds


def published_words(post: Post) -> str:
    """What has happened to a post that was published just now."""
    if post.published_at is not None and post.published_at > clock.now():
        when = format_datetime(post.published_at, "medium")
        return str(_("It will be published on %(when)s.", when=when))
    return str(_("It is published."))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="withdrawn publication")


def _post(slug: str) -> Post:
    return access.get(db(), viewer(), Post, Post.slug == slug)


@blueprint.post("/blog/<slug>/publication")
@door("guest")
def publish(slug: str) -> Response:
    """Publish now, or at the time given; or exactly as it was, to undo a withdrawal."""
    post = _post(slug)
    access.require(db(), viewer(), "publish", post)
    if request.args.get("undo"):
        services.publish_as_before(db(), viewer(), post, _former(post, request.args["undo"]))
    else:
        try:
            services.publish(db(), viewer(), post, from_page(PublicationPage).at)
        except Invalid as error:
            db().rollback()
            flash(" ".join(explain(error).values()), "error")
            return redirect(f"/blog/{slug}/edit", 303)
    flash(published_words(post))
    return redirect(post.address, 303)


def _former(post: Post, token: str) -> Publication:
    """The times of sharing that the undo button carries; only we can have written them."""
    try:
        public_id, *times = _serializer().loads(token, max_age=UNDO_WITHIN)
        published, guests, public = (datetime.fromisoformat(at) if at else None for at in times)
    except (BadData, ValueError, TypeError) as error:
        raise NotFound from error
    if public_id != post.public_id or published is None:
        raise NotFound
    return Publication(published, guests, public)


@blueprint.post("/blog/<slug>/publication/delete")
@door("guest")
def withdraw(slug: str) -> Response:
    """Make the post a draft again."""
    post = _post(slug)
    former = services.withdraw(db(), viewer(), post)
    if former is not None:
        times = (
            at and at.isoformat() for at in (former.published_at, former.guests_from, former.public_from)
        )
        token = str(_serializer().dumps([post.public_id, *times]))
        undo = {
            "text": _("It is a draft again. Only its authors can see it."),
            "url": f"{post.address}/publication?undo={token}",
        }
        flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    return redirect(post.address, 303)


@blueprint.get("/blog/drafts")
@door("guest", own=True)
def drafts() -> str:
    """What the viewer has not published yet, and what is changed but not saved."""
    rows = db().execute(queries.drafts(viewer())).all()
    return render_template(
        "blog/drafts.html",
        nav="blog",
        drafts=[_row(row, row.updated_at) for row in rows if row.published_at is None],
        planned=[_row(row, row.published_at) for row in rows if row.published_at is not None],
        unsaved=[_row(row, row.saved_at) for row in db().execute(queries.unsaved(viewer()))],
    )


def _row(row: Row[tuple[object, ...]], when: datetime) -> dict[str, object]:
    return {
        "url": f"/blog/{row.slug}",
        "edit_url": f"/blog/{row.slug}/edit",
        "public_id": row.public_id,
        "title": row.title,
        "text": row.summary[:140],
        "lang": row.lang,
        "when": when,
        "place": {"url": f"/blog/?workspace={row.workspace_slug}", "name": row.workspace_name},
        "icon": "file-text",
    }

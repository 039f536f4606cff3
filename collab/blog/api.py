"""Posts for programs."""

from datetime import datetime
from typing import Any

from flask import request

from collab.blog import around, queries, services
from collab.blog.around import Around, Person
from collab.blog.editor import handles
from collab.blog.forms import PostChange, PostFilter, PostIn, PublicationIn
from collab.blog.models import Post
from collab.errors import NotFound
from collab.tags.services import tag_key
from collab.web.api import Api, Out, etag, expected_version
from collab.web.forms import from_json
from collab.web.paging import Page
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access, entries, whereabouts

blueprint = Api("posts")

Headers = dict[str, str]


class AuthorOut(Out):
    """Whose name stands on a post: an employee's, or that of a guest of a firm."""

    handle: str
    name: str
    kind: str
    firm: str | None


class PostItem(Out):
    """A post in a list."""

    id: str
    title: str
    summary: str
    url: str
    workspace: str | None
    authors: list[AuthorOut]
    tags: list[str]
    lang: str
    version: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    guests_from: datetime | None
    public_from: datetime | None


class PostOut(PostItem):
    """A post with its words: as written (Markdown) and as shown (HTML that is safe)."""

    body: str
    html: str


class PublicationOut(Out):
    """Since or from when a post is out."""

    published_at: datetime
    guests_from: datetime | None
    public_from: datetime | None
    url: str


_SAME = (
    "title",
    "summary",
    "lang",
    "version",
    "created_at",
    "updated_at",
    "published_at",
    "guests_from",
    "public_from",
)


def _author(person: Person) -> AuthorOut:
    return AuthorOut(handle=person.handle, name=person.name, kind=person.kind, firm=person.firm_name or None)


def _common(post: Any, address: str, workspace: str | None, near: Around) -> dict[str, Any]:
    return {
        "id": post.public_id,
        "url": whole(address),
        "workspace": workspace,
        "authors": [_author(person) for person in near.authors],
        "tags": [tag.name for tag in near.tags],
        **{name: getattr(post, name) for name in _SAME},
    }


def _whole(post: Post) -> PostOut:
    db().flush()
    near = around.of_post(db(), viewer(), post)
    address = whereabouts.address_of(db(), viewer(), post)
    workspace = whereabouts.slug_of(db(), viewer(), post)
    html = whereabouts.html_of(db(), viewer(), post, post.html, whole(""))
    return PostOut(**_common(post, address, workspace, near), body=post.body, html=html)


def _post(public_id: str) -> Post:
    return access.get(db(), viewer(), Post, Post.public_id == public_id)


@blueprint.operation("GET", "/posts", least="anyone", query=PostFilter, answer=PostItem, many=True)
def list_posts(query: PostFilter) -> Page[PostItem]:
    """Posts that are out, the newest first."""
    tag = None if query.tag is None else tag_key(query.tag)
    wanted = {"handle": query.author, "tag": tag, "workspace": query.workspace}
    only = {name: value for name, value in wanted.items() if value is not None}
    rows = queries.newest(db(), viewer(), query.cursor, query.limit, **only)
    near = around.of_posts(db(), viewer(), queries.ids(rows.items), tags=True)
    items = [PostItem(**_common(row, row.address, row.workspace_slug, near[row.id])) for row in rows.items]
    return Page(items, rows.next)


@blueprint.operation("POST", "/posts", body=PostIn, answer=PostOut, status=201)
def create_post(body: PostIn) -> tuple[PostOut, Headers]:
    """Write a draft; POST its publication to show it to its readers."""
    post = services.draft(db(), viewer(), body.title, body.body, body.tags, body.workspace)
    if body.authors:
        services.set_around(db(), viewer(), post, None, handles(db(), viewer(), body.authors))
    if body.guests_from or body.public_from:
        entries.share(db(), viewer(), post, body.guests_from, body.public_from)
    location = {"Location": f"/api/v1/posts/{post.public_id}"}
    return _whole(post), etag(post.version) | location


@blueprint.operation("GET", "/posts/<post_id>", least="anyone", answer=PostOut)
def get_post(post_id: str) -> tuple[PostOut, Headers]:
    """One post, also one's own draft."""
    post = _post(post_id)
    return _whole(post), etag(post.version)


@blueprint.operation("PATCH", "/posts/<post_id>", body=PostChange, answer=PostOut)
def change_post(post_id: str, body: PostChange) -> tuple[PostOut, Headers]:
    """Change what is given. With If-Match, only if nobody else has changed it since."""
    post = _post(post_id)
    access.require(db(), viewer(), "edit", post)
    base = expected_version(entries.locked_version(db(), viewer(), post))
    given = body.model_fields_set
    services.edit(
        db(),
        viewer(),
        post,
        post.title if body.title is None else body.title,
        post.body if body.body is None else body.body,
        base_version=base,
        tags=body.tags,
        authors=None if body.authors is None else handles(db(), viewer(), body.authors),
    )
    if body.workspace is not None:
        services.move_draft(db(), viewer(), post, body.workspace)
    if given & {"guests_from", "public_from"}:
        guests = body.guests_from if "guests_from" in given else post.guests_from
        public = body.public_from if "public_from" in given else post.public_from
        entries.share(db(), viewer(), post, guests, public)
    return _whole(post), etag(post.version)


@blueprint.operation("DELETE", "/posts/<post_id>", status=204)
def delete_post(post_id: str) -> None:
    """Delete a post; on its page this can be undone."""
    post = _post(post_id)
    access.require(db(), viewer(), "delete", post)
    expected_version(post.version)
    entries.remove(db(), viewer(), post)


@blueprint.operation("GET", "/posts/<post_id>/publication", least="anyone", answer=PublicationOut)
def get_publication(post_id: str) -> PublicationOut:
    """Since when a post is out; not found for a draft."""
    return _publication(_post(post_id))


@blueprint.operation("POST", "/posts/<post_id>/publication", answer=PublicationOut, status=201)
def publish_post(post_id: str) -> PublicationOut:
    """Publish a post now, or at the time that ``at`` names."""
    wanted = from_json(PublicationIn) if request.get_data(cache=True) else PublicationIn()
    post = _post(post_id)
    services.publish(db(), viewer(), post, wanted.at)
    return _publication(post)


@blueprint.operation("DELETE", "/posts/<post_id>/publication", status=204)
def withdraw_post(post_id: str) -> None:
    """Make a post a draft again."""
    services.withdraw(db(), viewer(), _post(post_id))


def _publication(post: Post) -> PublicationOut:
    if post.published_at is None:
        raise NotFound
    return PublicationOut(
        published_at=post.published_at,
        guests_from=post.guests_from,
        public_from=post.public_from,
        url=whole(whereabouts.address_of(db(), viewer(), post)),
    )

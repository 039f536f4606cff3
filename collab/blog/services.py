"""What may be done with posts."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import text
from collab.blog.models import Post
from collab.comments.mentions import keep_mentions
from collab.errors import Invalid
from collab.tags.services import set_tags
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import BLOG, Workspace


def blog_workspace(db: Session, viewer: Viewer, slug: str | None = None) -> Workspace:
    """Where a post goes: the workspace named, or the company blog. Invalid where one cannot write."""
    found = db.scalar(select(Workspace).where(Workspace.slug == (slug or BLOG), access.inside(viewer)))
    if found is None or not access.allowed(db, viewer, "contribute", found):
        raise Invalid({"workspace": "unknown_workspace"})
    return found


def free_slug(db: Session, title: str, workspace: Workspace, wanted: str = "") -> str:
    """A slug made from the title that no post has.

    Numbers count up in the company blog, which everybody employed reads. Elsewhere the end is
    random, so that a slug never tells of a post that its writer may not see.
    """
    base = text.slugify(wanted or title, "post")
    if workspace.slug != BLOG:
        return f"{base}-{secrets.token_hex(4)}"
    number, found = 1, base
    while found in RESERVED or _is_taken(db, found):
        number += 1
        found = f"{base}-{number}"
    return found


def _move_to(post: Post, slug: str) -> None:
    post.slug, post.address = slug, f"/blog/{slug}"


def _is_taken(db: Session, slug: str) -> bool:
    return db.scalar(select(Post.id).where(Post.slug == slug).execution_options(policy=True)) is not None


RESERVED = frozenset({"new", "drafts", "authors", "tags", "feed.atom"})


def draft(
    db: Session, viewer: Viewer, title: str, body: str, tags: Sequence[str] = (), workspace: str | None = None
) -> Post:
    """A new post that only its authors see."""
    post = Post()
    _move_to(post, f"draft-{secrets.token_hex(6)}")
    rendered = entries.begin(db, viewer, blog_workspace(db, viewer, workspace), post, title, body)
    set_tags(db, post, tags)
    keep_mentions(db, post, rendered.mentions)
    return post


def edit(
    db: Session,
    viewer: Viewer,
    post: Post,
    title: str,
    body: str,
    *,
    base_version: int,
    tags: Sequence[str] | None = None,
    authors: Sequence[str] | None = None,
    note: str = "",
) -> None:
    """Change a post. Raises Conflict if it has changed since ``base_version``."""
    rendered = entries.revise(db, viewer, post, title, body, base_version=base_version, note=note)
    if tags is not None:
        access.require(db, viewer, "edit", post)
        set_tags(db, post, tags)
    if authors is not None:
        entries.set_authors(db, viewer, post, authors)
    if rendered is not None:
        keep_mentions(db, post, rendered.mentions)


def publish(db: Session, viewer: Viewer, post: Post, at: datetime | None = None) -> None:
    """Show the post to its readers from ``at`` (aware; now by default) on.

    Its address is made from its title now, and stays. Publishing twice changes nothing and
    tells nobody.
    """
    access.require(db, viewer, "publish", post)
    if post.slug.startswith("draft-"):
        _move_to(post, free_slug(db, post.title, db.get_one(Workspace, post.workspace_id)))
    entries.publish(db, viewer, post, at)

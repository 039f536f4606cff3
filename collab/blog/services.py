"""What may be done with posts."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.blog import around
from collab.blog.around import Picture
from collab.blog.models import Post
from collab.comments.mentions import keep_mentions
from collab.errors import Invalid, NotFound
from collab.tags.models import EntryTag
from collab.tags.services import set_tags, tag_key
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import BLOG, EntryAuthor, Workspace

DRAFT = "draft-"
RESERVED = frozenset({"new", "drafts", "authors", "tags", "feeds", "feed.atom"})


def blog_workspace(db: Session, viewer: Viewer, slug: str | None = None) -> Workspace:
    """Where a post goes: the workspace named, or the company blog. Invalid where one cannot write."""
    unknown = Invalid({"workspace": "unknown_workspace"})
    try:
        found = access.workspace(db, viewer, slug or BLOG)
    except NotFound:
        raise unknown from None
    if not access.allowed(db, viewer, "contribute", found):
        raise unknown
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
    while found in RESERVED or found.startswith(DRAFT) or _is_taken(db, found):
        number += 1
        found = f"{base}-{number}" if not base.startswith(DRAFT) else f"post-{base}-{number}"
    return found


def _move_to(post: Post, slug: str) -> None:
    post.slug, post.address = slug, f"/blog/{slug}"


def _is_taken(db: Session, slug: str) -> bool:
    """Has any post, seen or not, this slug? Two must not share one, whoever asks."""
    return db.scalar(select(Post.id).where(Post.slug == slug).execution_options(policy=True)) is not None


def draft(
    db: Session,
    viewer: Viewer,
    title: str,
    body: str,
    tags: Sequence[str] = (),
    workspace: str | None = None,
    *,
    key: str = "",
) -> Post:
    """A new post that only its authors see. ``key`` becomes part of its address until it is out."""
    post = Post()
    slug = DRAFT + (key or secrets.token_hex(6))
    _move_to(post, DRAFT + secrets.token_hex(6) if key and _is_taken(db, slug) else slug)
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
    """Change a post. Raises Conflict if it has changed since ``base_version``.

    ``authors`` are the handles of those who wrote it together with the first author.
    """
    if post.published_at is not None and not title.strip():
        raise Invalid({"title": "required"})
    before = post.version
    rendered = entries.revise(db, viewer, post, title, body, base_version=base_version, note=note)
    changed = set_around(db, viewer, post, tags, authors)
    if rendered is not None:
        keep_mentions(db, post, rendered.mentions)
    if changed and post.version == before:
        _tell(db, viewer, post)


def set_around(
    db: Session,
    viewer: Viewer,
    post: Post,
    tags: Sequence[str] | None,
    authors: Sequence[str] | None,
) -> bool:
    """Set tags and fellow authors, each unless it is None. Was that a change?"""
    changed = False
    if tags is not None and _tag_keys(tags) != _present_tags(db, post):
        access.require(db, viewer, "edit", post)
        set_tags(db, post, tags)
        changed = True
    if authors is not None:
        changed = _set_authors(db, viewer, post, authors) or changed
    return changed


def _tell(db: Session, viewer: Viewer, post: Post) -> None:
    """Only what stands around the words has changed: that is a change, too."""
    post.version += 1
    post.updated_at = clock.now()
    if post.published_at is not None:
        entries.keep_revision(db, post, viewer.me)
    activity.record(
        db,
        "post.edited",
        viewer,
        workspace_id=post.workspace_id,
        entry_id=post.id,
        version=post.version,
    )


def _tag_keys(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(key for key in map(tag_key, names) if key))


def _present_tags(db: Session, post: Post) -> list[str]:
    """The keys of a post's tags; whoever edits it, sees them."""
    query = select(EntryTag.key).where(EntryTag.entry_id == post.id).order_by(EntryTag.position)
    return list(db.scalars(query.execution_options(policy=True)))


def _set_authors(db: Session, viewer: Viewer, post: Post, handles: Sequence[str]) -> bool:
    present = select(EntryAuthor.account_id).where(EntryAuthor.entry_id == post.id)
    ordered = present.order_by(EntryAuthor.position)
    before = db.scalars(ordered).all()
    entries.set_authors(db, viewer, post, [handle.lstrip("@") for handle in handles])
    db.flush()
    return list(before) != list(db.scalars(ordered))


def publish(db: Session, viewer: Viewer, post: Post, at: datetime | None = None) -> None:
    """Show the post to its readers from ``at`` (aware; now by default) on.

    Its address is made from its title at first publishing, and stays; the draft's leads there.
    Publishing twice changes nothing and tells nobody; a planned post is planned anew.
    """
    access.require(db, viewer, "publish", post)
    if post.published_at is not None and post.published_at > clock.now():
        shared = (post.guests_from, post.public_from)
        entries.withdraw(db, viewer, post)
        post.guests_from, post.public_from = shared
    if post.slug.startswith(DRAFT) and post.title.strip():
        entries.add_alias(db, post, post.slug)
        _move_to(post, free_slug(db, post.title, db.get_one(Workspace, post.workspace_id)))
    if post.published_at is None:  # what was only autosaved has not been looked through yet
        keep_mentions(db, post, text.render(post.body).mentions)
    entries.publish(db, viewer, post, at)


@dataclass(frozen=True)
class Publication:
    """From when on who may read a post."""

    published_at: datetime
    guests_from: datetime | None
    public_from: datetime | None


def withdraw(db: Session, viewer: Viewer, post: Post) -> Publication | None:
    """Make a post a draft again; answers what ``publish_as_before`` needs, None for a draft."""
    access.require(db, viewer, "publish", post)
    if post.published_at is None:
        return None
    former = Publication(post.published_at, post.guests_from, post.public_from)
    entries.withdraw(db, viewer, post)
    return former


def publish_as_before(db: Session, viewer: Viewer, post: Post, former: Publication) -> None:
    """Undo a withdrawal: the post is out again as if it had never been away."""
    access.require(db, viewer, "publish", post)
    if post.published_at is not None:
        return
    entries.publish(db, viewer, post)
    post.published_at = former.published_at
    post.guests_from, post.public_from = former.guests_from, former.public_from


def move_draft(db: Session, viewer: Viewer, post: Post, workspace: str) -> None:
    """Let an unpublished post be in another workspace; what hangs on it comes along."""
    target = blog_workspace(db, viewer, workspace)
    if target.id == post.workspace_id:
        return
    access.require(db, viewer, "edit", post)
    if post.published_at is not None:
        raise Invalid({"workspace": "not_valid"})
    post.workspace_id = target.id
    post.guests_from = post.public_from = None
    db.flush()
    db.expire_all()


def choose_image(db: Session, viewer: Viewer, post: Post, chosen: str | None) -> None:
    """Put a picture above the post: the one of that public id, none for "", the first for None.

    None keeps the present one while it is there.
    """
    pictures = around.of_post(db, viewer, post).pictures
    if chosen:
        found = next((picture.id for picture in pictures if picture.public_id == chosen), None)
        if found is None:
            raise Invalid({"image": "not_valid"})
        post.image_id = found
    elif chosen == "":
        post.image_id = None
    elif post.image_id not in {picture.id for picture in pictures}:
        post.image_id = _first(post, pictures)


def _first(post: Post, pictures: Sequence[Picture]) -> int | None:
    """The picture that comes first in the text, else the oldest."""
    end = len(post.body)

    def place(picture: Picture) -> tuple[int, int]:
        at = post.body.find(picture.public_id)
        return at if at >= 0 else end, picture.id

    return min(pictures, key=place).id if pictures else None

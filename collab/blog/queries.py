"""What can be asked about posts. Every statement starts at the access policy."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account
from collab.blog.models import Post
from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.tags.models import EntryTag
from collab.viewer import Viewer
from collab.web.paging import Page, page
from collab.workspaces import access
from collab.workspaces.models import Autosave, EntryAlias, EntryAuthor, Workspace

CARD = (
    Post.id,
    Post.public_id,
    Post.slug,
    Post.title,
    Post.summary,
    Post.lang,
    Post.author_id,
    Post.workspace_id,
    Post.published_at,
    Post.updated_at,
    Post.guests_from,
    Post.public_from,
    Post.version,
    func.length(Post.text).label("length"),
)


def published(viewer: Viewer, *columns: Any) -> Select[Any]:
    """Posts that are out."""
    return access.select_entries(viewer, Post, *columns).where(Post.published_at <= clock.now())


def cards(viewer: Viewer) -> Select[Any]:
    """Rows for lists, with the picture's address parts and the workspace's name."""
    return (
        published(
            viewer,
            *CARD,
            Attachment.public_id.label("image_id"),
            Attachment.name.label("image_name"),
            Attachment.alt.label("image_alt"),
            Attachment.width.label("image_width"),
            Attachment.height.label("image_height"),
            Workspace.slug.label("workspace_slug"),
            Workspace.name.label("workspace_name"),
        )
        .join(Workspace, Workspace.id == Post.workspace_id)
        .outerjoin(Attachment, and_(Attachment.id == Post.image_id, Attachment.deleted_at.is_(None)))
    )


def newest(db: Session, query: Select[Any], cursor: str | None = None, limit: int = 20) -> Page[Row[Any]]:
    """A page of a list of posts, the newest first."""
    return page(db, query, Post.published_at, Post.id, cursor=cursor, limit=limit)


def by_author(query: Select[Any], account_id: int) -> Select[Any]:
    named = select(EntryAuthor.entry_id).where(EntryAuthor.account_id == account_id)
    return query.where(or_(Post.author_id == account_id, Post.id.in_(named)))


def tagged(query: Select[Any], key: str) -> Select[Any]:
    return query.where(Post.id.in_(select(EntryTag.entry_id).where(EntryTag.key == key)))


def drafts(viewer: Viewer) -> Select[Any]:
    """The viewer's drafts and planned posts, the latest first."""
    return (
        access.select_entries(viewer, Post, *CARD)
        .where(or_(Post.published_at.is_(None), Post.published_at > clock.now()))
        .order_by(Post.updated_at.desc(), Post.id.desc())
        .limit(200)
    )


def unsaved(viewer: Viewer) -> Select[Any]:
    """Published posts about which the viewer has unsaved words."""
    return (
        access.select_entries(viewer, Post, *CARD, Autosave.saved_at)
        .join(Autosave, and_(Autosave.entry_id == Post.id, Autosave.account_id == viewer.me))
        .where(or_(Autosave.title != Post.title, Autosave.body != Post.body))
        .order_by(Autosave.saved_at.desc())
        .limit(200)
    )


def authors(db: Session, entry_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """The people whose names stand on entries that the viewer has, in their order."""
    rows = db.execute(
        select(
            EntryAuthor.entry_id,
            Account.id,
            Account.handle,
            Account.name,
            Account.title,
            Account.photo,
            Account.kind,
            Account.public_id,
        )
        .join(Account, Account.id == EntryAuthor.account_id)
        .where(EntryAuthor.entry_id.in_(list(entry_ids)))
        .order_by(EntryAuthor.entry_id, EntryAuthor.position)
    )
    return _grouped(rows)


def tags(db: Session, viewer: Viewer, entry_ids: Iterable[int]) -> dict[int, list[Row[Any]]]:
    """The tags of entries that the viewer has."""
    rows = db.execute(
        access.select_parts(viewer, EntryTag, EntryTag.entry_id, EntryTag.key, EntryTag.name)
        .where(EntryTag.entry_id.in_(list(entry_ids)))
        .order_by(EntryTag.entry_id, EntryTag.position, EntryTag.key)
    )
    return _grouped(rows)


def comment_counts(db: Session, viewer: Viewer, entry_ids: Iterable[int]) -> dict[int, int]:
    """How many comments the viewer sees on each."""
    rows = db.execute(
        access.select_parts(viewer, Comment, Comment.entry_id, func.count())
        .where(Comment.entry_id.in_(list(entry_ids)), Comment.deleted_at.is_(None))
        .group_by(Comment.entry_id)
    )
    return {entry: count for entry, count in rows}


def _grouped(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.entry_id, []).append(row)
    return found


def neighbours(db: Session, viewer: Viewer, post: Post) -> tuple[Row[Any] | None, Row[Any] | None]:
    """The posts before and after this one in its workspace, by time of publishing."""
    if post.published_at is None:
        return None, None
    around = published(viewer, Post.slug, Post.title, Post.id).where(Post.workspace_id == post.workspace_id)
    here = (post.published_at, post.id)
    earlier = or_(Post.published_at < here[0], and_(Post.published_at == here[0], Post.id < here[1]))
    later = or_(Post.published_at > here[0], and_(Post.published_at == here[0], Post.id > here[1]))
    before = db.execute(
        around.where(earlier).order_by(Post.published_at.desc(), Post.id.desc()).limit(1)
    ).first()
    after = db.execute(around.where(later).order_by(Post.published_at, Post.id).limit(1)).first()
    return before, after


def by_old_address(db: Session, viewer: Viewer, address: str) -> str | None:
    """The slug of the post that was once at this address."""
    query = (
        access.select_entries(viewer, Post, Post.slug)
        .join(EntryAlias, EntryAlias.entry_id == Post.id)
        .where(EntryAlias.kind == "post", EntryAlias.address == address.strip("/"))
        .order_by(EntryAlias.id.desc())
        .limit(1)
    )
    found: str | None = db.scalar(query)
    return found


def tag_cloud(viewer: Viewer, limit: int = 40) -> Select[Any]:
    """The most used tags of the posts that the viewer may read: key, name, count."""
    return (
        published(viewer, EntryTag.key, func.min(EntryTag.name).label("name"), func.count().label("count"))
        .join(EntryTag, EntryTag.entry_id == Post.id)
        .group_by(EntryTag.key)
        .order_by(func.count().desc(), EntryTag.key)
        .limit(limit)
    )


def ids(rows: Sequence[Row[Any]]) -> list[int]:
    return [row.id for row in rows]

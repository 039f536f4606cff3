"""What can be asked about posts. Every statement starts at the access policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, defer

from collab import clock
from collab.auth.models import Account, Firm
from collab.blog.models import Post
from collab.files.models import Attachment
from collab.tags.models import EntryTag
from collab.viewer import Viewer
from collab.web import paging
from collab.web.paging import Page
from collab.workspaces import access, circles, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import BLOG, Autosave, Entry, EntryAlias, EntryAuthor, Workspace
from collab.workspaces.watching import watched

#: A statement of any columns.
Rows = Select[*tuple[Any, ...]]

#: The id as the indexes of ``entry`` have it.
OWN_ID: Any = Entry.__table__.c.id
CARD = (
    Post.id,
    Post.public_id,
    Post.slug,
    Post.title,
    Post.summary,
    Post.lang,
    Post.author_id,
    Post.workspace_id,
    Post.created_at,
    Post.published_at,
    Post.updated_at,
    Post.guests_from,
    Post.public_from,
    Post.version,
    Post.letters.label("length"),
)


def _place(viewer: Viewer) -> tuple[Any, ...]:
    """Where a post is for the viewer, as columns."""
    visibility = whereabouts.of(viewer, Workspace.visibility, Post, "workspace_visibility")
    return (whereabouts.address(viewer, Post), *whereabouts.columns(viewer, Post), visibility)


def published(viewer: Viewer, *columns: Any) -> Select[Any]:
    """Posts that are out."""
    query = access.select_entries(viewer, Post, *columns).select_from(Post)
    return query.where(Post.published_at <= access.NOW)


def cards(viewer: Viewer) -> Select[Any]:
    """Rows for lists, with the picture's address parts and the workspace's name."""
    return (
        published(
            viewer,
            *CARD,
            *_place(viewer),
            Attachment.public_id.label("image_id"),
            Attachment.name.label("image_name"),
        )
        .join(Workspace, Workspace.id == Post.workspace_id)
        .outerjoin(Attachment, and_(Attachment.id == Post.image_id, Attachment.deleted_at.is_(None)))
    )


def newest(
    db: Session, viewer: Viewer, cursor: str | None = None, limit: int = 20, **only: object
) -> Page[Row[Any]]:
    """A page of the posts that are out, the newest first; ``only`` as in ``NARROWED``."""
    asked = paging.values(Post.published_at, cursor, limit)
    rows = ask(db, viewer, _newest, bool(cursor), *sorted(only), **asked, **only).all()
    return paging.cut(rows, limit)


def _newest(viewer: Viewer, after: bool, *only: str) -> Select[Any]:
    found = _in_known(viewer, narrowed(cards(viewer), *only), *only)
    return paging.ordered(found, Post.published_at, OWN_ID, after=after)


def narrowed(query: Select[Any], *only: str) -> Select[Any]:
    """A list of posts with conditions of ``NARROWED``, whose parameters have the same names.

    The kind is asked of ``entry``, whose index has kind, time and id in this order.
    """
    return query.where(Post.kind == "post", *(NARROWED[name] for name in only))


def _in_known(viewer: Viewer, query: Select[Any], *only: str) -> Select[Any]:
    """Whoever does not know where a post is does not find it there either."""
    return query.where(whereabouts.known(viewer, Post)) if "workspace" in only else query


_by_handle = select(EntryAuthor.entry_id).join(Account, Account.id == EntryAuthor.account_id)
#: What a list of posts can be narrowed to: an author's id or handle, a tag's key, a workspace's slug.
NARROWED = {
    "author": Post.id.in_(select(EntryAuthor.entry_id).where(EntryAuthor.account_id == parameter("author"))),
    "handle": Post.id.in_(_by_handle.where(Account.handle == parameter("handle"))),
    "tag": Post.id.in_(select(EntryTag.entry_id).where(EntryTag.key == parameter("tag"))),
    "workspace": Post.workspace_id.in_(select(Workspace.id).where(Workspace.slug == parameter("workspace"))),
}


def drafts(viewer: Viewer) -> Select[Any]:
    """The viewer's drafts and planned posts, the latest first."""
    return (
        access.select_entries(viewer, Post, *CARD, *_place(viewer))
        .join(Workspace, Workspace.id == Post.workspace_id)
        .where(or_(Post.published_at.is_(None), Post.published_at > clock.now()))
        .order_by(Post.updated_at.desc(), Post.id.desc())
        .limit(200)
    )


def unsaved(viewer: Viewer) -> Select[Any]:
    """Posts about which the viewer has unsaved words beside what they say."""
    return (
        access.select_entries(viewer, Post, *CARD, *_place(viewer), Autosave.saved_at)
        .join(Workspace, Workspace.id == Post.workspace_id)
        .join(Autosave, and_(Autosave.entry_id == Post.id, Autosave.account_id == viewer.me))
        .where(or_(Autosave.title != Post.title, Autosave.body != Post.body))
        .order_by(Autosave.saved_at.desc())
        .limit(200)
    )


# One post ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A post, where it is (if the viewer may know), the viewer's unsaved words about it, and whether it is watched."""

    post: Post
    known: bool
    place: Workspace
    unsaved: Autosave | None
    watched: bool


def at(db: Session, viewer: Viewer, slug: str) -> Found | None:
    """The post at an address; None for hidden and missing alike."""
    row = ask(db, viewer, _at, slug=slug).first()
    return Found(row[0], row[1], row[2], row[3], row[4]) if row else None


def _at(viewer: Viewer) -> Select[Any]:
    return (
        access.select_entries(
            viewer, Post, Post, whereabouts.known(viewer, Post), Workspace, Autosave, watched(viewer, Post)
        )
        .select_from(Post)
        .join(Workspace, Workspace.id == Post.workspace_id)
        .outerjoin(Autosave, and_(Autosave.entry_id == Post.id, Autosave.account_id == viewer.me))
        .where(Post.slug == parameter("slug"))
        .options(defer(Post.text))
    )


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


def begun_with(db: Session, viewer: Viewer, slug: str) -> Post | None:
    """The viewer's own post that began as the draft ``slug``."""
    former = select(EntryAlias.entry_id).where(EntryAlias.kind == "post", EntryAlias.address == slug)
    query = access.select_entries(viewer, Post).where(
        Post.author_id == viewer.me, or_(Post.slug == slug, Post.id.in_(former))
    )
    return db.scalars(query).first()


def places(viewer: Viewer) -> Rows:
    """Where the viewer may write, the company blog first."""
    return (
        select(Workspace.slug, Workspace.name, Workspace.id)
        .where(circles.writable(viewer))
        .order_by((Workspace.slug != BLOG), Workspace.name)
        .limit(200)
    )


# People and tags ---------------------------------------------------------------------------------


def writers(viewer: Viewer, limit: int = 500) -> Select[Any]:
    """Who wrote the posts that the viewer may read, the busiest first, with their number of posts."""
    count = func.count(EntryAuthor.entry_id)
    return (
        published(
            viewer,
            Account.handle,
            Account.name,
            Account.title,
            Account.photo,
            Account.kind,
            Firm.name.label("firm_name"),
            count.label("count"),
            func.max(Post.published_at).label("latest"),
        )
        .join(EntryAuthor, EntryAuthor.entry_id == Post.id)
        .join(Account, Account.id == EntryAuthor.account_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .group_by(Account.id, Firm.name)
        .order_by(count.desc(), Account.name)
        .limit(limit)
    )


def writer(db: Session, viewer: Viewer, handle: str) -> Row[Any] | None:
    """The person with the handle, if the viewer knows of them or reads something of theirs."""
    read = published(viewer, EntryAuthor.account_id).join(EntryAuthor, EntryAuthor.entry_id == Post.id)
    query = (
        select(
            Account.id,
            Account.handle,
            Account.name,
            Account.title,
            Account.location,
            Account.photo,
            Account.kind,
            Firm.name.label("firm_name"),
        )
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Account.handle == handle, or_(access.people(viewer), Account.id.in_(read)))
        .execution_options(policy=True)
    )
    found: Row[Any] | None = db.execute(query).first()  # type: ignore[assignment] # eight columns
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


def tag_name(db: Session, viewer: Viewer, key: str) -> str | None:
    """How a tag of a post that the viewer may read is spelt."""
    query = (
        published(viewer, EntryTag.name)
        .join(EntryTag, EntryTag.entry_id == Post.id)
        .where(EntryTag.key == key)
        .order_by(Post.published_at.desc())
        .limit(1)
    )
    found: str | None = db.scalar(query)
    return found


def ids(rows: Sequence[Row[Any]]) -> list[int]:
    return [row.id for row in rows]

"""What stands around posts: names, tags, pictures, neighbours and numbers, in one statement each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, String, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from collab.auth.models import Account, Firm
from collab.blog import queries
from collab.blog.models import Post
from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.reactions.models import Reaction
from collab.tags.models import EntryTag
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import EntryAuthor

_NONE = cast(null(), String)


@dataclass(frozen=True)
class Person:
    """A name under a post; it leads to what else the person wrote. ``photo`` is a hash."""

    handle: str
    name: str
    kind: str = "employee"
    firm_name: str = ""
    photo: str | None = None

    @property
    def url(self) -> str:
        return f"/blog/authors/{self.handle}"


@dataclass(frozen=True)
class Tag:
    """A word under a post."""

    key: str
    name: str


@dataclass(frozen=True)
class Picture:
    """A picture that may stand in the post. ``id`` is for our own use only."""

    id: int
    public_id: str
    name: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class Neighbour:
    """The post before or after."""

    title: str
    lang: str
    url: str


@dataclass
class Around:
    """What there is around one post."""

    authors: list[Person] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    older: Neighbour | None = None
    newer: Neighbour | None = None

    def add(self, row: Row[Any]) -> None:
        """Take in a row of the statement, whatever it is."""
        if row.what == "author":
            self.authors.append(Person(row.key, row.name, row.a, row.c or "", row.b))
        elif row.what == "tag":
            self.tags.append(Tag(row.key, row.name))
        elif row.what == "picture":
            size = int(row.b), int(row.c)
            self.pictures.append(Picture(row.position, row.key, row.name, row.a, *size))
        else:
            setattr(self, row.what, Neighbour(row.name, row.a, f"/blog/{row.key}"))


def _names(ids: Sequence[int]) -> queries.Rows:
    """The people whose names stand on entries that the viewer has."""
    return (
        select(
            literal("author").label("what"),
            EntryAuthor.entry_id,
            EntryAuthor.position,
            Account.handle.label("key"),
            Account.name.label("name"),
            Account.kind.label("a"),
            Account.photo.label("b"),
            Firm.name.label("c"),
        )
        .join(Account, Account.id == EntryAuthor.account_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(EntryAuthor.entry_id.in_(ids))
    )


def _tags(viewer: Viewer, ids: Sequence[int]) -> queries.Rows:
    columns = (EntryTag.entry_id, EntryTag.position, EntryTag.key, EntryTag.name, _NONE, _NONE, _NONE)
    query = access.select_parts(viewer, EntryTag, literal("tag"), *columns)
    return query.where(EntryTag.entry_id.in_(ids))


def _pictures(viewer: Viewer, ids: Sequence[int]) -> queries.Rows:
    columns = (Attachment.entry_id, Attachment.id, Attachment.public_id, Attachment.name, Attachment.alt)
    size = cast(Attachment.width, String), cast(Attachment.height, String)
    return access.select_parts(viewer, Attachment, literal("picture"), *columns, *size).where(
        Attachment.entry_id.in_(ids),
        Attachment.width.is_not(None),
        Attachment.with_comment.is_(False),
        Attachment.deleted_at.is_(None),
    )


def _neighbour(viewer: Viewer, post: Post, what: str) -> queries.Rows:
    """The post before or after this one in its workspace, by time of publishing."""
    columns = (literal(what), literal(post.id), literal(0), Post.slug, Post.title, Post.lang, _NONE, _NONE)
    query = queries.published(viewer, *columns).where(Post.workspace_id == post.workspace_id)
    at, same = post.published_at, Post.published_at == post.published_at
    if what == "older":
        query = query.where(or_(Post.published_at < at, same & (Post.id < post.id)))
        query = query.order_by(Post.published_at.desc(), Post.id.desc())
    else:
        query = query.where(or_(Post.published_at > at, same & (Post.id > post.id)))
        query = query.order_by(Post.published_at, Post.id)
    return select(*query.limit(1).subquery().c)


def of_post(db: Session, viewer: Viewer, post: Post) -> Around:
    """All there is around one post that the viewer has."""
    ids = [post.id]
    parts = [_names(ids), _tags(viewer, ids), _pictures(viewer, ids)]
    if post.published_at is not None:
        parts += [_neighbour(viewer, post, "older"), _neighbour(viewer, post, "newer")]
    return _sorted(db, ids, parts)[post.id]


def of_posts(db: Session, viewer: Viewer, ids: Sequence[int], *, tags: bool = False) -> dict[int, Around]:
    """Names, and tags if wanted, of posts that the viewer has."""
    if not ids:
        return {}
    return _sorted(db, ids, [_names(ids), _tags(viewer, ids)] if tags else [_names(ids)])


def _sorted(db: Session, ids: Sequence[int], parts: Sequence[queries.Rows]) -> dict[int, Around]:
    query = union_all(*parts).order_by("entry_id", "position", "key").execution_options(policy=True)
    found = {entry: Around() for entry in ids}
    for row in db.execute(query):
        found[row.entry_id].add(row)
    return found


def counts(db: Session, viewer: Viewer, ids: Iterable[int]) -> dict[tuple[str, int], int]:
    """How many ("comments", post) and ("reactions", post) the viewer sees."""
    wanted = list(ids)
    if not wanted:
        return {}
    comments = (
        access.select_parts(
            viewer, Comment, literal("comments").label("what"), Comment.entry_id, func.count()
        )
        .where(Comment.entry_id.in_(wanted), Comment.deleted_at.is_(None))
        .group_by(Comment.entry_id)
    )
    reactions = (
        access.select_parts(viewer, Reaction, literal("reactions"), Reaction.entry_id, func.count())
        .where(Reaction.entry_id.in_(wanted))
        .group_by(Reaction.entry_id)
    )
    rows = db.execute(union_all(comments, reactions).execution_options(policy=True))
    return {(what, entry): number for what, entry, number in rows}

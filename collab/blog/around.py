"""What stands around posts: names, tags, pictures, neighbours and numbers, in one statement each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Integer, Row, String, case, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from collab.auth.models import Account, Firm
from collab.blog import queries
from collab.blog.models import Post
from collab.comments.models import Comment
from collab.files import addresses
from collab.files.models import Attachment, AttachmentText
from collab.files.present import about
from collab.files.preview.kinds import by_name
from collab.reactions.models import Reaction
from collab.tags.models import EntryTag
from collab.viewer import Viewer
from collab.workspaces import access, members
from collab.workspaces.asking import ask, parameter
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
    former: bool = False

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
class Download:
    """A file on the post that is no picture. ``size`` is in bytes, ``state`` says how it was read."""

    public_id: str
    title: str
    entry_public_id: str
    size: int
    state: str = ""
    icon: str = "file"

    @property
    def name(self) -> str:
        return self.title

    @property
    def url(self) -> str:
        found = addresses.preview if by_name(self.title) else addresses.address
        return found(self.entry_public_id, self)

    @property
    def text(self) -> str:
        return about(self.size, self.state)


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
    files: list[Download] = field(default_factory=list)
    older: Neighbour | None = None
    newer: Neighbour | None = None

    def add(self, row: Row[Any]) -> None:
        """Take in a row of the statement, whatever it is."""
        if row.what == "author":
            former = row.a == "former"
            kind = "guest" if former else row.a
            self.authors.append(Person(row.key, row.name, kind, row.c or "", row.b, former))
        elif row.what == "tag":
            self.tags.append(Tag(row.key, row.name))
        elif row.what == "picture":
            size = int(row.b), int(row.c)
            self.pictures.append(Picture(row.position, row.key, row.name, row.a, *size))
        elif row.what == "file":
            file = Download(row.key, row.name, row.a, int(row.b), row.c or "")
            self.files.append(file)
        else:
            setattr(self, row.what, Neighbour(row.name, row.a, f"/blog/{row.key}"))


#: The posts that a statement is about.
_IDS = parameter("ids", many=True)


def _names() -> queries.Rows:
    """The people whose names stand on entries that the viewer has."""
    return (
        select(
            literal("author").label("what"),
            EntryAuthor.entry_id,
            EntryAuthor.position,
            Account.handle.label("key"),
            Account.name.label("name"),
            case((members.FORMER, "former"), else_=Account.kind).label("a"),
            Account.photo.label("b"),
            Firm.name.label("c"),
        )
        .join(Account, Account.id == EntryAuthor.account_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(EntryAuthor.entry_id.in_(_IDS))
    )


def _tags(viewer: Viewer) -> queries.Rows:
    columns = (EntryTag.entry_id, EntryTag.position, EntryTag.key, EntryTag.name, _NONE, _NONE, _NONE)
    query = access.select_parts(viewer, EntryTag, literal("tag"), *columns)
    return query.where(EntryTag.entry_id.in_(_IDS))


def _pictures(viewer: Viewer) -> queries.Rows:
    columns = (Attachment.entry_id, Attachment.id, Attachment.public_id, Attachment.name, Attachment.alt)
    size = cast(Attachment.width, String), cast(Attachment.height, String)
    return access.select_parts(viewer, Attachment, literal("picture"), *columns, *size).where(
        Attachment.entry_id.in_(_IDS),
        Attachment.width.is_not(None),
        Attachment.with_comment.is_(False),
        Attachment.deleted_at.is_(None),
    )


def _files(viewer: Viewer) -> queries.Rows:
    columns = (Attachment.entry_id, Attachment.id, Attachment.public_id, Attachment.name)
    more = parameter("public_id", String), cast(Attachment.size, String), AttachmentText.state
    return (
        access.select_parts(viewer, Attachment, literal("file"), *columns, *more)
        .outerjoin(AttachmentText, AttachmentText.attachment_id == Attachment.id)
        .where(
            Attachment.entry_id.in_(_IDS),
            Attachment.width.is_(None),
            Attachment.with_comment.is_(False),
            Attachment.deleted_at.is_(None),
        )
    )


def _neighbour(viewer: Viewer, what: str) -> queries.Rows:
    """The post before or after this one in its workspace, by time of publishing.

    Asked so that the database finds it beside this one in the index, and reads no other.
    """
    here, place, moment = parameter("here", Integer), parameter("place"), parameter("moment")
    columns = (literal(what), here, literal(0), Post.slug, Post.title, Post.lang, _NONE, _NONE)
    query = queries.published(viewer, *columns).where(Post.kind == "post", Post.workspace_id == place)
    at, own = Post.published_at, queries.OWN_ID
    if what == "older":
        query = query.where(at <= moment, or_(at < moment, own < here)).order_by(at.desc(), own.desc())
    else:
        query = query.where(at >= moment, or_(at > moment, own > here)).order_by(at, own)
    return select(*query.limit(1).subquery().c)


def of_post(db: Session, viewer: Viewer, post: Post) -> Around:
    """All there is around one post that the viewer has."""
    asked = {"here": post.id, "place": post.workspace_id, "moment": post.published_at}
    out = post.published_at is not None
    rows = ask(db, viewer, _of_post, out, ids=[post.id], public_id=post.public_id, **asked)
    return by_post(rows, [post.id])[post.id]


def _of_post(viewer: Viewer, out: bool) -> Any:
    parts = [_names(), _tags(viewer), _pictures(viewer), _files(viewer)]
    if out:
        parts += [_neighbour(viewer, "older"), _neighbour(viewer, "newer")]
    return _together(parts)


def of_posts(db: Session, viewer: Viewer, ids: Sequence[int], *, tags: bool = False) -> dict[int, Around]:
    """Names, and tags if wanted, of posts that the viewer has."""
    return by_post(rows(db, viewer, ids, tags=tags), ids)


def rows(db: Session, viewer: Viewer, ids: Sequence[int], *, tags: bool = False) -> Sequence[Row[Any]]:
    """The same as rows, for ``by_post``."""
    return ask(db, viewer, _of_posts, tags, ids=ids).all() if ids else []


def _of_posts(viewer: Viewer, tags: bool) -> Any:
    return _together([_names(), _tags(viewer)] if tags else [_names()])


def _together(parts: Sequence[queries.Rows]) -> Any:
    return union_all(*parts).order_by("entry_id", "position", "key").execution_options(policy=True)


def by_post(rows: Iterable[Row[Any]], ids: Sequence[int]) -> dict[int, Around]:
    """What stands around each of the posts."""
    found = {entry: Around() for entry in ids}
    for row in rows:
        found[row.entry_id].add(row)
    return found


def counts(db: Session, viewer: Viewer, ids: Iterable[int]) -> dict[tuple[str, int], int]:
    """How many ("comments", post) and ("reactions", post) the viewer sees."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {(what, entry): number for what, entry, number in ask(db, viewer, _counts, ids=wanted)}


def _counts(viewer: Viewer) -> Any:
    comments = (
        access.select_parts(
            viewer, Comment, literal("comments").label("what"), Comment.entry_id, func.count()
        )
        .where(Comment.entry_id.in_(_IDS), Comment.deleted_at.is_(None))
        .group_by(Comment.entry_id)
    )
    reactions = (
        access.select_parts(viewer, Reaction, literal("reactions"), Reaction.entry_id, func.count())
        .where(Reaction.entry_id.in_(_IDS))
        .group_by(Reaction.entry_id)
    )
    return union_all(comments, reactions).execution_options(policy=True)

"""Workspaces, who belongs to them, and the entries that live in them."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import Select

from collab.db import Base, new_public_id

BLOG = "blog"  # the slug of the company blog, the workspace that always exists
#: Who sees a workspace -> the ways of coming in that fit it, the easiest first.
JOINING = {"open": ("free", "ask", "invited"), "closed": ("ask", "invited"), "secret": ("invited",)}


def _easiest(row: DefaultExecutionContext) -> str:
    """The way of coming in, of a row to be, that fits who sees the workspace."""
    given: dict[str, str] = row.get_current_parameters()  # type: ignore[no-untyped-call]
    return JOINING[given.get("visibility", "open")][0]


class Workspace(Base):
    """A place with its own readers.

    ``everyone_writes``: every employee contributes without being a member (the company
    blog). ``allows_public``: entries may be shown to the whole world. ``clean_room``:
    guests of different firms do not notice each other. ``sections`` are the lists that it has, of
    ``kinds.Kind.section``; what is in one that is switched off can still be found and read.
    ``joining``: employees come in "free", after they "ask", or only when "invited", and who comes is
    what ``joins_as`` says. ``picture`` is the hash of a square picture in the storage. ``quota_mb``:
    so many megabytes its files may hold, None for no limit.
    """

    __tablename__ = "workspace"
    __table_args__ = (
        CheckConstraint("visibility IN ('open', 'closed', 'secret')", name="visibility"),
        CheckConstraint("NOT (clean_room AND allows_public)", name="clean_room_is_not_public"),
        CheckConstraint("NOT everyone_writes OR visibility = 'open'", name="everyone_writes_in_open"),
        CheckConstraint(
            "joining = 'invited' OR (joining = 'ask' AND visibility <> 'secret')"
            " OR (joining = 'free' AND visibility = 'open')",
            name="joining",
        ),
        CheckConstraint("joins_as IN ('contributor', 'reader')", name="joins_as"),
        # The policy asks at each statement which are open, and which may show something to the world.
        Index("ix_workspace_visibility", "visibility", "id"),
        Index("ix_workspace_public", "allows_public", "clean_room", "id"),
        Index("ix_workspace_clean_room", "clean_room", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="")
    visibility: Mapped[str] = mapped_column(default="open")
    joining: Mapped[str] = mapped_column(default=_easiest)
    joins_as: Mapped[str] = mapped_column(default="contributor")
    clean_room: Mapped[bool] = mapped_column(default=False)
    allows_public: Mapped[bool] = mapped_column(default=False)
    everyone_writes: Mapped[bool] = mapped_column(default=False)
    sections: Mapped[list[str]] = mapped_column(JSON, default=lambda: ["pages"])
    picture: Mapped[str | None]
    picture_alt: Mapped[str] = mapped_column(default="")
    quota_mb: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class WorkspaceTemplate(Base):
    """What an owner offers for others to begin with: what is chosen, and texts to start with.

    ``settings`` are ``visibility``, ``joining``, ``joins_as``, ``sections`` and ``clean_room``; ``starters``
    are ``kind``, ``title`` and ``body`` as they were when the owner said that every employee may take
    them. It names nobody who belongs to the workspace, and goes on when that is archived.
    """

    __tablename__ = "workspace_template"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), unique=True)
    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    starters: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    offered_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    offered_at: Mapped[datetime]


class Membership(Base):
    """A person's role in a workspace, until ``ends_at`` if there is one.

    ``origin``: given by ``hand``, or by the person's ``groups``; only the latter go when the groups go.
    """

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("workspace_id", "account_id"),
        CheckConstraint("role IN ('owner', 'contributor', 'reader')", name="role"),
        CheckConstraint("origin IN ('hand', 'groups')", name="origin"),
        Index("ix_membership_account", "account_id", "workspace_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str]
    origin: Mapped[str] = mapped_column(default="hand")
    ends_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class GroupRole(Base):
    """Everybody in the group has this role in the workspace."""

    __tablename__ = "workspace_group"
    __table_args__ = (CheckConstraint("role IN ('contributor', 'reader')", name="role"),)

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("account_group.id"), primary_key=True, index=True)
    role: Mapped[str]
    created_at: Mapped[datetime]


class JoinRequest(Base):
    """An employee's wish to join a closed workspace, until an owner answers it."""

    __tablename__ = "join_request"
    __table_args__ = (UniqueConstraint("workspace_id", "account_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    message: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


def part_of_entry() -> ForeignKeyConstraint:
    """The key of what hangs on an entry: it cannot be in another workspace than its entry."""
    return ForeignKeyConstraint(
        ["workspace_id", "entry_id"],
        ["entry.workspace_id", "entry.id"],
        onupdate="CASCADE",
        ondelete="CASCADE",
    )


class Entry(Base):
    """Something people wrote: a post, a page, … in exactly one workspace.

    ``body`` is Markdown as written; ``html`` (safe), ``text``, ``summary`` (plain), ``letters`` (of ``text``)
    are made from it by ``collab.text`` at each write, and ``lang`` unless it is ``lang_chosen``. ``version``
    counts changes and is what an editor must have read. ``address`` is the path of its page, kept by its
    kind. Staff know first: ``published_at <= guests_from <= public_from``. ``due_on`` is the day by which
    something is owed (a task done, an idea answered, a page looked through) until it is ``settled_at``.
    ``of_comment``: it was made from a comment, perhaps a hidden one.
    """

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("guests_from >= published_at", name="staff_before_guests"),
        CheckConstraint("public_from >= guests_from", name="guests_before_public"),
        CheckConstraint("public_from IS NULL OR guests_from IS NOT NULL", name="public_includes_guests"),
        UniqueConstraint("workspace_id", "id"),
        Index("ix_entry_kind_published", "kind", "published_at", "id"),
        Index("ix_entry_workspace", "workspace_id", "kind", "published_at"),
        Index("ix_entry_updated", "updated_at"),
        Index("ix_entry_place_updated", "workspace_id", "updated_at"),
        Index("ix_entry_author", "author_id", "published_at"),
        Index("ix_entry_due", "workspace_id", "due_on"),
        {"sqlite_autoincrement": True},
    )
    #: Who may change an entry of this kind: its "authors", or every "contributor".
    edited_by: ClassVar[str] = "authors"
    #: Its page marks the passages that comments are about (``comments.section.with_passages``).
    has_passages: ClassVar[bool] = False

    #: What is said about it is the thing itself: settling it closes it, and everybody's place in it is kept.
    is_talk: ClassVar[bool] = False

    def below(self) -> Select[int] | None:
        """The ids of what stands below, for statements that begin at the policy; None for kinds without a tree."""
        return None

    def above(self) -> Select[int] | None:
        """... of what stands above it, whose names are part of its address."""
        return None

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    kind: Mapped[str]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"))
    address: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    # Long texts stand behind everything else in a row: lists need not read past them.
    body: Mapped[str] = mapped_column(Text, default="", sort_order=100)
    html: Mapped[str] = mapped_column(Text, default="", sort_order=101)
    text: Mapped[str] = mapped_column(Text, default="", sort_order=102)
    letters: Mapped[int] = mapped_column(default=0)
    summary: Mapped[str] = mapped_column(default="")
    rules: Mapped[str] = mapped_column(default="")
    lang: Mapped[str] = mapped_column(default="")
    lang_chosen: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    guests_from: Mapped[datetime | None]
    public_from: Mapped[datetime | None]
    due_on: Mapped[date | None]
    settled_at: Mapped[datetime | None]
    of_comment: Mapped[bool] = mapped_column(default=False)
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 - SQLAlchemy reads it from the class


class EntryGrant(Base):
    """One entry, shared until ``ends_at`` with one guest or with all guests of one firm.

    It needs no membership, and gives no right to anything but this entry and what hangs on it.
    """

    __tablename__ = "entry_grant"
    __table_args__ = (
        part_of_entry(),
        CheckConstraint("(account_id IS NULL) <> (firm_id IS NULL)", name="guest_or_firm"),
        UniqueConstraint("entry_id", "account_id"),
        UniqueConstraint("entry_id", "firm_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    workspace_id: Mapped[int]
    entry_id: Mapped[int] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firm.id"), index=True)
    may_comment: Mapped[bool] = mapped_column(default=True)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ends_at: Mapped[datetime]
    created_at: Mapped[datetime]


class ShareLink(Base):
    """An address under which one entry is read without an account, until ``ends_at``.

    ``token_hash`` is the SHA-256 of what stands in the address; ``password_hash`` (argon2id) may be
    asked for beside it. It works as long as who made it is an active employee.
    """

    __tablename__ = "share_link"
    __table_args__ = (part_of_entry(), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    workspace_id: Mapped[int]
    entry_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str | None]
    may_comment: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    ends_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class LinkVisitor(Base):
    """A name under which somebody who came by a link has written."""

    __tablename__ = "link_visitor"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("share_link.id"), index=True)


class EntryAuthor(Base):
    """Somebody whose name stands on an entry; the first author is among them."""

    __tablename__ = "entry_author"
    __table_args__ = (Index("ix_entry_author_account", "account_id", "entry_id"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class Part:
    """A mark for tables whose rows belong to an entry (comments, files, tags, revisions …).

    A part has ``workspace_id``, ``entry_id`` and, where somebody made it, ``author_id``.
    ``inside`` parts are for those who belong there, not for the public that reads the entry.
    ``spoken`` ones are among them what people say to each other: also for those who came by a link
    that lets them comment. ``tally`` is the name under which they are counted, beside the title of
    an entry with which they come along.
    """

    inside = True
    spoken = False
    tally = ""

    entry_id: Mapped[int]
    workspace_id: Mapped[int]


class Revision(Part, Base):
    """What an entry said up to and including ``number`` = the entry's version at that time."""

    __tablename__ = "revision"
    __table_args__ = (part_of_entry(), UniqueConstraint("entry_id", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int]
    entry_id: Mapped[int]
    number: Mapped[int]
    title: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class EntryAlias(Part, Base):
    """A former address of an entry. ``address`` is the kind's own path, without a slash before it."""

    __tablename__ = "entry_alias"
    __table_args__ = (
        part_of_entry(),
        Index("ix_entry_alias_address", "kind", "address", "workspace_id"),
        {"sqlite_autoincrement": True},
    )
    inside = False

    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int]
    entry_id: Mapped[int]
    kind: Mapped[str]
    address: Mapped[str]


class Autosave(Base):
    """Unsaved words of one person about one published entry; the entry itself is untouched."""

    __tablename__ = "autosave"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    base_version: Mapped[int]
    saved_at: Mapped[datetime]

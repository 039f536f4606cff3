"""Tables about people and how they sign in."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from collab.db import Base, new_public_id


class Firm(Base):
    """An outside company that guests belong to."""

    __tablename__ = "firm"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(unique=True)
    domains: Mapped[list[str]] = mapped_column(default=list)
    #: Its leads may propose colleagues as guests; the sponsor decides.
    lead_invites: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class Account(Base):
    """A person. How the person signs in hangs on it; the address is contact data.

    ``locked`` accounts stand for people whom an import met: they cannot sign in and get
    no mail. A guest's ``ends_at`` is the moment from which the account reads nothing.
    ``email_key`` is set only for an address that is proven (by its holder, an administrator, or
    a provider trusted with its domain): nobody can wait with a stranger's address for its owner.

    A guest has a ``sponsor``, the employee who answers for the guest until ``ends_at``;
    ``end_reason`` says why it ended or will, where that is not just the date. A guest who is the
    ``is_lead`` of the firm may propose colleagues. A ``visitor`` is a name that somebody without an
    account gave who came by a link: always locked, seen only beside what that person wrote.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind IN ('employee', 'guest', 'visitor')", name="kind"),
        CheckConstraint("status IN ('active', 'suspended', 'locked')", name="status"),
        CheckConstraint("kind <> 'visitor' OR status = 'locked'", name="visitors_are_locked"),
        CheckConstraint("NOT is_admin OR kind = 'employee'", name="admin_is_employee"),
        CheckConstraint("kind = 'guest' OR sponsor_id IS NULL", name="only_guests_have_a_sponsor"),
        CheckConstraint("kind = 'guest' OR NOT is_lead", name="only_guests_lead_a_firm"),
        CheckConstraint("kind = 'guest' OR firm_id IS NULL", name="only_guests_have_a_firm"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    handle: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default="employee")
    status: Mapped[str] = mapped_column(default="active")
    is_admin: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str] = mapped_column(index=True)
    email: Mapped[str | None]
    email_key: Mapped[str | None] = mapped_column(unique=True)
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firm.id"), index=True)
    sponsor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    is_lead: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    bio: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="")
    photo: Mapped[str | None]
    ends_at: Mapped[datetime | None] = mapped_column(index=True)
    end_reason: Mapped[str] = mapped_column(default="")
    anonymised_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    last_visit_at: Mapped[datetime | None]

    firm: Mapped[Firm | None] = relationship(lazy="raise_on_sql")


class Password(Base):
    """The argon2id hash of an account's password."""

    __tablename__ = "password"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    hash: Mapped[str]
    changed_at: Mapped[datetime]


class SignInSession(Base):
    """One signed-in browser. The cookie holds a random token, the row its SHA-256.

    ``amr`` says how the person proved who they are (RFC 8176: ``pwd``, ``otp``, ``hwk``, ``fed`` …) and
    ``authenticated_at`` when they last did. ``op_sid`` is the provider's own name of the session
    (OpenID Connect Back-Channel Logout 1.0, section 2.1) and ``id_token`` what it is told at sign-out,
    sealed. While ``looking_as_id`` is set, a sponsor sees what that guest sees, and changes nothing.
    """

    __tablename__ = "session"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str] = mapped_column(default="")
    authenticated_at: Mapped[datetime]
    amr: Mapped[list[str]] = mapped_column(default=list)
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id"), index=True)
    op_sid: Mapped[str | None]
    id_token: Mapped[str | None]
    looking_as_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ip: Mapped[str] = mapped_column(default="")
    user_agent: Mapped[str] = mapped_column(default="")


class ApiToken(Base):
    """A token that acts for an account: for the API, or as the key in a feed's address."""

    __tablename__ = "api_token"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str]
    scopes: Mapped[list[str]]
    #: The one address that a feed's key opens; none: the blog's feeds.
    opens: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class OneTimeToken(Base):
    """What a mailed link or a page may be used for once. The row keeps the token's SHA-256."""

    __tablename__ = "one_time_token"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Group(Base):
    """Accounts that are named together, and who says which: ``managed_by``.

    ``local`` groups are kept by administrators, ``scim`` ones by the company's provisioning and
    ``provider:<name>`` ones by the groups claim of a sign-in provider. Nobody else changes them.
    """

    __tablename__ = "account_group"
    __table_args__ = (UniqueConstraint("managed_by", "name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    name: Mapped[str]
    managed_by: Mapped[str] = mapped_column(default="local")
    created_at: Mapped[datetime]


class GroupMember(Base):
    """An account in a group."""

    __tablename__ = "group_member"

    group_id: Mapped[int] = mapped_column(ForeignKey("account_group.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)


class Throttle(Base):
    """How often something was tried by ``key`` within the window that began at ``since``."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]

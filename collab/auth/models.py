"""Tables about people and how they sign in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
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
    created_at: Mapped[datetime]


class Account(Base):
    """A person. How the person signs in hangs on it; the address is contact data.

    ``locked`` accounts stand for people whom an import met: they cannot sign in and get
    no mail. A guest's ``ends_at`` is the moment from which the account reads nothing.
    """

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint("kind IN ('employee', 'guest')", name="kind"),
        CheckConstraint("status IN ('active', 'suspended', 'locked')", name="status"),
        CheckConstraint("NOT (is_admin AND kind = 'guest')", name="admin_is_employee"),
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
    title: Mapped[str] = mapped_column(default="")
    location: Mapped[str] = mapped_column(default="")
    bio: Mapped[str] = mapped_column(default="")
    timezone: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="")
    photo: Mapped[str | None]
    ends_at: Mapped[datetime | None]
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
    """One signed-in browser. The cookie holds a random token, the row its SHA-256."""

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
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Throttle(Base):
    """How often something was tried by ``key`` within the window that began at ``since``."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    count: Mapped[int]

"""Tables about signing in through another provider."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base, new_public_id


class SignInProvider(Base):
    """Somebody else's sign-in that Collab believes, and how far.

    ``issuer`` is compared as an exact string (OpenID Connect Core, 3.1.3.7). ``client_secret`` is
    sealed. ``email_trust``: ``none`` believes no address, ``claim`` those that the provider calls
    verified, ``domains`` those in ``domains``. Providers of the settings file are ``managed_by`` it.
    ``endpoints`` is for plain OAuth 2 providers, which publish no metadata.
    """

    __tablename__ = "sign_in_provider"
    __table_args__ = (
        CheckConstraint("kind IN ('openid', 'oauth2')", name="kind"),
        CheckConstraint("audience IN ('employees', 'guests')", name="audience"),
        CheckConstraint("email_trust IN ('none', 'claim', 'domains')", name="email_trust"),
        CheckConstraint("managed_by IN ('file', 'admin')", name="managed_by"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    kind: Mapped[str] = mapped_column(default="openid")
    issuer: Mapped[str] = mapped_column(unique=True)
    client_id: Mapped[str]
    client_secret: Mapped[str] = mapped_column(default="")
    scopes: Mapped[str] = mapped_column(default="openid profile email")
    endpoints: Mapped[dict[str, Any]] = mapped_column(default=dict)
    audience: Mapped[str] = mapped_column(default="employees")
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firm.id"))
    email_trust: Mapped[str] = mapped_column(default="none")
    domains: Mapped[list[str]] = mapped_column(default=list)
    creates_accounts: Mapped[bool] = mapped_column(default=False)
    required_group: Mapped[str] = mapped_column(default="")
    groups_claim: Mapped[str] = mapped_column(default="groups")
    admin_groups: Mapped[list[str]] = mapped_column(default=list)
    employee_groups: Mapped[list[str]] = mapped_column(default=list)
    guest_groups: Mapped[list[str]] = mapped_column(default=list)
    subject_claim: Mapped[str] = mapped_column(default="sub")
    session_hours: Mapped[int | None]
    #: Accounts that have an identity here sign in no other way; administrators still may.
    exclusive: Mapped[bool] = mapped_column(default=False)
    #: Offered on the sign-in page to everybody; else it is reached by its address only.
    listed: Mapped[bool] = mapped_column(default=True)
    enabled: Mapped[bool] = mapped_column(default=True)
    managed_by: Mapped[str] = mapped_column(default="admin")
    #: When an administrator last came in through it; before that it cannot be made exclusive.
    proved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Identity(Base):
    """An account as another provider knows it. ``(issuer, subject)`` alone signs in."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("sign_in_provider.id"), index=True)
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_by: Mapped[str]
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    claims: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: The provider's groups made the account administrator, so they may take it back.
    gave_admin: Mapped[bool] = mapped_column(default=False)


class SignInAttempt(Base):
    """One journey to a provider and back, bound to one browser and used once.

    It stands in the database because a cookie would show nonce and verifier to its holder and
    could be used again.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        CheckConstraint("purpose IN ('sign_in', 'link', 'invite', 'reauth')", name="purpose"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    state_hash: Mapped[str] = mapped_column(unique=True)
    browser_hash: Mapped[str]
    provider_id: Mapped[int] = mapped_column(ForeignKey("sign_in_provider.id"))
    nonce: Mapped[str]
    code_verifier: Mapped[str]
    purpose: Mapped[str] = mapped_column(default="sign_in")
    next_path: Mapped[str] = mapped_column(default="/")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SeenLogoutToken(Base):
    """A logout token that was already obeyed; it is not obeyed again before ``until``."""

    __tablename__ = "seen_logout_token"

    issuer: Mapped[str] = mapped_column(primary_key=True)
    jti: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]

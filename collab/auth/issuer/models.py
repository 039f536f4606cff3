"""Tables of Collab as OpenID provider. Codes and tokens are kept as SHA-256 only."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base, new_public_id


class OAuthClient(Base):
    """A tool that signs people in through Collab. ``trusted``: the company's own, asks no consent.

    Redirect addresses are compared as exact strings (RFC 9700, 2.1).
    """

    __tablename__ = "oauth_client"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    client_id: Mapped[str] = mapped_column(unique=True)
    #: SHA-256 of the secret; empty for a public client, which has none.
    secret_hash: Mapped[str] = mapped_column(default="")
    name: Mapped[str]
    home_url: Mapped[str] = mapped_column(default="")
    redirect_uris: Mapped[list[str]] = mapped_column(default=list)
    post_logout_redirect_uris: Mapped[list[str]] = mapped_column(default=list)
    backchannel_logout_uri: Mapped[str] = mapped_column(default="")
    trusted: Mapped[bool] = mapped_column(default=False)
    allows_guests: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class OAuthConsent(Base):
    """What a person has let a tool know, until they withdraw it."""

    __tablename__ = "oauth_consent"
    __table_args__ = (UniqueConstraint("account_id", "client_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("oauth_client.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(default=list)
    granted_at: Mapped[datetime]


class OAuthClientSession(Base):
    """A tool that a signed-in browser has signed in to; ``sid`` is its name between the two.

    When it ends, ``due_at`` says when the tool is to be told (again), until ``told_at`` is set.
    """

    __tablename__ = "oauth_client_session"
    __table_args__ = (
        UniqueConstraint("session_id", "client_id"),
        Index(
            "ix_oauth_client_session_due_at",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id"))
    client_id: Mapped[int] = mapped_column(ForeignKey("oauth_client.id"), index=True)
    created_at: Mapped[datetime]
    #: When the tool was told that the session has ended.
    told_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)


class OAuthCode(Base):
    """An authorization code: one use within a minute, only with the verifier (RFC 7636)."""

    __tablename__ = "oauth_code"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    #: Ties the code to every token that came of it: they end together.
    family: Mapped[str] = mapped_column(index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("oauth_client.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    client_session_id: Mapped[int | None] = mapped_column(ForeignKey("oauth_client_session.id"))
    redirect_uri: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(default=list)
    nonce: Mapped[str] = mapped_column(default="")
    code_challenge: Mapped[str]
    claims: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class OAuthToken(Base):
    """An access or refresh token. A refresh token that comes a second time ends its family."""

    __tablename__ = "oauth_token"
    __table_args__ = (
        CheckConstraint("kind IN ('access', 'refresh')", name="kind"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    family: Mapped[str] = mapped_column(index=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("oauth_client.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    client_session_id: Mapped[int | None] = mapped_column(ForeignKey("oauth_client_session.id"))
    scopes: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SigningKey(Base):
    """A key pair for ID tokens. The next one is published before it signs, the last one after."""

    __tablename__ = "signing_key"
    __table_args__ = (
        CheckConstraint("status IN ('next', 'active', 'retiring')", name="status"),
        Index(
            "uq_signing_key_current",
            "status",
            unique=True,
            sqlite_where=text("status <> 'retiring'"),
            postgresql_where=text("status <> 'retiring'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kid: Mapped[str] = mapped_column(unique=True)
    status: Mapped[str]
    #: The private JWK (RFC 7517), sealed.
    private_key: Mapped[str]
    created_at: Mapped[datetime]
    status_since: Mapped[datetime]

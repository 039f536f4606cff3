"""Invitations of guests."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from collab.db import Base, new_public_id


class Invitation(Base):
    """An employee asks somebody outside into a workspace, or to one entry of it.

    ``role`` is None for one entry: then the guest gets a grant for it, not a membership. The mail
    leaves at ``send_at``, a moment after it was made, so that a mistake can be undone; only then
    ``token_hash`` (SHA-256) is set. Until ``expires_at`` it can be accepted, once. ``ends_at`` is
    when the guest's access ends. One that a firm's lead asked for (``asked_by_id``) waits for
    ``approved_at``. Who holds one that has run out can ask for another, at ``asked_again_at``.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("role IN ('contributor', 'reader')", name="role"),
        CheckConstraint("role IS NOT NULL OR entry_id IS NOT NULL", name="place_or_entry"),
        Index("ix_invitation_email", "email_key", "workspace_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id)
    token_hash: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str]
    email_key: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(default="")
    sponsor_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("firm.id"), index=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspace.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    role: Mapped[str | None]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    send_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_count: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    asked_again_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

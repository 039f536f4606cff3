"""Who is meant by ``@handle`` in an entry or a comment."""

from collections.abc import Sequence

from sqlalchemy import ForeignKey, Index, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from collab.auth.models import Account
from collab.comments.models import Comment
from collab.db import Base
from collab.workspaces.models import Entry, Part, part_of_entry

MOST = 50


class Mention(Part, Base):
    """Somebody's handle stands in an entry (``comment_id`` 0) or in a comment on it."""

    __tablename__ = "mention"
    __table_args__ = (part_of_entry(), Index("ix_mention_account", "account_id", "entry_id"))

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(primary_key=True, default=0)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    workspace_id: Mapped[int]


def keep_mentions(db: Session, entry: Entry, handles: Sequence[str], comment: Comment | None = None) -> None:
    """Note down who is mentioned now. Whether they may read it is asked whenever it is shown."""
    about = comment.id if comment else 0
    db.execute(
        delete(Mention)
        .where(Mention.entry_id == entry.id, Mention.comment_id == about)
        .execution_options(policy=True)
    )
    if not handles:
        return
    meant = db.scalars(select(Account.id).where(Account.handle.in_(list(handles)[:MOST])))
    db.add_all(
        Mention(entry_id=entry.id, workspace_id=entry.workspace_id, comment_id=about, account_id=account)
        for account in meant
    )

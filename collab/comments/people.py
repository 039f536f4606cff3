"""Whom somebody who writes a comment may mean by ``@``."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from collab.auth.models import Account, Firm
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry

MOST = 8


def who_may_read(db: Session, viewer: Viewer, entry: Entry, beginning: str) -> Sequence[Any]:
    """People with a name or handle that begins so, of whom the viewer knows and who may read the entry."""
    wanted = beginning.strip().lstrip("@").lower()[:60]
    if not wanted:
        return ()
    name = func.lower(Account.name)
    query = (
        select(Account.handle, Account.name, Account.kind, Account.photo, Firm.name.label("firm_name"))
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(
            or_(
                Account.handle.startswith(wanted, autoescape=True),
                name.startswith(wanted, autoescape=True),
                name.contains(f" {wanted}", autoescape=True),
            ),
            access.people(viewer),
            Account.id.in_(access.readers(entry.id)),
        )
        .order_by(Account.name, Account.id)
        .limit(MOST)
    )
    return db.execute(query).all()

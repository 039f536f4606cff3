"""What a guest is told who has just come in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.auth import sponsors
from collab.auth.models import Account
from collab.errors import NotFound
from collab.guests.models import Invitation
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry, Workspace


@dataclass(frozen=True)
class Welcome:
    """Where the guest is and who answers for it; ``path`` leads there, ``alone``: to one entry."""

    email: str
    ends_at: datetime | None
    sponsor_name: str = ""
    sponsor_email: str = ""
    what: str = ""
    path: str = "/"
    alone: bool = False


def about(db: Session, viewer: Viewer) -> Welcome:
    """The guest's own stay, and where the newest invitation led, as far as the guest reads it (still)."""
    account = db.get_one(Account, viewer.me)
    sponsor = sponsors.of(db, account.id)
    what, path, alone = _place(db, viewer)
    return Welcome(
        email=account.email or "",
        ends_at=account.ends_at,
        sponsor_name=sponsor.name if sponsor else "",
        sponsor_email=(sponsor.email or "") if sponsor else "",
        what=what,
        path=path,
        alone=alone,
    )


def _place(db: Session, viewer: Viewer) -> tuple[str, str, bool]:
    newest = select(Invitation).where(Invitation.account_id == viewer.me, Invitation.accepted_at.is_not(None))
    invitation = db.scalar(newest.order_by(Invitation.accepted_at.desc(), Invitation.id.desc()).limit(1))
    if invitation is None:
        return "", "/", False
    if invitation.role is None:
        try:
            entry = access.get(db, viewer, Entry, Entry.id == invitation.entry_id)
        except NotFound:
            return "", "/", False
        return entry.title, f"/entries/{entry.public_id}", True
    inside = select(Workspace).where(Workspace.id == invitation.workspace_id, access.inside(viewer))
    workspace = db.scalar(inside)
    return (workspace.name, f"/w/{workspace.slug}/", False) if workspace else ("", "/", False)

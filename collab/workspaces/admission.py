"""Letting a guest in who has accepted an invitation."""

from datetime import datetime

from sqlalchemy.orm import Session

from collab.auth.models import Account
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.belonging import _add, _current
from collab.workspaces.models import Membership, Workspace
from collab.workspaces.services import record


def admit(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    account: Account,
    role: str,
    ends_at: datetime | None,
) -> Membership:
    """A guest has accepted the ``viewer``'s invitation: a member now, until ``ends_at`` if given.

    Who is a member already keeps the stronger role and the later end. Raises NotFound or Forbidden
    for a viewer who may not write there any more.
    """
    access.require(db, viewer, "contribute", workspace)
    present = _current(db, workspace, account.id)
    if present is not None:
        role = present.role if present.role == "contributor" else role
        ends_at = max(ends_at, present.ends_at) if ends_at and present.ends_at else None
    membership = _add(db, viewer, workspace, account, role, ends_at)
    record(db, viewer, workspace, "member.added", account.id, role=role)
    return membership

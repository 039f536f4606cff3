"""Who was invited and has not come yet: each question for a viewer."""

from datetime import datetime
from math import ceil
from typing import Any, Literal

from sqlalchemy import Select, false, or_, select
from sqlalchemy.orm import aliased

from collab import clock
from collab.auth.models import Account, Firm
from collab.guests.models import Invitation
from collab.guests.waiting import is_open
from collab.viewer import Viewer
from collab.workspaces.models import Workspace

State = Literal["asked", "leaving", "sent", "expired", "declined", "accepted", "withdrawn"]
Rows = Select[*tuple[Any, ...]]
_Asker = aliased(Account, name="asker")
NUMBER: Any = Invitation.__table__.c.id


def waiting(viewer: Viewer, workspace: Workspace) -> Rows:
    """Rows (``Invitation``, names of sponsor, firm and asker) of those who have not come yet, the newest first.

    For employees; the caller has asked whether this one may invite here. What concerns single entries
    is for its sponsor alone.
    """
    found = (
        select(
            Invitation,
            Account.name.label("sponsor_name"),
            Account.handle.label("sponsor_handle"),
            Firm.name.label("firm_name"),
            _Asker.name.label("asker_name"),
        )
        .join(Account, Account.id == Invitation.sponsor_id)
        .outerjoin(Firm, Firm.id == Invitation.firm_id)
        .outerjoin(_Asker, _Asker.id == Invitation.asked_by_id)
        .where(
            Invitation.workspace_id == workspace.id,
            or_(is_open(), Invitation.declined_at.is_not(None)),
            Invitation.withdrawn_at.is_(None),
            or_(Invitation.entry_id.is_(None), Invitation.sponsor_id == viewer.me),
        )
    )
    return found if viewer.is_employee else found.where(false())


def state(invitation: Invitation) -> State:
    """Where an invitation is on its way."""
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.declined_at is not None:
        return "declined"
    if invitation.asked_by_id is not None and invitation.approved_at is None:
        return "asked"
    if min(invitation.expires_at, invitation.ends_at) <= clock.now():
        return "expired"
    return "leaving" if invitation.token_hash is None else "sent"


def days_left(until: datetime) -> int:
    """Whole days, the last one counting as one."""
    return max(0, ceil((until - clock.now()).total_seconds() / 86400))

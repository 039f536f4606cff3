"""What somebody would see in a workspace who is not in it yet: from the clauses of ``access``, no rule of its own."""

from sqlalchemy import func, literal, not_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.viewer import Viewer
from collab.workspaces.access import (
    _published,
    _shared_with_guests,
    _walled_off,
    somebody,
)
from collab.workspaces.models import Entry


def shared_with(db: Session, workspace_id: int, firm_id: int | None) -> int:
    """How many entries of the workspace a guest of this firm reads there after having come in."""
    now = clock.now()
    newcomer = somebody(Viewer(account_id=None, kind="guest", firm_id=firm_id))
    # Past the viewer's own rights: it is what another person will read, and only their number.
    counted = select(func.count(Entry.id)).where(
        Entry.workspace_id == literal(workspace_id),
        Entry.deleted_at.is_(None),
        _published(now),
        _shared_with_guests(now),
        not_(_walled_off(newcomer)),
    )
    return db.scalar(counted.execution_options(policy=True)) or 0

"""Adding events."""

from typing import Any

from sqlalchemy.orm import Session

from collab import clock
from collab.activity.models import Event
from collab.viewer import Viewer


def record(
    db: Session,
    kind: str,
    viewer: Viewer,
    /,
    *,
    workspace_id: int | None = None,
    entry_id: int | None = None,
    subject_id: int | None = None,
    **data: Any,
) -> Event:
    """Note that ``viewer`` did ``kind`` (past tense, as in ``post.published``).

    The caller's transaction commits it together with what happened, or neither.
    ``data`` is small, plain JSON, and holds no secrets and no text of entries.
    """
    event = Event(
        kind=kind,
        actor_id=viewer.account_id,
        workspace_id=workspace_id,
        entry_id=entry_id,
        subject_id=subject_id,
        data=data,
        at=clock.now(),
    )
    db.add(event)
    return event

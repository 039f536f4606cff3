"""What becomes of an idea: who owes the answer until when, and the answer."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.auth.models import Account
from collab.errors import Conflict, Forbidden, Invalid
from collab.ideas import queries
from collab.ideas.models import ENDED, Idea
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Workspace


def may_answer(db: Session, viewer: Viewer, idea: Idea) -> bool:
    """The owners of the workspace, and the colleague whom they have named, as long as it is open for writing."""
    named = viewer.is_employee and viewer.account_id is not None and viewer.account_id == idea.answerer_id
    if named and access.allowed(db, viewer, "react", idea):
        return True
    return access.allowed(db, viewer, "moderate", idea)


def assign(db: Session, viewer: Viewer, idea: Idea, answerer: str, due_on: date | None) -> None:
    """Say who owes the answer (a handle; "" for the owners), and until when. For those who may answer."""
    access.require(db, viewer, "read", idea)
    if not may_answer(db, viewer, idea):
        raise Forbidden
    place = db.get_one(Workspace, idea.workspace_id)
    known = {row.handle for row in queries.colleagues(db, viewer, place)}
    if answerer and answerer not in known:
        raise Invalid({"answerer": "unknown_people"}, names=answerer)
    found = db.scalar(select(Account.id).where(Account.handle == answerer)) if answerer else None
    if (found, due_on) == (idea.answerer_id, idea.due_on):
        return
    idea.answerer_id, idea.due_on = found, due_on
    idea.version += 1
    activity.record(db, "idea.assigned", viewer, workspace_id=idea.workspace_id, entry_id=idea.id)


def answer(
    db: Session,
    viewer: Viewer,
    idea: Idea,
    state: str,
    reason: str,
    *,
    base_version: int,
    before: str = "",
    after: str = "",
    next_on: date | None = None,
) -> None:
    """Say what becomes of the idea. A no has a reason; what is done says how it was before and is now.

    ``next_on``: the day by which the next answer is owed, where something is still to come; with None
    nothing is. Raises Conflict if the idea changed since ``base_version``.
    """
    access.require(db, viewer, "read", idea)
    if not may_answer(db, viewer, idea):
        raise Forbidden
    if entries.locked_version(db, viewer, idea) != base_version:
        raise Conflict
    if state == "declined" and not reason.strip():
        raise Invalid({"reason": "no_needs_a_reason"})
    if state == "done" and not after.strip():
        raise Invalid({"after": "say_what_changed"})
    idea.state = state
    for name, words in (("reason", reason), ("before", before), ("after", after)):
        setattr(idea, name, words)
        setattr(idea, f"{name}_html", text.render(words).html)
    idea.answered_at, idea.answered_by_id = clock.now(), viewer.account_id
    to_come = next_on is not None and state not in ENDED
    idea.settled_at = None if to_come else clock.now()
    if to_come:
        idea.due_on = next_on
    idea.version += 1
    activity.record(
        db, "idea.answered", viewer, workspace_id=idea.workspace_id, entry_id=idea.id, state=state
    )

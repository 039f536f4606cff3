"""What may be done with ideas: proposing, being for one, merging, releasing. Answering: ``answers``."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.desk import writing
from collab.errors import Conflict, Forbidden, Invalid
from collab.ideas import queries
from collab.ideas.models import ENDED, Idea, IdeaVote
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import EntryGrant, Workspace

#: So long after an idea an answer is owed, unless somebody says another day.
ANSWERED_WITHIN = timedelta(days=14)
#: What a firm proposed stays its own for so long.
LASTING = timedelta(days=3650)


def create(
    db: Session, viewer: Viewer, workspace: Workspace, title: str, body: str, *, guests: bool = False
) -> Idea:
    """A new idea, out at once: for colleagues, with ``guests`` for guests too.

    A guest's is between that guest's firm and the staff, until somebody releases it.
    """
    idea = Idea(place_id=workspace.id, due_on=(clock.now() + ANSWERED_WITHIN).date())
    writing.put(db, viewer, workspace, idea, title, body, guests=guests)
    if not viewer.is_employee:
        idea.guests_from = None
        _keep_between(db, viewer, idea)
    return idea


def _keep_between(db: Session, viewer: Viewer, idea: Idea) -> None:
    """The guest's firm, or where there is none the guest alone, reads the idea."""
    holder = {"firm_id": viewer.firm_id} if viewer.firm_id else {"account_id": viewer.me}
    db.add(
        EntryGrant(
            entry_id=idea.id,
            workspace_id=idea.workspace_id,
            granted_by_id=viewer.me,
            ends_at=clock.now() + LASTING,
            created_at=clock.now(),
            **holder,
        )
    )


# Being for it ------------------------------------------------------------------------------------


def may_vote(db: Session, viewer: Viewer, idea: Idea) -> bool:
    """Whoever reads an idea there may be for it, guests too, until it is done or declined."""
    return (
        idea.published_at is not None
        and idea.state not in ENDED
        and access.allowed(db, viewer, "react", idea)
    )


def vote(db: Session, viewer: Viewer, idea: Idea, *, on: bool) -> None:
    """Be for the idea, or no longer; doing it twice changes nothing.

    Taken back is also the viewer's vote for what was merged into it, which counts here: one's own, so
    it says ``policy=True``.
    """
    access.require(db, viewer, "react", idea)
    if not may_vote(db, viewer, idea):
        raise Conflict if idea.state in ENDED else Forbidden
    _into, merged = queries.same(db, viewer, idea)
    ids = [idea.id, *(row.id for row in merged)]
    if bool(queries.state(db, viewer, idea).mine) == on:
        return
    if not on:
        own = delete(IdeaVote).where(IdeaVote.entry_id.in_(ids), IdeaVote.author_id == viewer.me)
        db.execute(own.execution_options(policy=True))  # one's own
    elif not _put(db, viewer, idea):
        return
    what = "idea.voted" if on else "idea.vote_taken_back"
    activity.record(db, what, viewer, workspace_id=idea.workspace_id, entry_id=idea.id)


def _put(db: Session, viewer: Viewer, idea: Idea) -> bool:
    """False where the same vote came twice at once."""
    one = IdeaVote(
        entry_id=idea.id, workspace_id=idea.workspace_id, author_id=viewer.me, created_at=clock.now()
    )
    try:
        with db.begin_nested():
            db.add(one)
    except IntegrityError:
        return False
    return True


# Duplicates --------------------------------------------------------------------------------------


def may_merge(db: Session, viewer: Viewer, idea: Idea) -> bool:
    """Owners of the workspace say what says the same."""
    return access.allowed(db, viewer, "moderate", idea)


def merge(db: Session, viewer: Viewer, idea: Idea, into: Idea) -> Sequence[int]:
    """Say that the idea says the same as another one of the workspace: it counts as that one from now on.

    What was merged into it follows. Answers the ids of all that moved. Nothing is copied, so that
    ``unmerge`` undoes it, and nobody learns of votes for what they may not read.
    """
    for one in (idea, into):
        access.require(db, viewer, "moderate", one)
    if into.place_id != idea.place_id or into.id == idea.id or into.merged_into_id is not None:
        raise Invalid({"into": "not_valid"})
    if idea.merged_into_id is not None:
        raise Conflict
    _into, merged = queries.same(db, viewer, idea)
    moved = [row.id for row in merged]
    db.execute(
        update(Idea.__table__).where(Idea.__table__.c.id.in_(moved)).values(merged_into_id=into.id)  # type: ignore[arg-type] # a table
    )
    idea.merged_into_id = into.id
    idea.version += 1
    activity.record(db, "idea.merged", viewer, workspace_id=idea.workspace_id, entry_id=idea.id)
    return [idea.id, *moved]


def unmerge(db: Session, viewer: Viewer, idea: Idea) -> None:
    """The idea stands by itself again, with its own votes."""
    access.require(db, viewer, "moderate", idea)
    if idea.merged_into_id is None:
        return
    idea.merged_into_id = None
    idea.version += 1
    activity.record(db, "idea.unmerged", viewer, workspace_id=idea.workspace_id, entry_id=idea.id)


# Releasing ---------------------------------------------------------------------------------------


def release(db: Session, viewer: Viewer, idea: Idea, *, out: bool = True) -> None:
    """Show the idea to all guests of the workspace, or (not ``out``) no longer."""
    access.require(db, viewer, "share", idea)
    entries.share(db, viewer, idea, clock.now() if out else None, None)


def render_again(db: Session) -> int:
    """Make the HTML of ideas and answers anew that older rules made; answers how many. For maintenance."""
    stale = entries.stale(db, Idea)
    for idea in stale:
        entries.fill(idea, idea.title, idea.body)
        for name in ("reason", "before", "after"):
            setattr(idea, f"{name}_html", text.render(getattr(idea, name)).html)
    return len(stale)

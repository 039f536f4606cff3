"""From what was asked to a question for the index."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account
from collab.search.engine import Question
from collab.search.forms import SINCE, Asked
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace


@dataclass(frozen=True)
class Narrowed:
    """The question, and the names of what it is narrowed to."""

    question: Question
    workspace: str = ""
    author: str = ""


def question(db: Session, viewer: Viewer, asked: Asked, *, prefix: bool = False) -> Narrowed:
    """A question about the places where the viewer may look.

    Narrowing to something hidden finds nothing, as for something that is not there.
    """
    rows = db.execute(
        select(Workspace.id, Workspace.slug, Workspace.name).where(
            or_(access.inside(viewer), Workspace.allows_public)
        )
    ).all()
    chosen = next((row for row in rows if row.slug == asked.workspace), None) if asked.workspace else None
    author = None
    if asked.author:
        author = db.execute(
            select(Account.id, Account.name).where(Account.handle == asked.author, access.people(viewer))
        ).first()
    made = Question(
        words=asked.q,
        kind=asked.kind,
        place=(chosen.id if chosen else -1) if asked.workspace else None,
        author=(author.id if author else -1) if asked.author else None,
        since=clock.now() - SINCE[asked.since] if asked.since else None,
        places=[row.id for row in rows],
        prefix=prefix,
    )
    return Narrowed(made, chosen.name if chosen else asked.workspace, author.name if author else asked.author)

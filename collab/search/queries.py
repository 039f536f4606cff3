"""From what was asked to a question for the index."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account
from collab.search.forms import SINCE, Asked
from collab.search.question import Question, plain
from collab.search.widening import widen
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.asking import ask, parameter
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
    rows = ask(db, viewer, _places).all()
    chosen = next((row for row in rows if row.named and row.slug == asked.workspace), None)
    author = ask(db, viewer, _author, handle=asked.author).first() if asked.author else None
    made = replace(
        plain(asked.q, typing=prefix),
        kinds=(asked.kind,) if asked.kind else (),
        authors=((author.id if author else -1),) if asked.author else (),
        after=clock.now() - SINCE[asked.since] if asked.since else None,
        places=((chosen.id if chosen else -1),) if asked.workspace else [0, *(row.id for row in rows)],
    )
    return Narrowed(
        widen(db, made), chosen.name if chosen else asked.workspace, author.name if author else asked.author
    )


def _places(viewer: Viewer) -> Any:
    named = or_(access.inside(viewer), Workspace.allows_public).label("named")
    return select(Workspace.id, Workspace.slug, Workspace.name, named).where(access.reachable(viewer))


def _author(viewer: Viewer) -> Any:
    return select(Account.id, Account.name).where(
        Account.handle == parameter("handle"), access.people(viewer)
    )

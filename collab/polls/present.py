"""Polls as templates and programs want them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from collab.history.queries import Changer, changer
from collab.polls import queries, services
from collab.polls.models import Poll
from collab.viewer import Viewer
from collab.web.request import context
from collab.workspaces import whereabouts
from collab.workspaces.models import Workspace


@dataclass(frozen=True)
class Answer:
    """What one can choose. ``votes`` and ``share`` (per cent of who has voted) are None where not to be seen."""

    public_id: str
    text: str
    mine: bool
    votes: int | None
    share: int | None
    people: Sequence[Changer] = ()


@dataclass(frozen=True)
class Results:
    """A poll's answers. ``voters`` have voted; ``hidden`` says why no numbers stand there: "blind" or "apart"."""

    answers: Sequence[Answer]
    voters: int
    voted: bool
    hidden: str


def hidden(viewer: Viewer, poll: Poll, workspace: Workspace) -> str:
    """Why the viewer sees no numbers; "" where they are to be seen.

    Where firms do not notice each other, numbers of secret votes would tell one firm of the other.
    """
    if poll.blind and not poll.is_closed:
        return "blind"
    if poll.anonymous and workspace.clean_room and not viewer.is_employee:
        return "apart"
    return ""


def results(db: Session, viewer: Viewer, poll: Poll, workspace: Workspace, key: str) -> Results:
    """What has come out as far as the viewer may know; one statement, two for a secret vote of one's own."""
    why = hidden(viewer, poll, workspace)
    named = not (poll.anonymous or why)
    rows = queries.options(db, viewer, poll, named=named)
    options = {row.id: row for row in rows}
    number, voted = (rows[0].voters, bool(rows[0].voted)) if rows else (0, False)
    mine = {row.id for row in rows if row.mine}
    person = changer if whereabouts.is_known(db, viewer, poll) else _nameless
    # Who looks as a guest sees what the guest sees, but nobody opens a sealed vote.
    if poll.anonymous and voted and viewer.looker is None and not poll.is_closed:
        mine = queries.sealed(db, viewer, poll, services.seal(key, poll, viewer))
    answers = [
        Answer(
            public_id=row.public_id,
            text=row.text,
            mine=row.id in mine,
            votes=None if why else row.votes,
            share=None if why else _share(row.votes, number),
            people=[person(one) for one in rows if named and one.id == row.id and one.handle],
        )
        for row in options.values()
    ]
    return Results(answers, number, voted, why)


def _nameless(row: Any) -> Changer:
    """For whom the poll is nowhere, people are mere names."""
    return replace(changer(row), handle="", photo_url="")


def own(db: Session, viewer: Viewer, poll: Poll) -> dict[str, Any]:
    """What ``polls/_own.html`` needs: the votes, and whether the viewer may. By a link one sees none."""
    place = db.get_one(Workspace, poll.workspace_id)
    return {
        "results": results(db, viewer, poll, place, context().settings.key),
        "may_vote": services.may_vote(db, viewer, poll),
    }


def _share(votes: int, voters: int) -> int:
    return round(100 * votes / voters) if voters else 0

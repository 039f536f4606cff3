"""Words for ideas."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from collab import clock
from collab.desk import one
from collab.ideas import queries, services
from collab.ideas.models import Idea
from collab.viewer import Viewer


@dataclass(frozen=True)
class State:
    """What became of an idea so far: its name, its badge's tone and icon, and what it means."""

    key: str
    name: Any
    tone: str
    icon: str
    about: Any


STATES = {
    state.key: state
    for state in (
        State("new", _l("New"), "accent", "sparkles", _l("Nobody has answered yet.")),
        State("considered", _l("Considered"), "", "eye", _l("We think about it.")),
        State("trial", _l("In trial"), "warn", "hourglass", _l("We try it out.")),
        State("done", _l("Implemented"), "good", "circle-check", _l("It is so now.")),
        State("declined", _l("Declined"), "", "x", _l("We do not do it, for a reason.")),
    )
}


def own(
    db: Session,
    viewer: Viewer,
    idea: Idea,
    row: Any = None,
    sizes: Mapping[str, tuple[int, int]] = MappingProxyType({}),
) -> dict[str, Any]:
    """What ``ideas/_own.html`` needs: who is for it (not for who came by a link), and what became of it.

    ``row`` is of ``queries.at``, or it is asked.
    """
    row = row or queries.state(db, viewer, idea)
    into, merged = queries.same(db, viewer, idea)
    words = {
        name: one.shown(db, viewer, idea, getattr(idea, f"{name}_html"), getattr(idea, name), sizes)
        for name in ("reason", "before", "after")
    }
    return {
        **words,
        "answerer": row.answerer,
        "answered_by": row.answered_by,
        "state": STATES[idea.state],
        "late": idea.settled_at is None and idea.due_on is not None and idea.due_on < clock.now().date(),
        "into": into,
        "merged": merged,
        "votes": row.votes if viewer.link_id is None else None,
        "mine": row.mine,
        "may_vote": into is None and services.may_vote(db, viewer, idea),
    }

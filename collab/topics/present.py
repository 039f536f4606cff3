"""Topics as templates want them."""

from typing import Any

from sqlalchemy.orm import Session

from collab.history.queries import changer
from collab.topics import queries, services
from collab.topics.models import Topic
from collab.viewer import Viewer


def own(db: Session, viewer: Viewer, topic: Topic, row: Any = None) -> dict[str, Any]:
    """What ``topics/_own.html`` needs: what was decided, as far as the viewer reads it, and by whom.

    ``row`` is of ``queries.at``, or it is asked.
    """
    decision = queries.decision(db, viewer, topic)
    return {
        "decision": decision,
        "decided": decision is not None or bool(topic.decision),
        "decider": changer(decision) if decision else None,
        "decided_by": row.decided_by if row else queries.decider(db, topic),
        "may_decide": services.may_decide(db, viewer, topic),
    }

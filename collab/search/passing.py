"""Between what an engine proposes and what somebody gets: the policy."""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from collab.search import hits
from collab.search.engine import Engine
from collab.search.question import Question
from collab.viewer import Viewer

log = logging.getLogger(__name__)
T = TypeVar("T")

#: A few candidates more than needed: the policy may refuse some.
SPARE = 3
#: How many candidates are looked at when it refuses more.
MORE = (500, 6000, 1_000_000)


class Unusable(Exception):
    """The index cannot be asked."""


def asked(ask: Callable[..., T], *arguments: Any) -> T:
    """What the engine answers. Raises Unusable for whatever a broken index makes it stumble over."""
    try:
        return ask(*arguments)
    except SQLAlchemyError:
        raise  # the database's trouble is not the index's
    except Exception as error:
        log.warning("the search index cannot be used: %s", error)
        raise Unusable from error


def passed(db: Session, viewer: Viewer, engine: Engine, question: Question, wanted: int) -> list[str]:
    """The first so many of the proposed keys that the viewer may see. Raises Unusable.

    One statement where the policy agrees with most of what the index proposes, at most four.
    """
    keys: list[str] = []
    for size in (wanted + SPARE, *MORE):
        proposed = asked(engine.find, db, question, size)
        keys = hits.passing(db, viewer, proposed, placed=question.placed, filed=bool(question.has_file))
        if len(keys) >= wanted or len(proposed) < size:
            break
    return keys[:wanted]

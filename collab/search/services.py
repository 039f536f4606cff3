"""Answers to questions, from rows that the viewer may read."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import or_
from sqlalchemy.orm import Session

from collab.search import hits
from collab.search.engine import Engine
from collab.search.hits import Hit
from collab.search.question import Question
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry

log = logging.getLogger(__name__)

#: A few candidates more than needed: the policy may refuse some.
SPARE = 3
#: How many candidates are looked at when it refuses more.
MORE = (500, 6000)


@dataclass(frozen=True)
class Found:
    """A page of answers. ``catching_up``: the index could not be asked."""

    hits: Sequence[Hit]
    more: bool
    catching_up: bool = False


def find(
    db: Session,
    viewer: Viewer,
    engine: Engine,
    question: Question,
    words: str,
    offset: int = 0,
    limit: int = 20,
    *,
    excerpts: bool = True,
) -> Found:
    """The things that answer the question and that the viewer may see, the best first.

    ``words`` as they were typed are what passages show. Asks one statement where the policy agrees with
    most of what the index proposes, at most four; twice that where nothing has enough of the words.
    """
    try:
        passed = _passed(db, viewer, engine, question, offset + limit + 1)
        if not passed and not question.strict and not question.typing and len(question.groups) > 1:
            passed = _passed(db, viewer, engine, replace(question, wide=True), offset + limit + 1)
    except Unusable:
        return Found(_plainly(db, viewer, words, limit), more=False, catching_up=True)
    page = passed[offset : offset + limit]
    marked = " ".join((words, *question.also))
    return Found(hits.shown(db, viewer, page, marked, excerpts=excerpts), more=len(passed) > offset + limit)


class Unusable(Exception):
    """The index cannot be asked."""


def _passed(db: Session, viewer: Viewer, engine: Engine, question: Question, wanted: int) -> list[str]:
    """The first so many of the proposed keys that the viewer may see, or nearly all there are."""
    keys: list[str] = []
    passed: list[str] = []
    for size in (wanted + SPARE, *MORE):
        if len(passed) >= wanted:
            break
        keys = _candidates(db, engine, question, size)
        passed = hits.passing(db, viewer, keys)
        if len(keys) < size:
            break
    return passed[:wanted]


def _candidates(db: Session, engine: Engine, question: Question, size: int) -> list[str]:
    """What the index proposes, the best first."""
    try:
        return engine.find(db, question, size)
    except Exception as error:
        log.warning("the search index cannot be used: %s", error)
        raise Unusable from error


def _plainly(db: Session, viewer: Viewer, words: str, limit: int) -> list[Hit]:
    """Without the index: entries in which every word stands somewhere, the newest first."""
    asked = access.select_entries(viewer, Entry, Entry.id).order_by(Entry.updated_at.desc()).limit(limit)
    for word in words.split()[:10]:
        asked = asked.where(
            or_(Entry.title.icontains(word, autoescape=True), Entry.text.icontains(word, autoescape=True))
        )
    return hits.shown(db, viewer, [f"e{number}" for number in db.scalars(asked)], words)

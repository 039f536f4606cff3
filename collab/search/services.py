"""Answers to questions, from rows that the viewer may read."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_
from sqlalchemy.orm import Session

from collab.search import engine, hits
from collab.search.hits import Hit
from collab.search.ranking import Question
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
    reader: engine.Reader,
    question: Question,
    offset: int = 0,
    limit: int = 20,
    *,
    excerpts: bool = True,
) -> Found:
    """The things that answer the question and that the viewer may see, the best first.

    Asks one statement where the policy agrees with most of what the index proposes, at most four.
    """
    wanted = offset + limit + 1
    size = wanted + SPARE
    keys = _candidates(reader, question, size)
    if keys is None:
        return Found(_plainly(db, viewer, question, limit), more=False, catching_up=True)
    if offset == 0:
        found = hits.shown(db, viewer, keys, question.words, excerpts=excerpts)
        if len(found) >= wanted or len(keys) < size:
            return Found(found[:limit], more=len(found) >= wanted)
    passed = hits.passing(db, viewer, keys) if offset else []
    for more in MORE:
        if len(passed) < wanted and len(keys) == size:
            size = more
            keys = _candidates(reader, question, size) or []
            passed = hits.passing(db, viewer, keys)
    page = passed[offset : offset + limit]
    return Found(hits.shown(db, viewer, page, question.words, excerpts=excerpts), more=len(passed) >= wanted)


def _candidates(reader: engine.Reader, question: Question, size: int) -> list[str] | None:
    """What the index proposes, the best first; None if it cannot be asked."""
    try:
        return reader.find(question, size)
    except Exception as error:
        log.warning("the search index cannot be used: %s", error)
        return None


def _plainly(db: Session, viewer: Viewer, question: Question, limit: int) -> list[Hit]:
    """Without the index: entries in which every word stands somewhere, the newest first."""
    asked = access.select_entries(viewer, Entry, Entry.id).order_by(Entry.updated_at.desc()).limit(limit)
    for word in question.words.split()[:10]:
        asked = asked.where(
            or_(Entry.title.icontains(word, autoescape=True), Entry.text.icontains(word, autoescape=True))
        )
    return hits.shown(db, viewer, [f"e{number}" for number in db.scalars(asked)], question.words)

"""Answers to questions, from rows that the viewer may read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from collab.search import hits
from collab.search.analysis import is_small
from collab.search.engine import Engine
from collab.search.facets import Facets, count
from collab.search.hits import Hit
from collab.search.passing import Unusable, asked, passed
from collab.search.question import ALL_OF, Question, Term
from collab.search.weights import Document, said
from collab.viewer import Viewer
from collab.workspaces import access, kinds, whereabouts
from collab.workspaces.models import Entry

#: So many of its words say what a text is about, none of them so short.
TELLING, SHORT = 20, 2


@dataclass(frozen=True)
class Found:
    """A page of answers. ``wide``: nothing has enough of the words, these have some.

    ``catching_up``: the index could not be asked; these are the entries that have all words as typed.
    """

    hits: Sequence[Hit]
    more: bool
    catching_up: bool = False
    wide: bool = False


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

    ``words`` as they were typed are looked for where the index cannot be asked. Asks one or two statements
    where the policy agrees with most of what the index proposes.
    """
    wanted = offset + limit + 1
    try:
        keys, wide = passed(db, viewer, engine, question, wanted), False
        if not keys and _may_widen(question):
            keys, wide = passed(db, viewer, engine, replace(question, wide=True), wanted), True
    except Unusable:
        return Found(_plainly(db, viewer, question, words, limit), more=False, catching_up=True)
    page = keys[offset : offset + limit]
    found = hits.shown(db, viewer, page, question, excerpts=excerpts)
    return Found(found, more=len(keys) > offset + limit, wide=wide and bool(found))


def _may_widen(question: Question) -> bool:
    return len(question.groups) > 1 and not (question.strict or question.typing or question.wide)


def facets(db: Session, viewer: Viewer, engine: Engine, question: Question, *, wide: bool = False) -> Facets:
    """How many things answer that the viewer may see, and by what one could narrow. ``wide``: as ``Found`` says.

    Nothing is counted while the index cannot be asked.
    """
    try:
        numbers = asked(engine.matching, db, replace(question, wide=wide or question.wide))
    except Unusable:
        return Facets()
    return count(db, viewer, numbers, placed=question.placed, filed=bool(question.has_file))


def like(
    db: Session, viewer: Viewer, engine: Engine, entry: Entry, scope: Question, limit: int = 5
) -> list[Hit]:
    """More entries like the one, which the viewer reads; ``scope`` as ``queries`` gives it."""
    try:
        groups = tuple((Term(term),) for term in _telling(entry))
        near = replace(
            scope, groups=groups, kinds=tuple(kind.name for kind in kinds.every()), wide=len(groups) <= ALL_OF
        )
        keys = passed(db, viewer, engine, near, limit + 1) if groups else []
    except Unusable:
        return []
    others = [key for key in keys if key != f"e{entry.id}"][:limit]
    return hits.shown(db, viewer, others, "", excerpts=True)


def _telling(entry: Entry) -> list[str]:
    """The terms that say most about an entry: those said most often and, as long words are seldom usual, the longest.

    How many others hold them is not asked: others include what the viewer may not know.
    """
    words = Document(f"e{entry.id}", entry.kind, entry.workspace_id, entry.title, entry.text, lang=entry.lang)
    worth = {
        term: held * (len(term) - SHORT)
        for term, held in said(words).often.items()
        if len(term) > SHORT and not is_small(term)
    }
    return sorted(worth, key=lambda term: (-worth[term], term))[:TELLING]


def _plainly(db: Session, viewer: Viewer, question: Question, words: str, limit: int) -> list[Hit]:
    """Without the index: entries in which every word stands somewhere and that fit the filters, newest first."""
    fits: list[ColumnElement[bool]] = [
        Entry.title.icontains(word, autoescape=True) | Entry.text.icontains(word, autoescape=True)
        for word in words.split()[:10]
    ]
    for column, values in (
        (Entry.kind, question.kinds),
        (Entry.author_id, question.authors),
        (Entry.lang, question.langs),
    ):
        if values:
            fits.append(column.in_(values))
    since = func.coalesce(Entry.published_at, Entry.created_at)
    if question.after:
        fits.append(since >= question.after)
    if question.before:
        fits.append(since < question.before)
    if question.placed:
        fits.append(Entry.workspace_id.in_(question.places or ()) & whereabouts.known(viewer))
    if not fits or question.tags or question.has_file:  # only the index knows
        return []
    found = access.select_entries(viewer, Entry, Entry.id).where(*fits)
    keys = [f"e{number}" for number in db.scalars(found.order_by(Entry.updated_at.desc()).limit(limit))]
    return hits.shown(db, viewer, keys, question)

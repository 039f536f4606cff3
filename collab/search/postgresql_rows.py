"""Writing what PostgreSQL finds things by: in the transaction that changes them, or by the worker.

Whoever writes a document holds a lock on it until its transaction ends, and reads what it is about only
then. So of two transactions that change the same thing, the later one sees what the earlier one did.
"""

import logging
import math
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ARRAY, Connection, Integer, cast, delete, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from collab.activity.outbox import Context
from collab.search import documents, tsvector
from collab.search.postgresql_models import SearchDocument, SearchState, SearchWaiting
from collab.search.weights import Document, key_of, number_of
from collab.search.whoosh_index import FORM as OF_WORDS
from collab.workspaces.net import as_system

T = TypeVar("T")

log = logging.getLogger(__name__)

#: Another one when documents of before cannot be asked any more; they are all written again then.
FORM = f"{OF_WORDS}.1"
#: So many documents are written at once, under so many locks.
BATCH, LOCKS = 100, 256
#: The first number of our advisory locks.
_OURS = 0x5EA7C4

_WRITE = text(
    """
    INSERT INTO search_document AS d (thing, place, entry, at, length, has_file, words, levels)
    SELECT thing, place, entry, at, length, has_file, words::tsvector, levels::tsvector
    FROM unnest(CAST(:thing AS bigint[]), CAST(:place AS int[]), CAST(:entry AS int[]), CAST(:at AS bigint[]),
                CAST(:length AS int[]), CAST(:has_file AS bool[]), CAST(:words AS text[]),
                CAST(:levels AS text[]))
        AS fresh(thing, place, entry, at, length, has_file, words, levels)
    ON CONFLICT (thing) DO UPDATE SET place = excluded.place, entry = excluded.entry, at = excluded.at,
        length = excluded.length, has_file = excluded.has_file, words = excluded.words,
        levels = excluded.levels
    WHERE (d.place, d.entry, d.at, d.length, d.has_file, d.words, d.levels) IS DISTINCT FROM
        (excluded.place, excluded.entry, excluded.at, excluded.length, excluded.has_file, excluded.words,
         excluded.levels)
""".replace("::tsvector", "\\:\\:tsvector")
)
_LEARN = text("""
    INSERT INTO search_word (word)
    SELECT DISTINCT word FROM search_document d, unnest(tsvector_to_array(d.words)) AS word
    WHERE d.thing = ANY(CAST(:things AS bigint[])) AND word ~ '^[[:alpha:]]{3,40}$' ORDER BY word
    ON CONFLICT DO NOTHING
""")


def write(connection: Connection, keys: Collection[str]) -> None:
    """Bring the things to their present state in the index, as the connection's transaction sees them."""
    things = sorted(map(number_of, keys))
    for some in _batches(things):
        _lock(connection, some)
        # A session of its own: what is read here is nobody's, and stays in nobody's memory.
        with Session(connection, join_transaction_mode="rollback_only") as db:
            present = list(documents.load(as_system(db, "search index"), map(key_of, some)))
        put(connection, present)
        gone = set(some) - {number_of(document.key) for document in present}
        if gone:
            connection.execute(delete(SearchDocument).where(SearchDocument.thing.in_(gone)))


def _lock(connection: Connection, things: Iterable[int]) -> None:
    """Wait for others who write them. Always in the same order, so that no two wait for one another."""
    locks = cast(sorted({thing % LOCKS for thing in things}), ARRAY(Integer))
    connection.execute(select(func.pg_advisory_xact_lock(_OURS, func.unnest(locks))))


def put(connection: Connection, present: Sequence[Document]) -> None:
    """Write documents, in the place of those with the same keys."""
    made = [tsvector.lexemes(document) for document in present]
    if made:
        connection.execute(
            _WRITE,
            {
                "thing": [number_of(document.key) for document in present],
                "place": [document.place for document in present],
                "entry": [document.entry for document in present],
                "at": [int(document.at.timestamp()) for document in present],
                "length": [one.length for one in made],
                "has_file": [document.has_file for document in present],
                "words": [one.words for one in made],
                "levels": [one.levels for one in made],
            },
        )


def _batches(each: Sequence[T]) -> Iterator[Sequence[T]]:
    return (each[start : start + BATCH] for start in range(0, len(each), BATCH))


def leave_for_later(connection: Connection, keys: Iterable[str]) -> None:
    """Let the worker write them."""
    connection.execute(insert(SearchWaiting), [{"thing": number_of(key)} for key in sorted(keys)])


def catch_up(context: Context, keys: Iterable[str]) -> None:
    """What the worker does when things were changed: write what was left to it, note new words."""
    write_waiting(context)
    with context.write.begin() as db:
        learn(db, keys)


def write_waiting(context: Context) -> int:
    """Write what was left for the worker; answers how much. What cannot be written is told and left out."""
    with context.read() as db:
        waiting = db.execute(select(SearchWaiting.id, SearchWaiting.thing).order_by(SearchWaiting.id)).all()
    for some in _batches(waiting):
        _write_each(context, sorted({key_of(row.thing) for row in some}))
        with context.write.begin() as db:
            db.execute(delete(SearchWaiting).where(SearchWaiting.id.in_([row.id for row in some])))
    return len(waiting)


def _write_each(context: Context, keys: Sequence[str]) -> None:
    """Write them together, or, if one of them cannot be written, each of the others."""
    try:
        with context.write.begin() as db:
            write(db.connection(), keys)
    except Exception:
        if len(keys) == 1:
            log.exception("%s cannot be found: it could not be written to the search index", keys[0])
            return
        for key in keys:
            _write_each(context, [key])


def trouble(context: Context) -> str:
    """Why the index cannot be asked yet; "": everything is in it."""
    try:
        with context.read() as db:
            whole = db.scalar(select(SearchState.whole).where(SearchState.form == FORM))
    except SQLAlchemyError as error:  # a database that has not been brought up to date, or is away
        return f"the database does not have it ({type(error).__name__})"
    return "" if whole else "not everything is in it yet"


def fill(context: Context, *, again: bool = False, seconds: float = math.inf) -> int:
    """Write everything, a few things at a time, for so many seconds; goes on where it was ended.

    Meanwhile transactions write what they change themselves, and what is there already stays there.
    ``again``: from the beginning, although all is there. Answers how many things there are.
    """
    until = time.monotonic() + seconds
    reached = _begin(context, again=again)
    with context.read() as db:
        keys = list(documents.all_keys(as_system(db, "search index")))
    left = keys[keys.index(reached) + 1 :] if reached in keys else keys
    for some in _batches(left):
        _write_each(context, some)
        with context.write.begin() as db:
            learn(db, some)
            db.execute(update(SearchState).values(reached=some[-1]))
        if time.monotonic() > until:
            return len(keys)
    _take_out_all_but(context, keys)
    with context.write.begin() as db:
        db.execute(update(SearchState).values(whole=True, reached=""))
    return len(keys)


def _begin(context: Context, *, again: bool) -> str:
    """Note that the index is being filled; answers the key that was reached before."""
    with context.write.begin() as db:
        state = db.get(SearchState, 1)
        if state is None:
            state = SearchState(id=1, form="", reached="", whole=False)
            db.add(state)
        if state.form != FORM:
            state.form, state.whole, again = FORM, False, True
        if again:
            state.reached = ""
        return state.reached


def _take_out_all_but(context: Context, keys: Iterable[str]) -> None:
    """Look once more at documents of things that are not there any more."""
    known = set(map(number_of, keys))
    with context.read() as db:
        gone = [thing for thing in db.scalars(select(SearchDocument.thing)) if thing not in known]
    for some in _batches(gone):
        _write_each(context, sorted(map(key_of, some)))


def learn(db: Session, keys: Iterable[str]) -> None:
    """Note the words of documents, for those who mistype them. Only the worker does."""
    db.execute(_LEARN, {"things": list(map(number_of, keys))})

"""How good the order of answers is, on collections of which the right answers are known."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bench.search.judged import FIRST, Collection, ndcg
from bench.search.meter import Meter
from bench.search.world import ALL, World
from collab.search.listeners import reindex
from collab.search.question import Question, plain

#: Answers a question with the places of documents in their collection, the best first.
Find = Callable[[Question], Sequence[int]]


@dataclass(frozen=True)
class Relevance:
    """What an engine reached on a collection: nDCG, the share without an answer, CPU ms of a question."""

    ndcg: float
    unanswered: float
    cpu: float


def reached(collection: Collection, world: World) -> Relevance:
    """Put the collection into an empty Collab and ask its engine. No tags: they were not there when people judged."""
    world.fill(collection.texts(), tagged=False)
    reindex(world.context)
    meter, places, engine = Meter(world.context.read.kw["bind"]), world.places(), world.engine
    with world.looking(ALL) as (db, _):

        def find(question: Question) -> list[int]:
            return [places[int(key[1:])] for key in engine.find(db, question, FIRST)]

        return judge(collection, find, meter.seconds)


def judge(collection: Collection, find: Find, clock: Callable[[], float]) -> Relevance:
    """Ask all questions as the search page does: where nothing has enough of the words, for any of them."""
    scores, unanswered, begun = [], 0, clock()
    for words, gains in collection.questions:
        asked = plain(words)
        found = find(asked) or find(replace(asked, wide=True))
        scores.append(ndcg([collection.ids[place] for place in found], gains))
        unanswered += not found
    count = len(scores)
    return Relevance(sum(scores) / count, unanswered / count, (clock() - begun) / count * 1000)

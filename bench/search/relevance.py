"""How good the order of answers is, on collections of which the right answers are known."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.search.judged import FIRST, Collection, ndcg
from collab.search import whoosh_index
from collab.search.question import Question, plain
from collab.search.whoosh_reader import Reader

#: Answers a question with keys, the best first.
Find = Callable[[Question, int], Sequence[str]]


@dataclass(frozen=True)
class Relevance:
    """What an engine reached on a collection: nDCG, the share without an answer, CPU ms of a question."""

    ndcg: float
    unanswered: float
    cpu: float


def of_whoosh(collection: Collection) -> Relevance:
    """What Whoosh's index reaches."""
    with tempfile.TemporaryDirectory() as folder:
        whoosh_index.rebuild(Path(folder), collection.documents())
        return judge(collection, Reader(Path(folder)).find, time.process_time)


def judge(collection: Collection, find: Find, clock: Callable[[], float]) -> Relevance:
    """Ask all questions as the search page does: where nothing has enough of the words, for any of them."""
    scores, unanswered, begun = [], 0, clock()
    for words, gains in collection.questions:
        asked = plain(words)
        keys = find(asked, FIRST) or find(replace(asked, wide=True), FIRST)
        scores.append(ndcg([collection.ids[int(key[1:])] for key in keys], gains))
        unanswered += not keys
    count = len(scores)
    return Relevance(sum(scores) / count, unanswered / count, (clock() - begun) / count * 1000)

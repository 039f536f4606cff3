"""Which documents answer a plan, the best first. Knows nothing of the disk, nothing of rights.

Every segment of the index answers for each need with documents and weights; what is left to do here
is to add them up. It happens in few steps over many documents, each of them one that Python does
for a whole list at once.
"""

import heapq
import math
from array import array
from collections.abc import Callable, Iterable, Sequence, Set
from typing import Protocol

from collab.search.plan import Need, Plan
from collab.search.question import Question

#: How much more a document is worth that holds many of the words than one that says few of them often.
TOGETHER = 0.1

Scores = dict[int, float]


class Postings:
    """The documents of a segment that hold something, in their order, and what it weighs in each."""

    #: What is in more than one of so many documents is looked up in a table of all documents.
    OFTEN = 64

    def __init__(self, documents: Sequence[int], weights: Sequence[float], total: int) -> None:
        self.documents, self.weights = documents, weights
        self.table: array[float] | None = None
        if len(documents) * self.OFTEN > total:
            self.table = array("f", bytes(4 * total))
            for document, weight in self.pairs():
                self.table[document] = weight

    def __len__(self) -> int:
        return len(self.documents)

    def pairs(self) -> Iterable[tuple[int, float]]:
        """Each document and the weight in it."""
        return zip(self.documents, self.weights, strict=True)

    def lookup(self) -> Callable[[int], float | None]:
        """Something that answers the weight in a document; 0 or None where there is none."""
        return self.table.__getitem__ if self.table else dict(self.pairs()).get


class Segment(Protocol):
    """A part of the index that does not change. Its documents are numbered from 0."""

    #: For each document: what it is about, its workspace (0: none), its entry (0: none), its time in seconds.
    things: Sequence[int]
    places: Sequence[int]
    entries: Sequence[int]
    moments: Sequence[int]
    #: The workspaces in which any of the documents are.
    everywhere: Set[int]
    #: Documents that were taken out since.
    gone: Set[int]

    def postings(self, need: Need) -> Postings:
        """The documents in which the need is met in some way, each with the most that one way weighs."""

    def having(self, field: str, value: str) -> Sequence[int]:
        """The documents of a kind, by an author, …"""


def rank(segments: Sequence[Segment], plan: Plan, question: Question, limit: int) -> list[int]:
    """What the best documents are about, at most ``limit`` of them, the best (or newest) first."""
    newest = question.order == "date" or not plan.asks
    found = _postings(segments, plan)
    rarity = _rarities(segments, found, len(plan.needs))
    answers: list[tuple[float, int]] = []
    for segment, part in zip(segments, found, strict=True):
        scores = _narrowed_scores(segment, plan, question, part, rarity)
        things, moments = segment.things, segment.moments
        if newest:
            scores = {doc: moments[doc] for doc in scores}
        best = heapq.nlargest(limit, ((score, -things[doc]) for doc, score in scores.items()))
        answers += best
    answers.sort(reverse=True)
    return [-thing for _, thing in answers[:limit]]


def matching(segments: Sequence[Segment], plan: Plan, question: Question) -> list[int]:
    """What all documents are about that answer, in no order."""
    found = _postings(segments, plan)
    level = [1.0] * len(plan.needs)
    return [
        segment.things[doc]
        for segment, part in zip(segments, found, strict=True)
        for doc in _narrowed_scores(segment, plan, question, part, level)
    ]


def _postings(segments: Sequence[Segment], plan: Plan) -> list[list[Postings]]:
    return [[segment.postings(need) for need in plan.needs] for segment in segments]


def _rarities(segments: Sequence[Segment], found: Sequence[Sequence[Postings]], needs: int) -> list[float]:
    """How much each need says, by how many of all documents meet it (Robertson, Spärck Jones)."""
    total = sum(len(segment.things) for segment in segments)
    holding = [sum(len(part[at]) for part in found) for at in range(needs)]
    return [rareness(total, held) for held in holding]


def rareness(total: int, held: int) -> float:
    """How much it says that so many of all documents meet a need."""
    return math.log(1 + (max(total, held) - held + 0.5) / (held + 0.5))


def _narrowed_scores(
    segment: Segment, plan: Plan, question: Question, part: Sequence[Postings], rarity: Sequence[float]
) -> Scores:
    if plan.asks:
        scores = _scores(plan, part, rarity)
    elif question.narrowed:
        scores = dict.fromkeys(range(len(segment.things)), 0.0)
    else:
        return {}
    left = _narrowed(segment, question, scores.keys())
    for need in plan.without:
        left = left - set(segment.postings(need).documents)
    return scores if left is scores.keys() else {doc: scores[doc] for doc in left}


def _scores(plan: Plan, part: Sequence[Postings], rarity: Sequence[float]) -> Scores:
    """Documents that meet ``least`` of the needs, and what all that they meet says."""
    order = sorted(range(len(part)), key=lambda at: len(part[at]))
    needed = [at for at in order if plan.needs[at].needed]
    scores = (
        _all(needed, part, rarity) if plan.least == len(needed) else _enough(needed, plan.least, part, rarity)
    )
    for at in order:
        if not plan.needs[at].needed and scores:
            weight_in, worth = part[at].lookup(), plan.needs[at].worth * rarity[at]
            scores = {doc: score + (weight_in(doc) or 0.0) * worth for doc, score in scores.items()}
    return scores


def _all(needed: Sequence[int], part: Sequence[Postings], rarity: Sequence[float]) -> Scores:
    """Documents that meet every need."""
    first, *others = needed
    worth = rarity[first]
    scores = {doc: weight * worth for doc, weight in part[first].pairs()}
    for at in others:
        if not scores:
            break
        weight_in, worth = part[at].lookup(), rarity[at]
        scores = {doc: score + held * worth for doc, score in scores.items() if (held := weight_in(doc))}
    return scores


def _enough(needed: Sequence[int], least: int, part: Sequence[Postings], rarity: Sequence[float]) -> Scores:
    """Documents that meet so many of the needs; the more of what they say, the better."""
    scores: Scores = {}
    met: dict[int, int] = {}
    said: Scores = {}
    opening = len(needed) - least + 1  # a document that meets none of these cannot meet enough
    for number, at in enumerate(needed):
        worth = rarity[at]
        if number < opening:
            for doc, weight in part[at].pairs():
                scores[doc] = scores.get(doc, 0.0) + weight * worth
                said[doc] = said.get(doc, 0.0) + worth
                met[doc] = met.get(doc, 0) + 1
        else:
            weight_in = part[at].lookup()
            for doc in scores:
                if held := weight_in(doc):
                    scores[doc] += held * worth
                    said[doc] += worth
                    met[doc] += 1
    whole = sum(rarity[at] for at in needed) or 1.0
    return {
        doc: score * (said[doc] / whole) ** TOGETHER for doc, score in scores.items() if met[doc] >= least
    }


def _narrowed(segment: Segment, question: Question, documents: Set[int]) -> Set[int]:
    """Of the documents, those that are there and fit what the question is narrowed to."""
    left = documents - segment.gone if segment.gone else documents
    for field, values in (
        ("kind", question.kinds),
        ("author", question.authors),
        ("tag", question.tags),
        ("lang", question.langs),
    ):
        if values:
            left = left & {doc for value in values for doc in segment.having(field, str(value))}
    if question.has_file is not None:
        having = set(segment.having("has", "file"))
        left = left & having if question.has_file else left - having
    if question.after is not None or question.before is not None:
        left = _within(segment, question, left)
    return _seen(segment, question, left)


def _within(segment: Segment, question: Question, left: Set[int]) -> Set[int]:
    moments = segment.moments
    first = question.after.timestamp() if question.after else -math.inf
    last = question.before.timestamp() if question.before else math.inf
    return {doc for doc in left if first <= moments[doc] < last}


def _seen(segment: Segment, question: Question, left: Set[int]) -> Set[int]:
    """Those in the workspaces, and of the entries, that the question is narrowed to."""
    if question.places is not None:
        allowed = frozenset(question.places)
        if not segment.everywhere <= allowed:
            places = segment.places
            left = {doc for doc in left if places[doc] in allowed}
    if question.entries is not None:
        of_entry, known = segment.entries, frozenset((0, *question.entries))
        left = {doc for doc in left if of_entry[doc] in known}
    return left

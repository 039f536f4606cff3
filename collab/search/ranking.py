"""Which documents answer a question, the best first. Knows nothing of the disk, nothing of rights.

Every segment of the index answers for each word with documents and weights; what is left to do here
is to add them up. It happens in few steps over many documents, each of them one that Python does
for a whole list at once.
"""

import heapq
import math
from array import array
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from collab.search.weights import LONGEST_PREFIX, SHORTEST_PREFIX
from collab.search.words import alternatives, fold, parts

#: Words after this many say nothing new.
MOST_WORDS = 20
#: Up to so many words, all must be there; of more, enough to say this share of what they say together.
ALL_OF, SHARE = 2, 0.15
#: How much more a document is worth that holds many of the words than one that says few of them often.
TOGETHER = 0.1

#: The places where a word may stand: fields and terms.
Terms = tuple[tuple[str, str], ...]
Scores = dict[int, float]


class Postings:
    """The documents of a segment that hold a word, in their order, and what it weighs in each."""

    #: A word in more than one of so many documents is looked up in a table of all documents.
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
        """Each document and the word's weight in it."""
        return zip(self.documents, self.weights, strict=True)

    def lookup(self) -> Callable[[int], float | None]:
        """Something that answers the weight in a document; 0 or None where the word is not."""
        return self.table.__getitem__ if self.table else dict(self.pairs()).get


@dataclass(frozen=True)
class Question:
    """Words, and what the answers are narrowed to. ``places`` are all that the asking person has."""

    words: str
    kind: str = ""
    place: int | None = None
    author: int | None = None
    since: datetime | None = None
    places: Sequence[int] | None = field(default=None)
    prefix: bool = False


class Segment(Protocol):
    """A part of the index that does not change. Its documents are numbered from 0."""

    #: The workspaces in which any of the documents are.
    everywhere: Set[int]
    #: For each document: what it is about, its workspace (0: none), its time in seconds.
    things: Sequence[int]
    places: Sequence[int]
    moments: Sequence[int]
    #: Documents that were taken out since.
    gone: Set[int]

    def postings(self, terms: Terms) -> Postings:
        """The documents that hold one of the terms, each with the most that one of them weighs."""


@dataclass(frozen=True)
class Word:
    """A word that was asked for: where it may stand. A joined one ("WS-320") need not, its parts do."""

    terms: Terms
    needed: bool = True


def asked(question: Question) -> list[Word]:
    """The words of a question, none twice. A word that is being typed may end anywhere."""
    typed = parts(question.words)[:MOST_WORDS]
    found: dict[Terms, Word] = {}
    for number, (whole, pieces) in enumerate(typed):
        terms = _terms(whole)
        if question.prefix and number == len(typed) - 1 and len(whole) >= SHORTEST_PREFIX:
            terms += (("name", fold(whole)[:LONGEST_PREFIX]),)
            found[terms] = Word(terms)
            break
        found.setdefault(terms, Word(terms, needed=not pieces))
        for piece in pieces:
            found[_terms(piece)] = Word(_terms(piece))
    return list(found.values())


def _terms(word: str) -> Terms:
    return tuple(("terms", term) for term in alternatives(word))


def rank(segments: Sequence[Segment], question: Question, limit: int) -> list[int]:
    """What the best documents are about, at most ``limit`` of them, the best first."""
    wanted = asked(question)
    if not wanted:
        return []
    found = [[segment.postings(word.terms) for word in wanted] for segment in segments]
    total = sum(len(segment.things) for segment in segments)
    rarity = [_rarity(total, sum(len(part[at]) for part in found)) for at in range(len(wanted))]
    match = _all if sum(word.needed for word in wanted) <= ALL_OF else _enough
    answers: list[tuple[float, int, int]] = []
    for number, (segment, part) in enumerate(zip(segments, found, strict=True)):
        scores = match(wanted, part, rarity)
        best = heapq.nlargest(limit, _narrowed(segment, question, scores), key=scores.__getitem__)
        answers += [(scores[doc], number, doc) for doc in best]
    answers.sort(reverse=True)
    return [segments[number].things[doc] for _, number, doc in answers[:limit]]


def _rarity(total: int, holding: int) -> float:
    """How much a word says that so many of all documents hold (Robertson, Spärck Jones)."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def _all(wanted: Sequence[Word], part: Sequence[Postings], rarity: Sequence[float]) -> Scores:
    """Documents that hold every word that is needed."""
    first, *others = sorted(range(len(wanted)), key=lambda at: (not wanted[at].needed, len(part[at])))
    worth = rarity[first]
    scores = {doc: weight * worth for doc, weight in part[first].pairs()}
    for at in others:
        if not scores:
            break
        weight_in, worth = part[at].lookup(), rarity[at]
        if wanted[at].needed:
            scores = {doc: score + held * worth for doc, score in scores.items() if (held := weight_in(doc))}
        else:
            scores = {doc: score + (weight_in(doc) or 0.0) * worth for doc, score in scores.items()}
    return scores


def _enough(wanted: Sequence[Word], part: Sequence[Postings], rarity: Sequence[float]) -> Scores:
    """Documents whose words say enough of what all the words say; the more of it, the better."""
    left = whole = sum(rarity)
    scores: Scores = {}
    said: Scores = {}
    for at in sorted(range(len(wanted)), key=rarity.__getitem__, reverse=True):
        worth = rarity[at]
        if left >= SHARE * whole:  # a document that holds only this word and later ones may do
            for doc, weight in part[at].pairs():
                scores[doc] = scores.get(doc, 0.0) + weight * worth
                said[doc] = said.get(doc, 0.0) + worth
        else:
            weight_in = part[at].lookup()
            for doc in scores:
                if held := weight_in(doc):
                    scores[doc] += held * worth
                    said[doc] += worth
        left -= worth
    return {
        doc: score * (said[doc] / whole) ** TOGETHER
        for doc, score in scores.items()
        if said[doc] >= SHARE * whole
    }


def _narrowed(segment: Segment, question: Question, scores: Scores) -> Iterable[int]:
    """Of the documents, those that are there and fit what the question is narrowed to."""
    left: Set[int] = scores.keys() - segment.gone if segment.gone else scores.keys()
    if question.kind:
        left = left & set(segment.postings((("kind", question.kind),)).documents)
    if question.author is not None:
        left = left & set(segment.postings((("author", str(question.author)),)).documents)
    if question.since is not None:
        earliest, moments = question.since.timestamp(), segment.moments
        left = {doc for doc in left if moments[doc] >= earliest}
    allowed = _places(question)
    if allowed is None or segment.everywhere <= allowed:
        return left
    places = segment.places
    return [doc for doc in left if places[doc] in allowed]


def _places(question: Question) -> frozenset[int] | None:
    if question.place is not None:
        return frozenset((question.place,))
    return None if question.places is None else frozenset((0, *question.places))

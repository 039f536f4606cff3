"""The words asked for last, as they stand in the index: facts about texts, not about who may read them."""

from array import array
from collections import OrderedDict
from collections.abc import Iterable

from collab.search.plan import Way
from collab.search.ranking import Postings

#: So many postings are kept by a process; 8 bytes each.
ROOM = 1_000_000


#: Documents in their order, and a weight for each.
List = tuple["array[int]", "array[float]"]


def united(every: Iterable[List]) -> List:
    """Several posting lists as one; a document in several of them weighs what it weighs at most."""
    most: dict[int, float] = {}
    for documents, weights in every:
        for document, weight in zip(documents, weights, strict=True):
            if weight > most.get(document, 0.0):
                most[document] = weight
    documents = array("I", sorted(most))
    return documents, array("f", map(most.__getitem__, documents))


#: Name of the segment, usual length of its texts, what was asked for.
Key = tuple[str, float, tuple[Way, ...]]


class Kept:
    """The posting lists asked for last, as many as there is room for."""

    def __init__(self, room: int) -> None:
        self._lists: OrderedDict[Key, Postings] = OrderedDict()
        self._room = room

    def get(self, key: Key) -> Postings | None:
        """The list, if it is here."""
        found = self._lists.get(key)
        if found is not None:
            self._lists.move_to_end(key)
        return found

    def put(self, key: Key, postings: Postings) -> None:
        """Keep the list, and forget those asked for longest ago to make room for it."""
        self._lists[key] = postings
        self._room -= _size(postings)
        while self._room < 0 and self._lists:
            self._room += _size(self._lists.popitem(last=False)[1])


def _size(postings: Postings) -> int:
    return len(postings) + len(postings.table or ()) // 2 + 50  # an empty list takes room too

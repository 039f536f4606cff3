"""Takes German compounds apart: "wohnraumlüftungsanlage" is a "wohn", "raum", "lüftungs", "anlage"."""

import math
from collections.abc import Mapping, Set
from functools import cache
from importlib.resources import files
from itertools import pairwise

#: Letters that a part has at least.
LEAST = 3
#: What a part costs: so much each, so that few long parts win; more if it is rare, and more if it is short.
EACH, RARE, OFTEN, UNSEEN = 6.0, 12.0, 1.6, 4.0
COSTS = (math.inf, *(EACH + max(0.0, RARE - OFTEN * often) for often in range(1, 10)))
SHORT, LONG = (0.0, 0.0, 0.0, 5.0, 1.5, 0.0), 5
#: A word whose parts cost more than this each is not taken apart.
DEAREST = 16.0
#: How words like "Drucker" are inflected, and words like "Kundin".
AGENTS, WOMEN = ("", "s", "n", "in", "innen"), ("", "nen")


class Words:
    """Parts, and how many words each begins or ends as powers of two; and words that are not what they seem."""

    def __init__(
        self,
        begins: Mapping[str, int],
        ends: Mapping[str, int],
        exceptions: Mapping[str, tuple[str, ...]],
        stems: Mapping[str, str],
        verbs: Set[str],
    ) -> None:
        self.begins, self.ends, self.exceptions = begins, ends, exceptions
        self.stems, self.verbs = stems, verbs

    def parts(self, word: str) -> tuple[str, ...]:
        """The parts of a flat word in their order, links included; none if it is no compound."""
        if word in self.exceptions:
            return self.exceptions[word]
        if len(word) < 2 * LEAST or word in self.ends or word in self.begins:
            return ()
        found: list[str] = []
        for part in self._cheapest(word):
            found += self.exceptions.get(part) or (part,)
        return tuple(found)

    def _first(self, part: str) -> float:
        """What a part costs that is not the last. Nouns may begin words that nobody wrote down."""
        if often := self.begins.get(part):
            return COSTS[often] + SHORT[min(len(part), LONG)]
        if len(part) == LEAST:
            return math.inf
        often = self.ends.get(part) or (self.ends.get(part[:-1], 0) if part[-1] == "s" else 0)
        return COSTS[often] + SHORT[min(len(part), LONG)] + UNSEEN

    def _last(self, part: str) -> float:
        return COSTS[self.ends.get(part, 0)] + SHORT[min(len(part), LONG)]

    def _cheapest(self, word: str) -> tuple[str, ...]:
        """The cheapest way to put the word together."""
        size, first = len(word), self._first
        best: list[tuple[float, int]] = [(0.0, 0)] + [(math.inf, 0)] * size
        for start in range(size - LEAST + 1):
            spent = best[start][0]
            if spent == math.inf:
                continue
            for end in range(start + LEAST, size - LEAST + 1):
                cost = spent + first(word[start:end])
                if cost < best[end][0]:
                    best[end] = (cost, start)
            cost = spent + self._last(word[start:])
            if start and cost < best[size][0]:
                best[size] = (cost, start)
        cuts = [size]
        if best[size][0] == math.inf:
            return ()
        while cuts[-1]:
            cuts.append(best[cuts[-1]][1])
        cuts.reverse()
        if best[size][0] / (len(cuts) - 1) > DEAREST:
            return ()
        return tuple(word[start:end] for start, end in pairwise(cuts))


@cache
def german() -> Words:
    """The words that come with Collab: see data/german.txt and how it was made, scripts/german_words.py."""
    begins: dict[str, int] = {}
    ends: dict[str, int] = {}
    exceptions: dict[str, tuple[str, ...]] = {}
    stems: dict[str, str] = {}
    verbs: set[str] = set()
    with (files("collab.search") / "data/german.txt").open(encoding="ascii") as lines:
        for line in map(str.rstrip, lines):
            if line[-1].isdigit():
                part, often = line[:-2], int(line[-2:])
                if often > 9:
                    begins[part] = often // 10
                if often % 10:
                    ends[part] = often % 10
            elif line[-1] == "+":
                verbs.add(line[:-1])
            elif "=" in line:
                word, stem = line.split("=")
                endings = WOMEN if stem else AGENTS
                stems |= dict.fromkeys((word + ending for ending in endings), stem or word)
            else:
                word, *rest = line.split("|")
                exceptions["".join((word, *rest))] = (word, *rest) if rest[-1] else ()
    return Words(begins, ends, exceptions, stems, verbs)

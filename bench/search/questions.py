"""Questions that the texts answer: two words, the beginning of a word, a passage, and who wrote it.

Each is made of words of one text, neither rare nor everywhere, so that something is found and much
has to be looked at. No question is asked twice: what is measured is what nobody asked before.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.search.texts import Text

#: Words are usual that at least and at most this share of the texts say.
SELDOM, OFTEN = 0.004, 0.08
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True)
class Asked:
    """What is asked of one text; ``author`` is the number of who wrote it."""

    two: str
    typed: str
    phrase: str
    number: int


def questions(sample: Sequence[Text], count: int) -> list[Asked]:
    """So many different questions about the texts (fewer, if they have not enough), always the same."""
    chance = random.Random("questions")
    said = [_WORD.findall(text.text) for text in sample]
    held = Counter(word for words in said for word in {word.lower() for word in words})
    usual = {word for word, times in held.items() if SELDOM < times / len(sample) < OFTEN}
    found: dict[str, Asked] = {}
    order = list(range(len(sample)))
    chance.shuffle(order)
    for number in order:
        asked = _about(number, sample[number], said[number], usual, chance)
        if asked and len(found) < count:
            found.setdefault(asked.two, asked)
    return list(found.values())


def _about(
    number: int, text: Text, said: Sequence[str], usual: set[str], chance: random.Random
) -> Asked | None:
    words = sorted({word.lower() for word in said} & usual)
    passages = [
        f"{one} {other}"
        for one, other in pairwise(said)
        if other.lower() in usual and f"{one} {other}" in text.text
    ]
    titles = _WORD.findall(text.title)
    if len(words) < 2 or not passages or not titles:
        return None
    typed = chance.choice(titles).lower()
    return Asked(
        " ".join(chance.sample(words, 2)), typed[: chance.randint(2, 5)], chance.choice(passages), number
    )

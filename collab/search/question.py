"""What somebody asks, taken apart: words, and what the answers are narrowed to. Knows no terms and no rows.

What answers a question is the same for every engine and for somebody who reads all texts one by one;
it depends on no statistics. Filters and ``without`` always hold. Of the groups, each a choice of which
one must be there:

- ``strict`` (an operator was used), or at most ``ALL_OF`` groups that say anything: every one of those;
- more: one in seven of them (rounded up); whoever writes a sentence means its words, not that all must occur;
- ``wide``: any one. Asked where nothing else passed.

Small words ("the", "und") need not be there, unless there are no others.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

#: Groups after this many say nothing new.
MOST_GROUPS = 20
#: Up to so many, all must be there; of more, this share.
ALL_OF, SHARE = 2, 1 / 7
#: Passages that are looked for word by word have at most so many.
MOST_IN_PHRASE = 12


@dataclass(frozen=True)
class Word:
    """One word as typed. ``prefix``: it may go on (``lüft*``), anywhere in a text."""

    text: str
    prefix: bool = False


@dataclass(frozen=True)
class Phrase:
    """Words that stand one after the other."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Term:
    """A term as the index has it, of which the words are not known."""

    term: str


Item = Word | Phrase | Term
Group = tuple[Item, ...]
Order = Literal["relevance", "date"]


@dataclass(frozen=True)
class Question:
    """Words, and what the answers are narrowed to.

    ``places`` and ``entries``: workspaces (0: none, as of people) and, for those who see only part of
    what is in them, entries; other things are not proposed. None: everywhere. ``authors``, ``tags``
    (keys), ``kinds``, ``langs``: one of them, if any are named; an unknown one is in there as something
    that nothing has. ``typing``: the last word may be the beginning of a word of a title. ``also``: words
    that were not typed and that the groups ask for as well, to be marked in passages.
    """

    groups: tuple[Group, ...] = ()
    without: tuple[Item, ...] = ()
    strict: bool = False
    wide: bool = False
    typing: bool = False
    also: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    authors: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    has_file: bool | None = None
    after: datetime | None = None
    before: datetime | None = None
    places: Collection[int] | None = None
    entries: Collection[int] | None = None
    placed: bool = False
    order: Order = "relevance"

    @property
    def narrowed(self) -> bool:
        """Is anything but words said?"""
        return (
            bool(self.kinds or self.authors or self.tags or self.langs or self.after or self.before)
            or self.has_file is not None
        )


def plain(words: str, *, typing: bool = False) -> Question:
    """A question of words between blanks, without any syntax."""
    return Question(tuple((Word(word),) for word in words.split()[:MOST_GROUPS]), typing=typing)

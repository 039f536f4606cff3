"""From a typed text to what it asks: Whoosh's query parser with the few signs that people are told of.

``words``, ``"phrases"``, ``-without``, ``OR``, ``AND`` (as they stand, or in German), ``begin*`` and the
filters of ``wanted``. ``OR`` is between its neighbours; there are no brackets. Everything else is text:
what is no filter's name before a colon, a quotation mark within a word, an operator without neighbours.
No text is an error.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from collab.search.question import MOST_GROUPS, Phrase, Word
from collab.search.wanted import AND, FIELDS, OR, Filter, Item, Wanted, field_of, implied, value_of
from collab.search.whoosh import (
    AndGroup,
    FieldsPlugin,
    GroupNode,
    NotGroup,
    OperatorsPlugin,
    OrGroup,
    PhrasePlugin,
    PrefixOperator,
    PrefixPlugin,
    QueryParser,
    TextNode,
)
from collab.text import clean_line

#: Letters after these are not read; nor are filters and words taken away after so many.
LONGEST, MOST_FILTERS, MOST_WITHOUT = 1000, 20, 20

_NAMES = "|".join(name for names in FIELDS.values() for name in names)
#: Where a word begins, also behind a minus.
_BEGINS = r"(?:(?<!\S)|(?<=\s-)|(?<=^-))"
_FIELD = rf"{_BEGINS}(?P<text>(?i:{_NAMES})):(?=\S)"
_PHRASE = r'(?<![^\s:\-])"(?P<text>[^"]*)(?:"|$)(?P<slop>(?!))?'
_BEGINNING = r'(?P<text>[^\s*"]+)\*(?=\s|$)'
_MINUS = r"(?<!\S)-(?=[^\s\-])"
_EITHER = "|".join((*OR, *AND))
#: What would be read otherwise if it stood by itself.
_SIGN = re.compile(rf"-[^-]|(?i:{_NAMES}):.", re.DOTALL)
#: Quotation marks as they are printed, and as telephones write them.
_QUOTES = str.maketrans(dict.fromkeys("„“”«»‟", '"'))


def _between(words: tuple[str, ...]) -> str:
    """An operator between others; of several in a row the first counts."""
    return rf"(?<=\s)(?:{'|'.join(words)})(?:\s+(?:{_EITHER}))*(?=\s)"


def _parser() -> Any:
    tagger = OperatorsPlugin.OpTagger
    operators = [
        (tagger(_MINUS, NotGroup, PrefixOperator), 0),
        (tagger(_between(OR), OrGroup), 0),
        (tagger(_between(AND), AndGroup), 0),
    ]
    return QueryParser(
        None,
        None,
        plugins=[
            FieldsPlugin(_FIELD, remove_unknown=False),
            PhrasePlugin(_PHRASE),
            OperatorsPlugin(operators, clean=True),
            PrefixPlugin(_BEGINNING),
        ],
    )


_PARSER = _parser()


@lru_cache(maxsize=500)
def parse(typed: str) -> Wanted:
    """What the text asks. Never raises."""
    text = clean_line(typed[: 4 * LONGEST]).translate(_QUOTES)
    parts = [part for node in _PARSER.process(text[:LONGEST]) for part in _parts(node)]
    groups = tuple(dict.fromkeys(tuple(part) for kind, part in parts if kind == "group" and part))
    without = tuple(dict.fromkeys(part for kind, part in parts if kind == "without"))
    filters = tuple(dict.fromkeys(part for kind, part in parts if kind == "filter"))
    found = Wanted(groups[:MOST_GROUPS], without[:MOST_WITHOUT], filters[:MOST_FILTERS])
    joined = len(found.groups) > 1 and any(kind == "and" for kind, _ in parts)
    more = len(groups) > MOST_GROUPS or len(without) > MOST_WITHOUT or len(filters) > MOST_FILTERS
    too_long = len(typed) > 4 * LONGEST or len(text) > LONGEST
    return replace(found, strict=joined or implied(found), cut=more or too_long)


def _parts(node: Any, *, away: bool = False) -> Iterator[tuple[str, Any]]:
    """The parts of a tree: groups of which one is meant, what is taken away, filters, and whether AND stood there."""
    if isinstance(node, OrGroup):
        inner = [part for child in node for part in _parts(child, away=away)]
        yield "group", list(dict.fromkeys(item for kind, one in inner if kind == "group" for item in one))
        yield from (part for part in inner if part[0] != "group")
    elif isinstance(node, GroupNode):
        if isinstance(node, AndGroup):
            yield "and", None
        for child in node:
            yield from _parts(child, away=away or isinstance(node, NotGroup))
    elif isinstance(node, TextNode):
        yield from _leaf(node, away=away)


def _leaf(node: Any, *, away: bool) -> Iterator[tuple[str, Any]]:
    begun = isinstance(node, PrefixPlugin.PrefixNode)
    if node.fieldname:
        name = field_of(node.fieldname)
        value = " ".join((node.text + "*" * begun).replace('"', " ").split())
        if value:
            yield "filter", Filter(name, value_of(name, value), away)
        return
    items = [_item(node.text, prefix=begun, quoted=isinstance(node, PhrasePlugin.PhraseNode))]
    for item in filter(None, items):
        yield ("without", item) if away else ("group", [item])


def _item(text: str, *, prefix: bool, quoted: bool) -> Item | None:
    """A word; or what can only be meant letter by letter."""
    words = text.replace('"', " ").split()
    if quoted or len(words) != 1:
        return Phrase(tuple(words)) if words else None
    word = words[0].strip("*")
    if word in (*OR, *AND):
        return Word(word.lower(), prefix)
    if _SIGN.match(word):
        return Phrase((word,))
    return Word(word, prefix) if word else None

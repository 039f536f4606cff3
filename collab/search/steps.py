"""What would find more, where nothing is found: each step leaves out one thing that was asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy.orm import Session

from collab.search import services
from collab.search.engine import Engine
from collab.search.forms import Asked
from collab.search.queries import Chip, Narrowed, question
from collab.search.question import Phrase, Question, Word
from collab.search.wanted import Wanted, implied, written
from collab.viewer import Viewer

#: So many steps are tried.
MOST = 5

What = Literal["filter", "filters", "signs", "any"]


#: Filter -> what it narrows of a question.
NARROWS: Mapping[str, tuple[str, ...]] = {
    "kind": ("kinds",),
    "workspace": ("places", "placed"),
    "author": ("authors",),
    "tag": ("tags",),
    "after": ("after",),
    "before": ("before",),
    "has": ("has_file",),
    "language": ("langs",),
}


@dataclass(frozen=True)
class Step:
    """What is left out (``chips`` of the filters), what is wanted then, and how many things answer that."""

    what: What
    wanted: Wanted
    question: Question
    chips: tuple[Chip, ...] = ()
    count: int = 0


def wider(db: Session, viewer: Viewer, engine: Engine, narrowed: Narrowed) -> list[Step]:
    """The steps that find something the viewer may see."""
    found = []
    for step in list(_steps(db, viewer, narrowed))[:MOST]:
        total = services.facets(db, viewer, engine, step.question).total
        if total:
            found.append(replace(step, count=total))
    return found


def _steps(db: Session, viewer: Viewer, narrowed: Narrowed) -> Iterator[Step]:
    wanted, asked = narrowed.wanted, narrowed.question
    fields = dict.fromkeys(chip.filter.field for chip in narrowed.chips)
    if fields:
        everywhere = question(db, viewer, Asked(q=written(wanted.only_words()))).question
        for name in fields:
            chips = tuple(chip for chip in narrowed.chips if chip.filter.field == name)
            left_out: dict[str, Any] = {part: getattr(everywhere, part) for part in NARROWS[name]}
            yield Step("filter", wanted.leaving(name), replace(asked, **left_out), chips)
        if len(fields) > 1:
            yield Step("filters", wanted.only_words(), everywhere)
    yield from _simpler(wanted, asked)


def _simpler(wanted: Wanted, asked: Question) -> Iterator[Step]:
    """Without signs, and with one of the words."""
    words = tuple(dict.fromkeys(_words(wanted)))
    if implied(wanted) and words:
        bare = replace(wanted, groups=tuple((word,) for word in words), without=(), strict=False)
        yield Step("signs", bare, replace(asked, groups=bare.groups, without=(), strict=False))
    if len(words) > 1:
        some = replace(wanted, groups=(words,), without=(), strict=True)
        yield Step("any", some, replace(asked, groups=some.groups, without=(), strict=True))


def _words(wanted: Wanted) -> Iterator[Word]:
    for group in wanted.groups:
        for item in group:
            if isinstance(item, Phrase):
                yield from map(Word, item.words)
            else:
                yield item

"""Did you mean …? Words that are spelt nearly like those that find nothing.

A word is only offered as it stands in a text that the viewer may read.
"""

import re
from dataclasses import replace

from sqlalchemy.orm import Session

from collab.search import hits
from collab.search.analysis import is_small, readings, tokens
from collab.search.engine import Engine
from collab.search.passing import Unusable, asked, passed
from collab.search.question import Question, Term, Word
from collab.viewer import Viewer

#: Words of less letters are not mended; so many are looked at.
SHORTEST, MOST_WORDS = 3, 5
#: So many terms, and so many texts for each, are looked at for one word.
TERMS, TEXTS = 8, 3


def meant(db: Session, viewer: Viewer, engine: Engine, question: Question, typed: str) -> str | None:
    """What was typed with those of its words mended that find nothing; None if there is nothing to mend.

    ``question`` is what ``typed`` became. What is answered finds something with each mended word.
    """
    mended = typed
    try:
        for word in _single(question)[:MOST_WORDS]:
            alone = replace(question, groups=((Word(word),),), without=(), strict=True)
            if not passed(db, viewer, engine, alone, 1):
                other = _nearest(db, viewer, engine, question, word)
                if other is not None:
                    mended = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", other.replace("\\", ""), mended)
    except Unusable:
        return None
    return mended if mended != typed else None


def _single(question: Question) -> list[str]:
    words = [item.text for group in question.groups for item in group if isinstance(item, Word)]
    return [word for word in words if len(word) >= SHORTEST and not is_small(word)]


def _nearest(db: Session, viewer: Viewer, engine: Engine, question: Question, word: str) -> str | None:
    """The likeliest word, as it stands in a readable text, that the one typed may be."""
    spelt = [term for option in readings(word)[:1] for sets in option.sets for term in sets]
    near = dict.fromkeys(term for stem in dict.fromkeys(spelt) for term in asked(engine.similar, db, stem))
    for term in list(near)[:TERMS]:
        holding = replace(question, groups=((Term(term),),), without=(), strict=True)
        keys = passed(db, viewer, engine, holding, TEXTS)
        for hit in hits.shown(db, viewer, keys, ""):
            for text in (hit.title, hit.text):
                for token in tokens(text, hit.lang):
                    if token.term == term and token.position is not None:
                        return text[token.start : token.end].lower()
    return None

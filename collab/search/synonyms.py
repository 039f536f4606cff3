"""The company's own words: groups of words and passages that mean the same. Administrators keep them."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.admin.queries import may_manage
from collab.errors import Invalid, NotFound
from collab.search.analysis import fold, readings
from collab.search.models import SynonymGroup
from collab.viewer import Viewer

MOST, MOST_WORDS, LONGEST = 1000, 12, 80
_BETWEEN = re.compile(r"[,;=\n]")


def listing(db: Session, viewer: Viewer, words: str = "") -> Sequence[SynonymGroup]:
    """The groups in which each of these words occurs, by their first words, for administrators."""
    query = select(SynonymGroup).where(may_manage(viewer), SynonymGroup.deleted_at.is_(None))
    wanted = [_alike(word) for word in words.split()[:8]]
    found = [
        group
        for group in db.scalars(query).all()
        if all(word in _alike(" ".join(group.words)) for word in wanted)
    ]
    return sorted(found, key=lambda group: (_alike(group.words[0]), group.id))


def _alike(words: str) -> str:
    return fold(words.lower())


def get(db: Session, viewer: Viewer, public_id: str, *, deleted: bool = False) -> SynonymGroup:
    """The group, to be changed; NotFound if there is none, and for everybody but administrators."""
    which = select(SynonymGroup).where(SynonymGroup.public_id == public_id, may_manage(viewer))
    found = db.scalar(which.with_for_update())
    if found is None or (found.deleted_at is not None) is not deleted:
        raise NotFound
    return found


def create(db: Session, viewer: Viewer, words: str) -> SynonymGroup:
    """A group of the words between commas, semicolons or equals signs. Raises Invalid for less than two."""
    _require(viewer)
    found = parse(words)
    there = db.scalar(select(func.count()).select_from(SynonymGroup).where(SynonymGroup.deleted_at.is_(None)))
    if (there or 0) >= MOST:
        raise Invalid({"words": "too_many_groups"}, max=MOST)
    made = SynonymGroup(words=found, version=_next(db), created_at=clock.now())
    db.add(made)
    db.flush()
    _note(db, viewer, "synonyms.created", made)
    return made


def change(db: Session, viewer: Viewer, group: SynonymGroup, words: str) -> None:
    """The group holds these words from now on."""
    _require(viewer)
    found = parse(words)
    if found == group.words:
        return
    group.words, group.version = found, _next(db)
    _note(db, viewer, "synonyms.changed", group)


def remove(db: Session, viewer: Viewer, group: SynonymGroup) -> None:
    """The words no longer stand for each other. It can be taken back."""
    _require(viewer)
    group.deleted_at, group.version = clock.now(), _next(db)
    _note(db, viewer, "synonyms.deleted", group)


def restore(db: Session, viewer: Viewer, group: SynonymGroup) -> None:
    """Take back that it was deleted."""
    _require(viewer)
    group.deleted_at, group.version = None, _next(db)
    _note(db, viewer, "synonyms.restored", group)


def _require(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise NotFound


def _next(db: Session) -> int:
    return (db.scalar(select(func.max(SynonymGroup.version))) or 0) + 1


def _note(db: Session, viewer: Viewer, kind: str, group: SynonymGroup) -> None:
    activity.record(db, kind, viewer, name=", ".join(group.words))


def parse(words: str) -> list[str]:
    """The words and passages of a line, each once. Raises Invalid for a group that would say nothing."""
    found: dict[str, str] = {}
    for given in _BETWEEN.split(words):
        word = text.clean_line(given)
        if word:
            found.setdefault(_alike(word), word)
    if len(found) > MOST_WORDS:
        raise Invalid({"words": "too_many"}, max=MOST_WORDS)
    if any(len(word) > LONGEST for word in found.values()):
        raise Invalid({"words": "too_long"}, max=LONGEST)
    if len(found) < 2 or not all(any(map(readings, word.split())) for word in found.values()):
        raise Invalid({"words": "two_words"})
    return list(found.values())

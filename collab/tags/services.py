"""Tagging entries."""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from collab import text
from collab.errors import Invalid
from collab.tags.models import EntryTag
from collab.workspaces.models import Entry

MOST, LONGEST = 30, 60


def tag_key(name: str) -> str:
    """What is equal for ``Open Data``, ``open-data`` and ``OpenData``; letters and digits only."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "", folded)[:LONGEST]


def set_tags(db: Session, entry: Entry, names: Sequence[str]) -> None:
    """Let the entry have these tags, in this order, and no others. The caller checked who may.

    A spelling that is in use already is taken over. Raises Invalid for too many or too long ones.
    """
    wanted: dict[str, str] = {}
    for name in names:
        clean = text.clean_line(name).lstrip("#").strip()
        if len(clean) > LONGEST:
            raise Invalid({"tags": "too_long"}, max=LONGEST)
        if tag_key(clean):
            wanted.setdefault(tag_key(clean), clean)
    if len(wanted) > MOST:
        raise Invalid({"tags": "too_many"}, max=MOST)
    db.execute(delete(EntryTag).where(EntryTag.entry_id == entry.id).execution_options(policy=True))
    usual = dict(
        db.execute(
            select(EntryTag.key, EntryTag.name)
            .where(EntryTag.key.in_(list(wanted)), EntryTag.workspace_id == entry.workspace_id)
            .execution_options(policy=True)
        ).all()
    )
    db.add_all(
        EntryTag(
            entry_id=entry.id, workspace_id=entry.workspace_id, key=key, name=usual.get(key, name), position=n
        )
        for n, (key, name) in enumerate(wanted.items())
    )

"""An idea with a mark in every text, for the leak matrix."""

from collab.ideas import answers, services
from collab.ideas.models import Idea
from collab.workspaces import access
from collab.workspaces.models import Entry
from tests.house.full_world import Full, reads


def make(full: Full, slug: str, *, guests: bool) -> Entry:
    """An idea that is done: with a reason, and what was before and is after."""
    texts = {
        name: full.later(f"{name} of an idea in {slug}")
        for name in ("title", "body", "reason", "before", "after")
    }
    title, body, reason, before, after = (text for text, _ in texts.values())
    with full.world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        idea = services.create(db, viewer, place, title, body, guests=guests)
        services.vote(db, viewer, idea, on=True)
        answers.answer(db, viewer, idea, "done", reason, base_version=1, before=before, after=after)
        db.flush()
    for _, is_told in texts.values():
        is_told(reads(Idea, idea.id))
    full.entries.append(idea)
    return idea

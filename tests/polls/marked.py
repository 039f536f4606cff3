"""A poll with a mark in every text, for the leak matrix."""

from typing import Any

from collab.polls import services
from collab.polls.models import Poll, PollOption
from collab.workspaces import access
from collab.workspaces.models import Entry
from tests.house.full_world import Full, reads


def make(full: Full, slug: str, *, guests: bool) -> Entry:
    """A poll with two answers, with one vote."""
    title, is_called = full.later(f"title of a poll in {slug}")
    body, says = full.later(f"body of a poll in {slug}")
    answer, is_offered = full.later(f"answer of a poll in {slug}")
    with full.world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        answers = [answer, "No"]
        poll: Any = services.create(db, viewer, place, title, body, options=answers, guests=guests)
        db.flush()
        option = db.query(PollOption).filter_by(entry_id=poll.id, position=0).one()
        services.vote(db, viewer, poll, [option.public_id], "key")
    is_called(reads(Entry, poll.id))
    says(reads(Poll, poll.id))
    is_offered(reads(PollOption, option.id))
    full.entries.append(poll)
    return poll  # type: ignore[no-any-return]

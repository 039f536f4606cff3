"""A topic with a mark in every text, for the leak matrix."""

from collab.comments import services as comments
from collab.comments import turning
from collab.comments.models import Comment
from collab.topics import services
from collab.topics.models import Topic
from collab.workspaces import access
from collab.workspaces.models import Entry, Workspace
from tests.house.full_world import Full, Sees, reads


def make(full: Full, slug: str, *, guests: bool) -> Entry:
    """A topic with a decision in words and an internal comment, from which another topic was made."""
    title, is_called = full.later(f"title of a topic in {slug}")
    body, says = full.later(f"body of a topic in {slug}")
    decision, is_decided = full.later(f"decision of a topic in {slug}")
    said, is_said = full.later(f"comment that is the decision in {slug}")
    made, is_made = full.later(f"title of what was made from a comment in {slug}")
    with full.world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        topic = services.create(db, viewer, place, title, body, guests=guests)
        comment = comments.add(db, viewer, topic, said, internal=guests)
        services.decide(db, viewer, topic, decision, comment)
        other = turning.turn(db, viewer, comment, _with_topics(place), "topic", made)
        db.flush()
    is_called(reads(Topic, topic.id))
    says(reads(Topic, topic.id))
    is_decided(reads(Topic, topic.id))
    is_said(_either(reads(Comment, comment.id), reads(Topic, other.id)))  # it is the other one's text
    is_made(reads(Topic, other.id))
    full.entries.append(topic)
    return topic


def _either(one: Sees, other: Sees) -> Sees:
    return lambda db, viewer: one(db, viewer) or other(db, viewer)


def _with_topics(place: Workspace) -> Workspace:
    place.sections = [*dict.fromkeys([*place.sections, "topics"])]
    return place

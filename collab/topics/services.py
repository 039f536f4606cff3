"""What may be done with topics."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.comments import reading
from collab.comments.models import Comment
from collab.desk import writing
from collab.errors import Forbidden, Invalid
from collab.topics.models import Topic
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace


def create(
    db: Session, viewer: Viewer, workspace: Workspace, title: str, body: str, *, guests: bool = False
) -> Topic:
    """A new topic, out at once; a guest's, and one that is made with ``guests``, is for guests too."""
    topic = Topic(place_id=workspace.id)
    writing.put(db, viewer, workspace, topic, title, body, guests=guests)
    reading.note(db, viewer, topic, clock.now())
    return topic


def may_decide(db: Session, viewer: Viewer, topic: Topic) -> bool:
    """Who began it, and the owners of the workspace, say what was decided and when it is closed."""
    return access.allowed(db, viewer, "edit", topic) or access.allowed(db, viewer, "moderate", topic)


def _require(db: Session, viewer: Viewer, topic: Topic) -> None:
    access.require(db, viewer, "read", topic)
    if not may_decide(db, viewer, topic):
        raise Forbidden


def decide(db: Session, viewer: Viewer, topic: Topic, words: str, comment: Comment | None = None) -> None:
    """Say what was decided: a sentence, a comment on the topic, or both.

    An internal comment, as a decision, is for those who read it. The version stays: that there is such
    a decision is not for everybody.
    """
    _require(db, viewer, topic)
    if comment is not None and (comment.entry_id != topic.id or comment.deleted_at is not None):
        raise Invalid({"comment": "not_valid"})
    if not words and comment is None:
        raise Invalid({"words": "required"})
    topic.decision, topic.decision_id = words, comment.id if comment else None
    topic.decided_at, topic.decided_by_id = clock.now(), viewer.account_id
    what = "topic.decided_internally" if _is_internal(db, topic) else "topic.decided"
    _record(db, viewer, topic, what)


def undecide(db: Session, viewer: Viewer, topic: Topic) -> None:
    """Nothing was decided after all. Twice changes nothing."""
    _require(db, viewer, topic)
    if topic.decided_at is None:
        return
    internal = _is_internal(db, topic)
    what = "topic.decision_taken_back_internally" if internal else "topic.decision_taken_back"
    topic.decision, topic.decision_id = "", None
    topic.decided_at = topic.decided_by_id = None
    _record(db, viewer, topic, what)


def _is_internal(db: Session, topic: Topic) -> bool:
    """That there is a decision is for employees only, as the comment is that is all of it: no stream tells it."""
    if topic.decision or topic.decision_id is None:
        return False
    internal = select(Comment.internal).where(Comment.id == topic.decision_id)
    return bool(db.scalar(internal.execution_options(policy=True)))


def close(db: Session, viewer: Viewer, topic: Topic) -> None:
    """Nobody writes in it any more. Twice changes nothing."""
    _require(db, viewer, topic)
    if topic.settled_at is None:
        topic.settled_at = clock.now()
        topic.version += 1
        _record(db, viewer, topic, "topic.closed")


def reopen(db: Session, viewer: Viewer, topic: Topic) -> None:
    """Undo it."""
    _require(db, viewer, topic)
    if topic.settled_at is not None:
        topic.settled_at = None
        topic.version += 1
        _record(db, viewer, topic, "topic.reopened")


def _record(db: Session, viewer: Viewer, topic: Topic, what: str) -> None:
    activity.record(db, what, viewer, workspace_id=topic.workspace_id, entry_id=topic.id)

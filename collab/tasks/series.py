"""What one task of a series hands on to the next."""

from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from collab import clock
from collab.tags.models import EntryTag
from collab.tasks.models import Task, TaskAssignee, TaskItem
from collab.workspaces.models import EntryAuthor

P = TypeVar("P", TaskAssignee, TaskItem, EntryTag)


def hand_on(db: Session, task: Task, following: Task) -> None:
    """People, checklist (nothing ticked), tags and audience of a task also for the one that follows it.

    All of them, also what the person does not see who got the task done: the next one is for the same
    people. It stays its author's: in a clean room, competitors would read it otherwise.
    """
    db.flush()
    following.guests_from = clock.now() if task.guests_from is not None else None
    if following.author_id != task.author_id:
        db.delete(db.get_one(EntryAuthor, (following.id, following.author_id)))
        db.add(EntryAuthor(entry_id=following.id, account_id=task.author_id, position=0))
        following.author_id = task.author_id
        db.info.pop("author", None)
    here = {"entry_id": following.id, "workspace_id": following.workspace_id}
    for person in db.scalars(_all(TaskAssignee, task)):
        db.add(TaskAssignee(author_id=person.author_id, responsible=person.responsible, **here))
    for item in db.scalars(_all(TaskItem, task).where(TaskItem.removed_at.is_(None)).order_by(TaskItem.id)):
        db.add(TaskItem(words=item.words, author_id=item.author_id, **here))
    for tag in db.scalars(_all(EntryTag, task)):
        db.add(EntryTag(key=tag.key, name=tag.name, position=tag.position, **here))
    db.flush()


def _all(part: type[P], task: Task) -> Select[P]:
    """Whoever may see it: ``hand_on`` says why."""
    return select(part).where(part.entry_id == task.id).execution_options(policy=True)

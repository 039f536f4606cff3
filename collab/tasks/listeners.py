"""What follows from events: who speaks about a task has not forgotten it; people hear what waits for them."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import dates
from collab.activity.models import Event
from collab.activity.outbox import Context, Listener
from collab.auth import sending
from collab.auth.letters import Letter, Say, voice
from collab.auth.models import Account
from collab.auth.sending import Mail, as_written, reader_of
from collab.auth.services import viewer_of
from collab.config import Settings
from collab.tasks import letters
from collab.tasks.letters import Told
from collab.tasks.models import Task, TaskApproval, TaskAssignee
from collab.tasks.services import touch
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Workspace
from collab.workspaces.net import as_system

WHY = "tasks that people talk about"


def keep_alive(context: Context, events: Sequence[Event]) -> None:
    """A comment, or a file, is a sign of life of its task. The same events again change nothing that matters."""
    talked = {event.entry_id for event in events if event.entry_id is not None}
    with context.read() as db:
        tasks = select(Task.id).where(Task.id.in_(talked))
        found = [*as_system(db, WHY).scalars(tasks)]
    if found:
        with context.write.begin() as db:
            for task in as_system(db, WHY).scalars(select(Task).where(Task.id.in_(found))):
                touch(task)


# Mails -------------------------------------------------------------------------------------------

WRITE: dict[str, Callable[[Say, str, Sequence[Told]], Letter]] = {
    "task.going_stale": letters.going_stale,
    "task.assigned": letters.given,
    "task.made_responsible": letters.responsible,
    "task.approval_asked": letters.asked,
    "task.approved": letters.approved,
    "task.refused": letters.refused,
}


def tell(context: Context, events: Sequence[Event]) -> None:
    """Mail to who gets something to do, to answer or to look after, as far as it is still so and they may read it."""
    sending.send_all(context, events, _mails)


def _mails(db: Session, settings: Settings, event: Event) -> Iterator[Mail]:
    """Nobody hears of what they did themselves."""
    account = db.get(Account, event.subject_id) if event.subject_id else None
    if account is None or not account.email or account.id == event.actor_id:
        return
    viewer = viewer_of(db, account.id)
    db.info["viewer"] = viewer
    reader = reader_of(settings, account)
    ids = event.data["tasks"] if event.kind == "task.going_stale" else [event.entry_id]
    answers = event.kind in ("task.approved", "task.refused")
    found = _readable(db, viewer, ids, waiting=not answers)
    tasks = [task for task in found if _still_so(db, viewer, event.kind, task.id)]
    if not tasks or not viewer.signed_in:
        return
    by, locale = _by(db, viewer, event), reader.locale
    told = [_told(db, viewer, task, by, locale) for task in tasks]
    yield reader, partial(as_written, WRITE[event.kind](voice(reader), settings.url, told))


def _told(db: Session, viewer: Viewer, task: Task, by: str, locale: str) -> Told:
    due = format_date(task.due_on, "full", locale=dates.locale(locale)) if task.due_on else ""
    return Told(task.title, whereabouts.address_of(db, viewer, task), by, due)


def _by(db: Session, viewer: Viewer, event: Event) -> str:
    """Who did it, if the reader may know of that person."""
    if event.actor_id is None or event.actor_id not in access.may_notice(db, viewer, [event.actor_id]):
        return ""
    return db.get_one(Account, event.actor_id).name


def _readable(db: Session, viewer: Viewer, ids: Sequence[int | None], *, waiting: bool) -> list[Task]:
    """Those that the person still reads; if they are ``waiting``, that are still to be done."""
    found = access.select_entries(viewer, Task).join(Workspace, Workspace.id == Task.workspace_id)
    if waiting:
        found = found.where(Task.settled_at.is_(None), Task.later_at.is_(None))
    found = found.where(Task.id.in_(ids), Workspace.archived_at.is_(None))
    return [*db.scalars(found.order_by(Task.touched_at, Task.id))]


def _still_so(db: Session, viewer: Viewer, kind: str, task_id: int) -> bool:
    """Does the person still work on the task, or still owe the answer, of which the event speaks?"""
    if kind == "task.approval_asked":
        part: Any = TaskApproval
        more = TaskApproval.approved.is_(None)
    elif kind in ("task.assigned", "task.made_responsible"):
        part = TaskAssignee
        more = TaskAssignee.responsible.is_(kind == "task.made_responsible")
    else:
        return True
    mine = access.select_parts(viewer, part, part.entry_id).where(part.author_id == viewer.me, more)
    return db.scalar(mine.where(part.entry_id == task_id).limit(1)) is not None


LISTENERS = (
    Listener("tasks-alive", ("comment.added", "comment.edited", "file.added"), keep_alive),
    Listener("tasks-mail", tuple(WRITE), tell),
)

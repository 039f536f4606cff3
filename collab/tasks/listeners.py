"""What follows from events: who speaks about a task has not forgotten it; people hear what waits for them."""

from collections.abc import Iterator, Sequence
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.activity.models import Event
from collab.activity.outbox import Context, Listener
from collab.auth import sending
from collab.auth.letters import voice
from collab.auth.models import Account
from collab.auth.sending import Mail, as_written, reader_of
from collab.auth.services import viewer_of
from collab.config import Settings
from collab.tasks import letters
from collab.tasks.letters import Told
from collab.tasks.models import Task, TaskApproval
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


def tell(context: Context, events: Sequence[Event]) -> None:
    """Mail to who is asked to approve, and to whose tasks nobody has touched: about what they may read now."""
    for event in events:
        with context.read() as db:
            mails = list(_mails(db, context.settings, event))
        for reader, write in mails:
            sending.send(context, event, reader, write)


def _mails(db: Session, settings: Settings, event: Event) -> Iterator[Mail]:
    account = db.get(Account, event.subject_id) if event.subject_id else None
    if account is None or not account.email:
        return
    viewer = viewer_of(db, account.id)
    db.info["viewer"] = viewer
    reader = reader_of(settings, account)
    ids = event.data["tasks"] if event.kind == "task.going_stale" else [event.entry_id]
    tasks = _readable(db, viewer, ids)
    if event.kind == "task.approval_asked":
        tasks = [task for task in tasks if _still_asked(db, viewer, task.id)]
    if not tasks or not viewer.signed_in:
        return
    told = [Told(task.title, task.address) for task in tasks]
    write = letters.going_stale if event.kind == "task.going_stale" else letters.asked
    yield reader, partial(as_written, write(voice(reader), settings.url, told))


def _readable(db: Session, viewer: Viewer, ids: Sequence[int | None]) -> list[Task]:
    """Those that the person still finds, and that are still to be done."""
    found = access.select_entries(viewer, Task).join(Workspace, Workspace.id == Task.workspace_id)
    waiting = (Task.settled_at.is_(None), Task.later_at.is_(None), Workspace.archived_at.is_(None))
    there = (whereabouts.inside(viewer), whereabouts.known(viewer, Task))
    query = found.where(Task.id.in_(ids), *waiting, *there).order_by(Task.touched_at, Task.id)
    return [*db.scalars(query)]


def _still_asked(db: Session, viewer: Viewer, task_id: int) -> bool:
    asked = access.select_parts(viewer, TaskApproval, TaskApproval.id)
    mine = (TaskApproval.author_id == viewer.me, TaskApproval.approved.is_(None))
    return db.scalar(asked.where(TaskApproval.entry_id == task_id, *mine).limit(1)) is not None


LISTENERS = (
    Listener("tasks-alive", ("comment.added", "comment.edited", "file.added"), keep_alive),
    Listener("tasks-mail", ("task.going_stale", "task.approval_asked"), tell),
)

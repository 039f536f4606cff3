"""Who works on a task, who is responsible for it, and who is asked whether it is all right."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.models import Account
from collab.auth.services import viewer_of
from collab.errors import Conflict, Invalid, NotFound
from collab.tasks.models import Task, TaskApproval, TaskAssignee
from collab.tasks.services import touch
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.members import chosen, found, named
from collab.workspaces.models import Workspace
from collab.workspaces.queries import Rows

#: So many people may work on a task, and be asked about it.
MOST = 30


def reader(db: Session, viewer: Viewer, task: Task, name: str) -> Account:
    """Somebody by handle, public id or name whom the viewer may know of, and who reads the task and what hangs on it.

    That may be a guest with whom the task alone is shared. Raises Invalid for all others; known ones who do
    not read it are told apart from unknown ones.
    """
    known = named(db, viewer, chosen(db, viewer, name))
    reads = select(Account.id).where(Account.id == known.id, access.insiders(task.id))
    if db.scalar(reads.execution_options(policy=True)) is None:
        raise Invalid({"account": "does_not_read_it"}, name=known.name)
    return known


def suggested(viewer: Viewer, place: Workspace, words: str) -> Rows:
    """Rows of people whom ``words`` fit and who belong to the workspace."""
    return found(viewer, words).where(access.belonging(place.id)).limit(8).execution_options(policy=True)


def assign(db: Session, viewer: Viewer, task: Task, name: str, *, responsible: bool = False) -> None:
    """Let somebody work on the task; ``responsible`` in the place of whoever was. Doing so twice changes nothing."""
    access.require(db, viewer, "edit", task)
    account = reader(db, viewer, task, name)
    working = _working(db, task)
    mine = next((one for one in working if one.author_id == account.id), None)
    new, promoted = mine is None, responsible and not (mine and mine.responsible)
    if mine is None:
        if len(working) >= MOST:
            raise Invalid({"account": "too_many_people"}, max=MOST)
        mine = TaskAssignee(
            entry_id=task.id, workspace_id=task.workspace_id, author_id=account.id, responsible=False
        )
        db.add(mine)
    if promoted:
        for other in working:
            other.responsible = False
        mine.responsible = True
    if new or promoted:  # one event, and so one mail, for both at once
        _tell(db, "task.made_responsible" if promoted else "task.assigned", viewer, task, account.id)
    touch(task)


def unassign(db: Session, viewer: Viewer, task: Task, handle: str) -> None:
    """Somebody works on the task no longer. NotFound for whom the viewer does not see there."""
    access.require(db, viewer, "edit", task)
    who = select(Account.id).where(Account.handle == handle)
    theirs: TaskAssignee = access.get_part(
        db, viewer, TaskAssignee, TaskAssignee.entry_id == task.id, TaskAssignee.author_id.in_(who)
    )
    db.delete(theirs)
    touch(task)
    _tell(db, "task.unassigned", viewer, task, theirs.author_id)


def _working(db: Session, task: Task) -> list[TaskAssignee]:
    """All of them: there is one responsible person at most, whoever may see whom."""
    all_of_them = select(TaskAssignee).where(TaskAssignee.entry_id == task.id).with_for_update()
    return [*db.scalars(all_of_them.execution_options(policy=True, populate_existing=True))]


# Approval ----------------------------------------------------------------------------------------


def ask(db: Session, viewer: Viewer, task: Task, name: str) -> TaskApproval:
    """Ask somebody whether the task is all right. Who has been asked, and not answered yet, is not asked again.

    Invalid for who could not answer: a guest with whom the task alone is shared, only to be read.
    """
    access.require(db, viewer, "edit", task)
    account = reader(db, viewer, task, name)
    if not access.allowed(db, viewer_of(db, account.id), "react", task):
        raise Invalid({"account": "may_not_answer"}, name=account.name)
    asked = select(TaskApproval).where(TaskApproval.entry_id == task.id).execution_options(policy=True)
    present = db.scalars(asked).all()
    for approval in present:
        if approval.author_id == account.id and approval.approved is None:
            return approval
    if len(present) >= MOST:
        raise Invalid({"account": "too_many_people"}, max=MOST)
    made = TaskApproval(
        entry_id=task.id,
        workspace_id=task.workspace_id,
        author_id=account.id,
        asked_by_id=viewer.me,
        asked_at=clock.now(),
    )
    db.add(made)
    touch(task)
    _tell(db, "task.approval_asked", viewer, task, account.id)
    return made


def answer(
    db: Session, viewer: Viewer, task: Task, public_id: str, *, approved: bool, words: str = ""
) -> TaskApproval:
    """Say yes or no, with a word about why; only who is asked can. An answer stays: Conflict for a second one."""
    access.require(db, viewer, "react", task)
    asked: TaskApproval = access.get_part(
        db, viewer, TaskApproval, TaskApproval.entry_id == task.id, TaskApproval.public_id == public_id
    )
    if asked.author_id != viewer.me:
        raise NotFound
    db.refresh(asked, ["approved"], with_for_update=True)
    if asked.approved is not None:
        if asked.approved is approved:
            return asked
        raise Conflict
    asked.approved, asked.words, asked.answered_at = approved, words, clock.now()
    touch(task)
    _tell(db, "task.approved" if approved else "task.refused", viewer, task, asked.asked_by_id)
    return asked


def _tell(db: Session, kind: str, viewer: Viewer, task: Task, about: int | None) -> None:
    activity.record(db, kind, viewer, workspace_id=task.workspace_id, entry_id=task.id, subject_id=about)

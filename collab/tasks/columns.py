"""The columns of a workspace's board. Until it has a task, a board has three that are stored nowhere."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from collab import activity
from collab.errors import Forbidden, Invalid
from collab.tasks.models import TaskColumn
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

#: What each board begins with.
PRESETS = ("todo", "doing", "done")
MOST, LONGEST = 12, 60


def title(column: TaskColumn) -> str:
    """What the column is called, in the reader's language as long as nobody has named it."""
    presets = {"todo": _("To do"), "doing": _("Doing"), "done": _("Done")}
    return column.name or str(presets[column.preset])


def of(db: Session, workspace: Workspace) -> Sequence[TaskColumn]:
    """The columns from the left; those that would be made, if there are none yet."""
    found = db.scalars(stored(workspace.id)).all()
    return found or [_preset(workspace, n, name) for n, name in enumerate(PRESETS)]


def stored(workspace_id: int) -> Select[TaskColumn]:
    """The columns that are in the database."""
    query = select(TaskColumn).where(TaskColumn.workspace_id == workspace_id, TaskColumn.removed_at.is_(None))
    return query.order_by(TaskColumn.position, TaskColumn.id)


def _preset(workspace: Workspace, position: int, name: str) -> TaskColumn:
    """Until it is stored, it goes by the name of its preset."""
    done = name == "done"
    return TaskColumn(
        workspace_id=workspace.id, public_id=name, preset=name, name="", position=position, is_done=done
    )


def locked(db: Session, workspace: Workspace) -> Sequence[TaskColumn]:
    """The stored columns. Nobody else changes the order of the board until this transaction ends."""
    db.flush()
    place = select(Workspace.id).where(Workspace.id == workspace.id).with_for_update(key_share=True)
    db.execute(place.execution_options(policy=True))
    found = db.scalars(stored(workspace.id).execution_options(populate_existing=True)).all()
    if found:
        return found
    made = [_preset(workspace, n, name) for n, name in enumerate(PRESETS)]
    for column in made:
        column.public_id = None  # type: ignore[assignment] # it gets one of its own now
    db.add_all(made)
    db.flush()
    return made


def find(columns: Sequence[TaskColumn], ref: str) -> TaskColumn:
    """The column with this public id; one of the first three goes by its preset's name, too. Else Invalid."""
    for column in columns:
        if ref in (column.public_id, column.preset) and ref:
            return column
    raise Invalid({"column": "unknown_task_column"})


def first(columns: Sequence[TaskColumn], *, done: bool) -> TaskColumn:
    """The first column for what is done, or is not."""
    return next(column for column in columns if column.is_done is done)


# What owners do ----------------------------------------------------------------------------------


def owned(db: Session, viewer: Viewer, workspace: Workspace) -> Sequence[TaskColumn]:
    """The columns, locked, for who may change them. Raises Forbidden for all others, and in an archive."""
    access.require(db, viewer, "manage", workspace)
    if workspace.archived_at is not None:
        raise Forbidden
    return locked(db, workspace)


def add(db: Session, viewer: Viewer, workspace: Workspace, name: str, *, is_done: bool = False) -> TaskColumn:
    """A further column, in front of the first one for what is done, or at the end."""
    present = list(owned(db, viewer, workspace))
    if len(present) >= MOST:
        raise Invalid({"name": "too_many_columns"}, max=MOST)
    made = TaskColumn(workspace_id=workspace.id, name=_name(name), is_done=is_done, position=0)
    at = len(present) if is_done else present.index(first(present, done=True))
    db.add(made)
    renumber([*present[:at], made, *present[at:]])
    tell(db, viewer, workspace)
    return made


def rename(db: Session, viewer: Viewer, workspace: Workspace, ref: str, name: str) -> None:
    """Call a column otherwise; an empty name gives one of the first three its own name back."""
    column = find(owned(db, viewer, workspace), ref)
    if name.strip() or not column.preset:
        name = _name(name)
    if name != column.name:
        column.name = name
        tell(db, viewer, workspace)


def step(db: Session, viewer: Viewer, workspace: Workspace, ref: str, by: int) -> None:
    """Put a column further to the right (1) or to the left (-1); at the end it stays."""
    present = list(owned(db, viewer, workspace))
    at = present.index(find(present, ref))
    if 0 <= at + by < len(present):
        present.insert(at + by, present.pop(at))
        renumber(present)
        tell(db, viewer, workspace)


def _name(name: str) -> str:
    if not name.strip():
        raise Invalid({"name": "required"})
    if len(name) > LONGEST:
        raise Invalid({"name": "too_long"}, max=LONGEST)
    return name


def renumber(present: Sequence[TaskColumn]) -> None:
    """Let them stand in this order."""
    for n, column in enumerate(present):
        column.position = n


def tell(db: Session, viewer: Viewer, workspace: Workspace) -> None:
    """The board looks otherwise now."""
    activity.record(db, "workspace.board_changed", viewer, workspace_id=workspace.id)

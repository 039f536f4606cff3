"""What is to be done in the demo company, by the same services that people use."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.activity.outbox import Context
from collab.tasks import columns, details, people, repeats, services
from collab.tasks.models import Task
from collab.tasks.services import Facts
from collab.viewer import Viewer
from collab.workspaces.models import Workspace


def make(context: Context, cast: Mapping[str, Viewer], plan: Any) -> None:
    """Boards with tasks on them; ``cast`` are the people by their keys."""
    for board in plan:
        made: dict[str, Task] = {}
        for row in board["tasks"]:
            author = cast[row["by"]]
            with context.write.begin() as db, clock.shifted(-timedelta(days=row["days"])):
                db.info["viewer"] = author
                place = db.scalars(select(Workspace).where(Workspace.name == board["workspace"])).one()
                if "tasks" not in place.sections:
                    place.sections = [*place.sections, "tasks"]
                task = _make(db, author, place, row)
                _hang_on(db, author, task, row, cast, made)
                db.flush()
                made[row.get("key", task.public_id)] = task


def _make(db: Session, author: Viewer, place: Workspace, row: Mapping[str, Any]) -> Task:
    due = None
    if "due" in row:
        due = services.today(author) + timedelta(days=row["days"] + row["due"])
    rule = repeats.rule(row["again"], due) if due and "again" in row else ""
    facts = Facts(due, rule, row.get("tags", ()))
    column, guests = row.get("column", columns.PRESETS[0]), row.get("guests", False)
    words = (row["title"], row.get("body", ""))
    return services.create(db, author, place, *words, column=column, facts=facts, guests=guests)


def _hang_on(
    db: Session,
    author: Viewer,
    task: Task,
    row: Mapping[str, Any],
    cast: Mapping[str, Viewer],
    made: Mapping[str, Task],
) -> None:
    for number, key in enumerate(row.get("who", ())):
        people.assign(db, author, task, cast[key].handle, responsible=number == 0)
    for words, done in row.get("items", {}).items():
        item = details.add_item(db, author, task, words)
        item.done_at = clock.now() if done else None
    for key in row.get("waits", ()):
        details.wait_for(db, author, task, made[key].public_id)
    for key in row.get("ask", ()):
        people.ask(db, author, task, cast[key].handle)

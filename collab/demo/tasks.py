"""What is to be done in the demo company, by the same services that people use."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.activity.outbox import Context
from collab.auth.models import Account
from collab.config import Settings
from collab.tasks import columns, details, people, repeats, services
from collab.tasks.models import Task
from collab.tasks.services import Facts
from collab.viewer import Viewer
from collab.workspaces import alone
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
                _hang_on(db, context.settings, author, task, row, cast, made)
                _lie_about(task, row)
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
    settings: Settings,
    author: Viewer,
    task: Task,
    row: Mapping[str, Any],
    cast: Mapping[str, Viewer],
    made: Mapping[str, Task],
) -> None:
    if "alone" in row:
        guest, until = db.get_one(Account, cast[row["alone"]].me), clock.now() + timedelta(days=60)
        alone.give(db, author, task, guest, settings, ends_at=until, may_comment=True)
    for number, key in enumerate(row.get("who", ())):
        people.assign(db, author, task, cast[key].handle, responsible=number == 0)
    for words, done in row.get("items", {}).items():
        item = details.add_item(db, author, task, words)
        item.done_at = clock.now() if done else None
    for key in row.get("waits", ()):
        details.wait_for(db, author, task, made[key].public_id)
    for key in row.get("ask", ()):
        asked = people.ask(db, author, task, cast[key].handle)
        if key in row.get("said", {}):
            db.flush()
            words = row["said"][key]
            people.answer(db, cast[key], task, asked.public_id, approved=True, words=words)


def _lie_about(task: Task, row: Mapping[str, Any]) -> None:
    """What lies untouched: its people know since some days, or it has been put aside."""
    if "warned" in row:
        task.warned_at = clock.now() + timedelta(days=row["days"] - row["warned"])
    if row.get("later"):
        task.later_at = clock.now() + timedelta(days=57)

"""Tasks as templates want them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from babel.dates import format_skeleton
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from collab import clock, text
from collab.files import addresses
from collab.tasks import columns, marks, queries, repeats
from collab.tasks.marks import Marks
from collab.tasks.models import Task, TaskColumn
from collab.tasks.services import today
from collab.tasks.stale import is_stale
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.asking import ask
from collab.workspaces.models import Workspace


@dataclass(frozen=True)
class Card:
    """A task on a board or in a list. ``due``: "late", "today", "soon" (within a week), "open" or ""."""

    task: Any
    marks: Marks
    due: str
    due_text: str
    stale: bool


@dataclass(frozen=True)
class Lane:
    """A column with what stands in it; ``total`` counts also what is not shown, as far as ``MANY``."""

    column: TaskColumn
    title: str
    cards: Sequence[Card]
    total: int


def due_state(due_on: date | None, *, done: bool, on: date) -> str:
    """How pressing it is."""
    if due_on is None:
        return ""
    if done or due_on > on + timedelta(days=6):
        return "open"
    return "late" if due_on < on else "today" if due_on == on else "soon"


def due_text(due_on: date | None, on: date) -> str:
    """The day, as short as it can be said."""
    if due_on is None:
        return ""
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get((due_on - on).days)
    if near:
        return str(near)
    if due_on.year == on.year:
        return str(format_skeleton("MMMd", due_on, locale=get_locale()))
    return str(format_date(due_on, "medium"))


def cards(db: Session, viewer: Viewer, rows: Iterable[Any]) -> list[Card]:
    """The rows (``queries.CARD``) with what hangs on the tasks; one statement."""
    rows, now, on = list(rows), clock.now(), today(viewer)
    hanging = marks.of_many(db, viewer, [row.id for row in rows])
    return [
        Card(
            row,
            hanging.get(row.id, Marks()),
            due_state(row.due_on, done=row.settled_at is not None, on=on),
            due_text(row.due_on, on),
            is_stale(row, now),
        )
        for row in rows
    ]


def lanes(db: Session, viewer: Viewer, workspace: Workspace) -> tuple[list[Lane], int]:
    """The board, and how many tasks are beside it; in four statements."""
    shown = cards(db, viewer, ask(db, viewer, queries.board, place=workspace.id).all())
    counts = {row.id: row for row in ask(db, viewer, queries.totals, place=workspace.id)}
    board = [
        Lane(
            column,
            columns.title(column),
            [card for card in shown if card.task.column_id == column.id],
            counts[column.id].total if column.id in counts else 0,
        )
        for column in columns.of(db, workspace)
    ]
    return board, sum(row.aside for row in counts.values())


def html(task: Task, sizes: Any) -> Markup:
    """The words of a task, safe to show; made again if they were made under other rules."""
    safe = task.html if task.rules == text.RULES else text.render(task.body).html
    return Markup(addresses.with_sizes(safe, sizes))  # noqa: S704 - collab.text has sanitised it


def alone(db: Session, viewer: Viewer, task: Any) -> dict[str, Any]:
    """What a task says besides its words to whom it alone is shared with."""
    on, hanging = today(viewer), marks.of_one(db, viewer, task)
    waits = any(one.mine and one.approved is None for one in hanging.approvals)
    return {
        "marks": hanging,
        "due": due_state(task.due_on, done=task.settled_at is not None, on=on),
        "due_text": due_text(task.due_on, on),
        "may_answer": waits and access.allowed(db, viewer, "react", task),
    }


def again_options() -> list[tuple[str, str]]:
    """How often a task can come, for a form."""
    return [
        ("", _("Only once")),
        ("day", _("Every day")),
        ("weekdays", _("From Monday to Friday")),
        ("week", _("Every week")),
        ("month", _("Every month")),
        ("year", _("Every year")),
        ("own", _("By a rule of its own")),
    ]


def again_text(task: Task) -> str:
    """How often the task comes, in words; the rule itself where there are none for it."""
    preset = repeats.preset_of(task.rrule, task.due_on)
    return task.rrule if preset == "own" else dict(again_options())[preset] if preset else ""


def again_rule(again: str, rrule: str, due_on: date | None) -> str:
    """The rule that a form means. Without a day a preset is only its name, which no rule is."""
    if again == "own":
        return rrule
    return repeats.rule(again, due_on) if again and due_on else again

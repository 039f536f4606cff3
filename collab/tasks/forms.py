"""What valid input is for tasks."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from collab.tasks import repeats
from collab.web.api import Listing
from collab.web.forms import Body, Form, Line, Optional, Title, Words

Version = Annotated[int, Field(ge=1, lt=2**31)]
Name = Annotated[Line, Field(max_length=60)]


def _near(value: date | None) -> date | None:
    """A day that can be reckoned with."""
    if value is not None and not repeats.EARLIEST <= value <= repeats.LATEST:
        raise ValueError("not_a_date")
    return value


Day = Annotated[Annotated[date | None, Optional], AfterValidator(_near)]
Again = Literal["", "day", "weekdays", "week", "month", "year", "own"]


class New(Form):
    """A task to be made. ``again`` is a preset of repeats, "own" for ``rrule``; ``guests``: they may read it, too."""

    title: Title
    body: Body = ""
    column: Line = ""
    due_on: Day = None
    again: Again = ""
    rrule: Line = ""
    tags: Words = Field(default=[])
    guests: bool = False
    responsible: Line = ""


class Quick(Form):
    """A title at the foot of a column."""

    title: Title
    column: Line


class Change(Form):
    """Changed words and facts; ``version`` is what their writer read."""

    title: Title
    body: Body = ""
    due_on: Day = None
    again: Again = ""
    rrule: Line = ""
    tags: Words = Field(default=[])
    version: Version


class Move(Form):
    """Where a task shall stand, and where its mover saw it. ``after``: "" first, "last" last, else behind that task."""

    column: Line
    after: Line = "last"
    seen: Line = ""


class Person(Form):
    """Somebody by handle; ``responsible`` for the task, or one of those who work on it."""

    account: Line
    responsible: bool = False


class Item(Form):
    """A line of a checklist."""

    words: Title


class Tick(Form):
    """Is it done?"""

    done: bool


class Waiting(Form):
    """Another task, by title, id or address."""

    task: Line


class Answer(Form):
    """Yes or no, and why."""

    approved: bool
    words: Annotated[Body, Field(max_length=2000)] = ""


class ColumnNew(Form):
    """A further column."""

    name: Name
    is_done: bool


class ColumnName(Form):
    """Another name for a column."""

    name: Name


class Step(Form):
    """One step to a side."""

    step: Literal["left", "right"]


SORTS = ("due", "new", "title", "touched")


class Filter(Form):
    """Which tasks a list shows, in which order."""

    state: Literal["open", "done", "later", "all"] = "open"
    mine: bool = False
    account: Line = ""
    tag: Line = ""
    column: Line = ""
    due: Literal["", "overdue", "today", "week", "none"] = ""
    sort: Literal["due", "new", "title", "touched"] = "due"
    cursor: str | None = None


class TaskListing(Listing):
    """What of the tasks of a workspace: open ones, done ones, those put aside, or all."""

    state: Literal["open", "done", "later", "all"] = "open"


class TaskIn(Form):
    """A new task. ``column`` is the id of one of the workspace's columns, by default the first; ``rrule`` is that of
    RFC 5545 and needs a day, ``due_on``."""

    title: Title
    body: Body = ""
    column: str = ""
    due_on: Day = None
    rrule: Line = ""
    tags: Words = Field(default=[])


class TaskChange(Form):
    """What shall be different."""

    title: Title | None = None
    body: Body | None = None
    due_on: Day = None
    rrule: Line | None = None
    tags: Words | None = None
    responsible: Line | None = None


class TaskMove(Form):
    """The column to put it into, behind the task ``after``: "" puts it first, null last.

    With ``seen``, the column where it was seen, nothing changes if it has been moved meanwhile (409).
    """

    column: str
    after: str | None = None
    seen: str = ""

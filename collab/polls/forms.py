"""What valid input is for polls."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from collab import clock, text
from collab.desk import forms as desk
from collab.web.forms import Form, Line, MaybeWhen

FEWEST, MOST = 2, 50


def _lines(value: object) -> object:
    """One answer a line, from the page's field."""
    return [line for line in value.splitlines() if line.strip()] if isinstance(value, str) else value


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _different(value: list[str]) -> list[str]:
    found = list(dict.fromkeys(line for line in value if line))
    if len(found) < FEWEST:
        raise ValueError("two_answers")
    return found


def _to_come(value: datetime | None) -> datetime | None:
    if value is not None and value <= clock.now():
        raise ValueError("end_in_past")
    return value


Answer = Annotated[str, AfterValidator(text.clean_line), StringConstraints(max_length=300)]
Answers = Annotated[list[Answer], BeforeValidator(_lines), Field(max_length=MOST), AfterValidator(_different)]
Closing = Annotated[MaybeWhen, AfterValidator(_to_come)]


class PollIn(desk.In):
    """A new poll; ``options`` are the answers to choose from."""

    options: Answers
    multiple: bool = False
    anonymous: bool = False
    blind: bool = False
    closes_at: Closing = None


class New(desk.New, PollIn):
    """... from a page."""


class Change(desk.Change):
    """What a poll shall say; answers only until somebody has voted."""

    options: Answers | None = None
    closes_at: MaybeWhen = None


class PollChange(desk.Patch):
    """What shall be different."""

    options: Answers | None = None
    closes_at: MaybeWhen = None


class Choice(Form):
    """The ids of what somebody chooses; none takes the vote back."""

    options: Annotated[tuple[Line, ...], BeforeValidator(_several), Field(max_length=MOST)] = ()

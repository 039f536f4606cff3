"""What can be asked of a history."""

from typing import Annotated

from pydantic import Field

from collab.web.forms import Form

Number = Annotated[int, Field(ge=1, lt=2**31)]


class Which(Form):
    """A page of the list."""

    cursor: str | None = None


class Pair(Form):
    """Two revisions to compare."""

    old: Number
    new: Number


class Restore(Form):
    """``version``: what the person saw as the present one."""

    version: Number

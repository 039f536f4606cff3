"""Which kinds of entries there are. The only file that knows; a new kind is one more name here."""

from importlib import import_module

from collab.workspaces import kinds
from collab.workspaces.kinds import Kind

ROOMS = ("blog", "pages", "shelf", "tasks", "calendar", "topics", "ideas", "polls")


def _of(room: str) -> tuple[Kind, ...]:
    """A room says one ``KIND``, or ``KINDS`` that belong together."""
    said = import_module(f"collab.{room}.kind")
    return (said.KIND,) if hasattr(said, "KIND") else said.KINDS


KINDS: tuple[Kind, ...] = tuple(kind for room in ROOMS for kind in _of(room))
for _kind in KINDS:
    kinds.register(_kind)

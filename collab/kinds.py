"""Which kinds of entries there are. The only file that knows; a new kind is one more name here."""

from importlib import import_module

from collab.workspaces import kinds
from collab.workspaces.kinds import Kind

ROOMS = ("blog", "pages", "polls")

KINDS: tuple[Kind, ...] = tuple(import_module(f"collab.{room}.kind").KIND for room in ROOMS)
for _kind in KINDS:
    kinds.register(_kind)

"""What can be found: entries of every kind, and what is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from collab.workspaces import kinds


@dataclass(frozen=True)
class Thing:
    """Something that can be found. What each part says stands at ``workspaces.kinds.Kind``."""

    name: str
    one: Any
    many: Any
    icon: str
    words: tuple[str, ...]


_OTHERS = (
    Thing(
        "comment",
        _l("Comment"),
        _l("Comments"),
        "message-circle",
        ("comment", "kommentar", "comments", "kommentare"),
    ),
    Thing("file", _l("File"), _l("Files"), "paperclip", ("file", "datei", "files", "dateien")),
    Thing("person", _l("Person"), _l("People"), "user", ("person", "person", "people", "personen")),
    Thing(
        "workspace",
        _l("Workspace"),
        _l("Workspaces"),
        "folder-kanban",
        ("workspace", "projekt", "workspaces", "projekte", "bereich", "bereiche"),
    ),
)


def things() -> Sequence[Thing]:
    """All of them, entries first."""
    found = [Thing(kind.name, kind.one, kind.many, kind.icon, kind.words) for kind in kinds.every()]
    return (*found, *_OTHERS)


def names() -> Sequence[str]:
    """Their names, as hits and filters have them."""
    return tuple(thing.name for thing in things())


def thing(name: str) -> Thing:
    """The thing of this name; something without a name of its own for any other."""
    return next((one for one in things() if one.name == name), Thing(name, name, name, "file-text", ()))


def words() -> Mapping[str, tuple[str, ...]]:
    """What may be typed for each."""
    return {one.name: one.words for one in things()}

"""Files and folders as templates want them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from collab.files import addresses
from collab.files.present import previewed, size_text
from collab.history.queries import changer
from collab.shelf import queries
from collab.shelf.models import Item
from collab.viewer import Viewer
from collab.workspaces import heads
from collab.workspaces.models import Workspace

_ICONS = {"image": "image", "text": "file-text", "audio": "phone", "video": "monitor"}
#: The second half of a type -> what people call it.
_KINDS = (
    ("pdf", "PDF"),
    ("wordprocessingml", "Word"),
    ("msword", "Word"),
    ("spreadsheetml", "Excel"),
    ("ms-excel", "Excel"),
    ("presentationml", "PowerPoint"),
    ("ms-powerpoint", "PowerPoint"),
    ("opendocument.text", "OpenDocument"),
    ("opendocument.spreadsheet", "OpenDocument"),
    ("opendocument.presentation", "OpenDocument"),
    ("zip", "ZIP"),
)


@dataclass(frozen=True)
class Line:
    """A row of the list."""

    public_id: str
    url: str
    title: str
    icon: str
    folder: bool
    size: str
    what: str
    changed: datetime
    flag: str
    locked_by: str
    above: str = ""


def icon(kind: str, media_type: str) -> str:
    if kind == "folder":
        return "folder"
    if "word" in media_type or media_type == "application/pdf" or "opendocument.text" in media_type:
        return "file-text"
    return _ICONS.get(media_type.partition("/")[0], "file")


def what(media_type: str) -> str:
    """What sort of file it is, for people."""
    other: str = _("File")
    if media_type == "text/csv":
        return str(_("Table"))
    for part, name in _KINDS:
        if part in media_type:
            return name
    major = media_type.partition("/")[0]
    names: dict[str, str] = {
        "image": _("Picture"),
        "audio": _("Audio"),
        "video": _("Video"),
        "text": _("Text"),
    }
    return names.get(major, other)


def _outward(viewer: Viewer, item: Any, workspace: Workspace) -> str:
    """The mark of what is read outside; none of what is not."""
    mark = heads.reached(viewer, item, workspace.visibility)
    return mark if mark in ("guests", "public") else ""


def lines(
    viewer: Viewer, rows: Iterable[Any], workspace: Workspace, above: Mapping[int, str] | None = None
) -> list[Line]:
    """What a folder lists. Marks are for what is not as usual there: what guests read.

    ``above``: names of folders, where things of several folders are listed.
    """
    return [
        Line(
            public_id=row.public_id,
            url=row.address,
            title=row.title,
            icon=icon(row.kind, row.media_type),
            folder=row.kind == "folder",
            size="" if row.kind == "folder" else size_text(row.size),
            what=_("Folder") if row.kind == "folder" else what(row.media_type),
            changed=row.updated_at,
            flag=_outward(viewer, row, workspace),
            locked_by=row.locker or "",
            above=(above or {}).get(row.parent_id, ""),
        )
        for row in rows
    ]


def versions(document: Item, rows: Sequence[Any], viewer: Viewer) -> list[dict[str, Any]]:
    """The versions of a file, the latest first."""
    return [
        {
            "number": row.number,
            "note": row.note,
            "when": row.created_at,
            "who": changer(row),
            "size": size_text(row.Attachment.size),
            "url": addresses.address(document.public_id, row.Attachment),
            "look": previewed(document.public_id, row.Attachment),
            "present": row.number == document.number,
        }
        for row in rows
    ]


def options(rows: Sequence[Any], without: Iterable[int] = (), *, top: str = "") -> list[tuple[str, str]]:
    """The folders of a workspace to choose from, each before what is in it; ``without`` some and theirs."""
    by_id = {row.id: row for row in rows}
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        below.setdefault(row.parent_id if row.parent_id in by_id else None, []).append(row)
    found, left_out = [("", top or _("Not in a folder"))], set(without)
    waiting = [(row, 0) for row in reversed(below.get(None, []))]
    while waiting:
        row, depth = waiting.pop()
        if row.id in left_out:
            continue
        found.append((row.public_id, "\N{EN SPACE}\N{EN SPACE}" * depth + row.title))
        waiting += [(lower, depth + 1) for lower in reversed(below.get(row.id, []))]
    return found


def lock_of(item: Item, locker: str | None, viewer: Viewer) -> dict[str, Any] | None:
    """Who keeps others from changing it, until when; None if nobody does."""
    if not queries.is_locked(item):
        return None
    return {"mine": item.locked_by_id == viewer.account_id, "by": locker or "", "until": item.locked_until}


def alone(db: Session, viewer: Viewer, folder: Any) -> dict[str, Any]:
    """What is in a folder, at any depth, of what is shared with somebody for whom it is nowhere."""
    found = queries.inside(db, viewer, folder)
    return {
        "rows": [
            {
                "url": f"/entries/{item.public_id}",
                "title": item.title,
                "icon": icon(item.kind, item.media_type),
                "size": "" if item.kind == "folder" else size_text(item.size),
            }
            for item in found
        ]
    }

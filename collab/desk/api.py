"""What programs do alike with entries of any kind: reading one, changing its words, deleting it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from collab.desk import writing
from collab.web.api import Out, expected_version
from collab.web.forms import Form
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access, entries, whereabouts
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.queries import known

E = TypeVar("E", bound=Entry)


class EntryItem(Out):
    """An entry in a list."""

    id: str
    title: str
    url: str
    version: int
    published_at: datetime


class EntryOut(EntryItem):
    """An entry with its words; ``workspace`` is null for whom it is nowhere."""

    body: str
    html: str
    workspace: str | None
    guests_from: datetime | None


def item(row: Any, *names: str) -> dict[str, Any]:
    """What a row of a list says as any kind's, and what it says under these ``names``."""
    same = ("title", "version", "published_at", *names)
    return {"id": row.public_id, "url": whole(row.address), **{name: getattr(row, name) for name in same}}


def facts(entry: Entry, *names: str) -> dict[str, Any]:
    """What an entry says as any kind's, and under these ``names``."""
    db().flush()
    return {
        **item(entry, "body", "guests_from", *names),
        "url": whole(whereabouts.address_of(db(), viewer(), entry)),
        "html": whereabouts.html_of(db(), viewer(), entry, entry.html, whole("")),
        "workspace": whereabouts.slug_of(db(), viewer(), entry),
    }


def place(name: str) -> Workspace:
    """The workspace of this name or id, where the viewer is."""
    return access.workspace(db(), viewer(), known(db(), viewer(), name).slug)


def one(kind: type[E], public_id: str) -> E:
    return access.get(db(), viewer(), kind, kind.public_id == public_id)


def change(kind: type[E], public_id: str, body: Form, edit: Callable[..., object] = writing.edit) -> E:
    """Change what ``body`` names; a title or words that are null stay as they are."""
    entry = one(kind, public_id)
    access.require(db(), viewer(), "edit", entry)
    version = expected_version(entries.locked_version(db(), viewer(), entry))
    given = body.model_dump(exclude_unset=True)
    title, words = given.pop("title", None), given.pop("body", None)
    edit(
        db(),
        viewer(),
        entry,
        entry.title if title is None else title,
        entry.body if words is None else words,
        base_version=version,
        **given,
    )
    return entry


def delete(kind: type[E], public_id: str) -> None:
    entry = one(kind, public_id)
    access.require(db(), viewer(), "delete", entry)
    expected_version(entry.version)
    entries.remove(db(), viewer(), entry)

"""Where an entry is, as far as somebody may know: its address, and the name of its workspace.

Who reads an entry only because it alone is shared with them, or by a link, is not in its workspace.
For them it lies at its lasting address, ``/entries/<id>``, and nowhere. So it does for everybody from
outside if it stands below something internal, whose name is part of its address.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, literal, not_, or_, true
from sqlalchemy.orm import Session, aliased

from collab import text
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.access import NOW, _in_place, _public, somebody
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Entry, Workspace


def may_be_alone(viewer: Viewer) -> bool:
    """Are there people of this kind who read something without knowing where it is?"""
    return viewer.kind != "employee" or viewer.link_id is not None


def known(viewer: Viewer, entry: Any = Entry) -> ColumnElement[bool]:
    """A condition on entries that the viewer reads: the viewer may know where they are."""
    if not may_be_alone(viewer):
        return true()
    who = somebody(viewer)
    there = or_(_in_place(who, NOW, entry.workspace_id), _public(NOW, entry))
    return there if viewer.is_employee else and_(there, not_(_names_something_hidden(viewer, entry)))


def _names_something_hidden(viewer: Viewer, entry: Any) -> ColumnElement[bool]:
    """The entry's address begins with that of one which is not for people from outside."""
    above = aliased(Entry)
    shown = above.guests_from if viewer.kind == "guest" else above.public_from
    hidden = or_(shown.is_(None), shown > NOW, above.deleted_at.is_not(None))
    over = entry.address.startswith(above.address.concat("/"))
    found = exists().where(
        above.workspace_id == entry.workspace_id, above.kind == entry.kind, above.address != "", over, hidden
    )
    return found.correlate_except(above)


def inside(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on entries that the viewer reads: the viewer, from outside, is where they are."""
    return _in_place(somebody(viewer), NOW, Entry.workspace_id) if may_be_alone(viewer) else true()


def address(viewer: Viewer, entry: Any = Entry) -> ColumnElement[str]:
    """A column: the entry's address for the viewer."""
    if not may_be_alone(viewer):
        return entry.address.label("address")  # type: ignore[no-any-return]
    lasting = literal("/entries/").concat(entry.public_id)
    return case((known(viewer, entry), entry.address), else_=lasting).label("address")


def of(viewer: Viewer, column: Any, entry: Any = Entry, name: str = "") -> ColumnElement[Any]:
    """A column of the entry's workspace, NULL for whom the entry is nowhere."""
    if may_be_alone(viewer):
        return case((known(viewer, entry), column)).label(name or column.key)
    return column.label(name or column.key)  # type: ignore[no-any-return]


def columns(viewer: Viewer, entry: Any = Entry) -> tuple[ColumnElement[Any], ...]:
    """Slug and name of the entry's workspace, which the statement joins."""
    return (
        of(viewer, Workspace.slug, entry, "workspace_slug"),
        of(viewer, Workspace.name, entry, "workspace_name"),
    )


def is_known(db: Session, viewer: Viewer, entry: Entry) -> bool:
    """May the viewer, who reads it, know where the entry is? Remembered for this session's viewer only."""
    if not may_be_alone(viewer):
        return True
    memo, key = _located(db), (viewer.me, viewer.link_id, entry.id)
    if key not in memo:
        db.flush()  # the entry may be new
        memo[key] = ask(db, viewer, _known, id=entry.id).scalar() is not None
    return memo[key]


def note(db: Session, viewer: Viewer, entry: Entry) -> None:
    """Remember that the viewer knows where the entry is: it was found by a statement with ``known``."""
    if viewer.link_id is None:
        _located(db)[viewer.me, None, entry.id] = True


def _located(db: Session) -> dict[tuple[int, int | None, int], bool]:
    memo: dict[tuple[int, int | None, int], bool] = db.info.setdefault("located", {})
    return memo


def _known(viewer: Viewer) -> Select[Any]:
    """Who reads it by a link only, finds it nowhere else: a guest in its workspace, too, where it is internal."""
    found = access.select_entries(viewer, Entry, Entry.id).where(Entry.id == parameter("id"), known(viewer))
    return found if viewer.link_id is None else found.where(access.readable(replace(viewer, link_id=None)))


def address_of(db: Session, viewer: Viewer, entry: Entry) -> str:
    """The path of the entry's address for the viewer, who reads it."""
    return entry.address if is_known(db, viewer, entry) else f"/entries/{entry.public_id}"


def slug_of(db: Session, viewer: Viewer, entry: Entry) -> str | None:
    """The slug of the entry's workspace; None for a viewer for whom the entry is nowhere."""
    return db.get_one(Workspace, entry.workspace_id).slug if is_known(db, viewer, entry) else None


def html_of(db: Session, viewer: Viewer, entry: Entry, html: str, site: str) -> str:
    """The entry's stored HTML, or its comments', for the viewer.

    ``site`` is where this Collab is. For whom the entry is nowhere, links to other places here are
    plain words: they would say what the places are called.
    """
    return html if is_known(db, viewer, entry) else alone(entry.public_id, html, site)


def alone(public_id: str, html: str, site: str) -> str:
    """HTML of this entry for whom it is nowhere."""
    return text.unlinked(html, f"/entries/{public_id}/", site)

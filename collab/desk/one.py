"""One entry of a kind, for its own page: one statement, and all that the page shows of any kind."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row, Select
from sqlalchemy.orm import Session, defer

from collab import text
from collab.auth.models import Account, Firm
from collab.comments import reading
from collab.comments.section import thread_context, with_passages
from collab.errors import NotFound
from collab.files.addresses import with_sizes
from collab.files.present import files_context
from collab.history.queries import WHO, changer
from collab.viewer import Viewer
from collab.web.urls import whole
from collab.workspaces import access, heads, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.watching import watched

#: Adds columns of a kind's own to the statement that asks for one.
More = Callable[[Viewer, Select[Any]], Select[Any]]


def at(
    db: Session, viewer: Viewer, kind: type[Entry], slug: str, public_id: str, more: More | None = None
) -> Row[Any]:
    """(the entry, its Workspace, WHO wrote it, …) for who is in the workspace. NotFound alike for hidden and missing.

    What the viewer is there, where the entry is and how far it was read is in it too, and asked no more.
    """
    found: Row[Any] | None = ask(db, viewer, _at, kind, more, slug=slug, id=public_id).first()
    if found is None:
        raise NotFound
    entry = found[0]
    access.note(db, viewer, found.Workspace, entry, found)
    whereabouts.note(db, viewer, entry)
    reading.note_mark(db, viewer, entry, found.read_at)
    return found


def _at(viewer: Viewer, kind: type[Entry], more: More | None) -> Select[Any]:
    query = (
        access.select_entries(
            viewer,
            kind,
            kind,
            Workspace,
            watched(viewer, kind).label("watched"),
            reading.mark(viewer, kind).label("read_at"),
            *access.held(viewer, kind),
            *WHO,
        )
        .join(Workspace, Workspace.id == kind.workspace_id)
        .join(Account, Account.id == kind.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Workspace.slug == parameter("slug"), kind.public_id == parameter("id"))
        .where(whereabouts.known(viewer, kind))
        .options(defer(kind.text))
    )
    return more(viewer, query) if more else query


def page(db: Session, viewer: Viewer, row: Row[Any], section: str) -> dict[str, Any]:
    """What the page of a row of ``at`` needs: head, words as ``html``, ``author``, files and comments."""
    entry = row[0]
    files = files_context(db, viewer, entry)
    head = heads.of_entry(db, viewer, entry, row.Workspace, section, watched=row.watched)
    talk = thread_context(db, viewer, entry, audience=head["wall"].audience)
    words = shown(db, viewer, entry, entry.html, entry.body, files["files"]["sizes"])
    return {"author": changer(row), "html": with_passages(words, talk), **talk, **files, **head}


def shown(
    db: Session, viewer: Viewer, entry: Entry, html: str, source: str, sizes: Mapping[str, tuple[int, int]]
) -> Markup:
    """A text of the entry, safe to show; made again from its ``source`` if it was made under other rules.

    ``sizes`` are those of its pictures.
    """
    safe = html if entry.rules == text.RULES else text.render(source).html
    told = whereabouts.html_of(db, viewer, entry, safe, whole(""))
    return Markup(with_sizes(told, sizes))  # noqa: S704 - collab.text has sanitised it

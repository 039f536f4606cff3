"""The kinds of entries: what each is called, and what it brings along.

A kind is a room with a ``kind.py`` that says one ``Kind``; ``collab/kinds.py`` names the rooms.
What works across kinds asks here and knows none by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import ColumnElement, case, exists, or_
from sqlalchemy.orm import Session

from collab.activity.outbox import Context, Listener
from collab.viewer import Viewer
from collab.workspaces import entries
from collab.workspaces.models import Entry, EntryAuthor, Workspace


class Edit(Protocol):
    """How the words of entries of a kind are changed. Raises Conflict for another ``base_version``."""

    def __call__(
        self,
        db: Session,
        viewer: Viewer,
        entry: Any,
        title: str,
        body: str,
        /,
        *,
        base_version: int,
        note: str,
    ) -> object: ...


@dataclass(frozen=True)
class Alone:
    """What stands below an entry's words where it is shown by itself, to whom it alone is shared with.

    ``template`` gets what ``facts`` answers as ``own``. Nothing of it may say where the entry is.
    """

    template: str
    facts: Callable[[Session, Viewer, Any], Mapping[str, Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of entries.

    ``one`` and ``many`` are its names and ``about`` a sentence on what it is for, translated when shown;
    ``icon`` is a name in the sprite. ``words`` is what the search filter ``kind:`` understands, the
    English and the German name first. ``views`` are the modules with its blueprints, pages and API
    alike. ``section`` is where its list stands below ``/w/<slug>/``; "" for a kind that workspaces have
    no list of. ``make`` puts one with title and body into a workspace, for those who may contribute
    there. ``edit`` and ``html`` are its own ways to change words and to show former ones, where it has
    some. ``render_again`` makes HTML anew that older rules made, and answers how much, where there is more
    than that of the words; ``keep_house`` does what is to be done in an hour without anybody asking: both
    as the system.

    ``happened`` is what the stream says: for the second word of an event (``published`` of
    ``page.published``) a sentence with ``%(who)s`` (one person) and ``%(title)s``; "" for what is not
    worth telling. What is written and what is changed is told of every kind. ``mine`` is a condition on
    entries of the kind: what is due is for the viewer to do. Of others it is for their authors.
    ``every_minute`` looks after what has come due, and answers how much it did. ``alone``: what its entries
    show by themselves, besides words, files and comments.
    """

    model: type[Entry]
    one: Any
    many: Any
    icon: str
    about: Any
    words: tuple[str, ...]
    views: Sequence[str]
    section: str = ""
    listeners: Sequence[Listener] = ()
    make: Callable[[Session, Viewer, Workspace, str, str], Entry] | None = None
    edit: Edit | None = None
    html: Callable[[Session, Any, str], str] | None = None
    render_again: Callable[[Session], int] | None = None
    keep_house: Callable[[Session], object] | None = None
    happened: Mapping[str, Any] = field(default_factory=dict)
    mine: Callable[[Viewer], ColumnElement[bool]] | None = None
    every_minute: Callable[[Context], int] | None = None
    alone: Alone | None = None

    @property
    def name(self) -> str:
        """As it stands in ``Entry.kind``."""
        return str(self.model.__mapper__.polymorphic_identity)

    def make_html_again(self, db: Session) -> int:
        """Make HTML anew that older rules made; answers how much. For maintenance, as the system."""
        if self.render_again is not None:
            return self.render_again(db)
        stale = entries.stale(db, self.model)
        for entry in stale:
            entries.fill(entry, entry.title, entry.body)
        return len(stale)


_KNOWN: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make the kind known; ``collab/kinds.py`` does, once for each."""
    _KNOWN[kind.name] = kind


def every() -> Sequence[Kind]:
    """All kinds, in the order in which people read of them."""
    return tuple(_KNOWN.values())


def named(name: str) -> Kind | None:
    """The kind of this name."""
    return _KNOWN.get(name)


def own(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on entries: it is the viewer's to do, as its kind says; else, as one of its authors."""
    named = exists().where(EntryAuthor.entry_id == Entry.id, EntryAuthor.account_id == viewer.me)
    written = or_(Entry.author_id == viewer.me, named.correlate_except(EntryAuthor))
    said = {kind.name: kind.mine(viewer) for kind in every() if kind.mine is not None}
    return case(*((Entry.kind == name, condition) for name, condition in said.items()), else_=written)

"""What may be done with reactions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Select, case, func
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.errors import Forbidden, NotFound
from collab.reactions.models import KINDS, Reaction
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Entry

Kind = Literal["like", "thanks", "read"]
assert get_args(Kind) == KINDS  # noqa: S101 - one list for the table and for the types


@dataclass(frozen=True)
class Tally:
    """How often a sign was given, by people whom the viewer may notice, and whether by the viewer."""

    kind: str
    count: int
    mine: bool


def may_react(db: Session, viewer: Viewer, entry: Entry) -> bool:
    """Signs are given to what is out."""
    out = entry.published_at is not None and entry.published_at <= clock.now()
    return out and access.allowed(db, viewer, "react", entry)


def tallies(db: Session, viewer: Viewer, entry: Entry) -> Sequence[Tally]:
    """One for each kind, in a fixed order. One statement."""
    rows = ask(db, viewer, _tallies, entry=entry.id)
    found = {kind: Tally(kind, count, bool(own)) for kind, count, own in rows}
    return [found.get(kind, Tally(kind, 0, False)) for kind in KINDS]


def _tallies(viewer: Viewer) -> Select[Any]:
    mine: Any = func.max(case((Reaction.author_id == viewer.me, 1), else_=0))
    return (
        access.select_parts(viewer, Reaction, Reaction.kind, func.count(), mine)
        .where(Reaction.entry_id == parameter("entry"))
        .group_by(Reaction.kind)
    )


def _mine(db: Session, viewer: Viewer, entry: Entry, kind: str) -> Reaction | None:
    found: Reaction | None = db.scalar(
        access.select_parts(viewer, Reaction).where(
            Reaction.entry_id == entry.id, Reaction.author_id == viewer.me, Reaction.kind == kind
        )
    )
    return found


def _require(db: Session, viewer: Viewer, entry: Entry, kind: str) -> None:
    if kind not in KINDS:
        raise NotFound
    access.require(db, viewer, "react", entry)
    if not may_react(db, viewer, entry):
        raise Forbidden


def give(db: Session, viewer: Viewer, entry: Entry, kind: str) -> None:
    """Put the viewer's sign on the entry. Doing it twice, or twice at once, changes nothing."""
    _require(db, viewer, entry, kind)
    if _mine(db, viewer, entry, kind) is not None:
        return
    sign = Reaction(
        entry_id=entry.id,
        workspace_id=entry.workspace_id,
        author_id=viewer.me,
        kind=kind,
        created_at=clock.now(),
    )
    try:
        with db.begin_nested():
            db.add(sign)
    except IntegrityError:
        return
    _record(db, viewer, entry, "reaction.given", kind)


def take_back(db: Session, viewer: Viewer, entry: Entry, kind: str) -> None:
    """Take the viewer's sign off the entry, if it is there."""
    _require(db, viewer, entry, kind)
    sign = _mine(db, viewer, entry, kind)
    if sign is not None:
        db.delete(sign)
        db.flush()
        _record(db, viewer, entry, "reaction.taken_back", kind)


def toggle(db: Session, viewer: Viewer, entry: Entry, kind: str) -> None:
    """Give the sign, or take it back."""
    _require(db, viewer, entry, kind)
    act = give if _mine(db, viewer, entry, kind) is None else take_back
    act(db, viewer, entry, kind)


def _record(db: Session, viewer: Viewer, entry: Entry, what: str, kind: str) -> None:
    activity.record(db, what, viewer, workspace_id=entry.workspace_id, entry_id=entry.id, sign=kind)

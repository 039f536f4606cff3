"""What guests of a workspace read: item by item, with what comes along, shared and hidden in bulk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, literal, select
from sqlalchemy.orm import Session, load_only

from collab import clock
from collab.auth.models import Account, Firm
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Entry, Part, Workspace
from collab.workspaces.queries import Rows

Which = Literal["shared", "internal"]
#: Kind by kind, and within a kind by address: so pages come in the order of their tree.
ORDER: ColumnElement[str] = Entry.kind.concat(" ").concat(Entry.address)
#: What a preview shows of a long list.
FEW = 20


def shared(viewer: Viewer, workspace: Workspace, which: Which = "shared") -> Rows:
    """Rows (``Entry``, its author, what comes along) of what is out, shared with guests or internal.

    What is to be shared later counts as shared. To be sorted by ``ORDER``.
    """
    columns = [*_author(), *_along(viewer)]
    given = Entry.guests_from.is_not(None) if which == "shared" else Entry.guests_from.is_(None)
    return (
        access.select_entries(viewer, Entry, Entry, *columns)
        .join(Account, Account.id == Entry.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(_out(workspace), given)
        .options(
            load_only(
                Entry.public_id,
                Entry.kind,
                Entry.workspace_id,
                Entry.address,
                Entry.title,
                Entry.lang,
                Entry.author_id,
                Entry.published_at,
                Entry.guests_from,
                Entry.public_from,
            )
        )
    )


def _out(workspace: Workspace) -> ColumnElement[bool]:
    return and_(Entry.workspace_id == workspace.id, Entry.published_at <= access.NOW)


def _author() -> list[Any]:
    return [
        Account.name.label("name"),
        Account.handle.label("handle"),
        Account.kind.label("kind"),
        Firm.name.label("firm_name"),
    ]


def _along(viewer: Viewer) -> list[Any]:
    """Columns that count the parts that come along with an entry, and those that stay internal."""
    found: list[Any] = []
    for part in (kind for kind in Part.__subclasses__() if kind.tally):
        there = and_(part.entry_id == Entry.id, access.parts(viewer, part), part.deleted_at.is_(None))  # type: ignore[attr-defined]
        internal = and_(there, part.internal)  # type: ignore[attr-defined]
        for condition, name in ((there, part.tally), (internal, f"internal_{part.tally}")):
            counted = select(func.count()).select_from(part).where(condition)
            found.append(counted.correlate(Entry).scalar_subquery().label(name))
    return found


def preview(db: Session, viewer: Viewer, workspace: Workspace) -> dict[str, Any]:
    """What ``workspaces/_shared.html`` shows before the first guest comes in: the first few, and how many."""
    query = shared(viewer, workspace).add_columns(func.count().over().label("total"))
    rows = db.execute(query.order_by(ORDER, Entry.id).limit(FEW)).all()
    return {"shared": rows, "shared_count": rows[0].total if rows else 0}


def counts(db: Session, viewer: Viewer, workspace: Workspace) -> tuple[int, int]:
    """How much of what the viewer reads there is shared with guests, and how much is internal."""
    query = access.select_entries(viewer, Entry, func.count(Entry.guests_from), func.count(Entry.id))
    given, all_of_them = db.execute(query.where(_out(workspace))).one()
    return given, all_of_them - given


# Sharing and hiding ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Before:
    """From when on who could read an entry."""

    entry_id: int
    guests_from: datetime | None
    public_from: datetime | None


def chosen(db: Session, viewer: Viewer, workspace: Workspace, public_ids: Sequence[str]) -> Sequence[Entry]:
    """Those of these entries that are out in the workspace and that the viewer reads."""
    found: Sequence[Entry] = db.scalars(
        access.select_entries(viewer, Entry).where(_out(workspace), Entry.public_id.in_(public_ids))
    ).all()
    return found


def below(db: Session, viewer: Viewer, entry: Entry) -> Sequence[Entry]:
    """What stands below the entry, as far as the viewer reads it and may share it."""
    under = entry.below()
    if under is None:
        return ()
    found = db.scalars(access.select_entries(viewer, Entry).where(Entry.id.in_(under))).all()
    return may_share(db, viewer, found)


def family(db: Session, viewer: Viewer, entry: Entry) -> tuple[int, Sequence[str]]:
    """How many entries that the viewer reads stand below this one; the titles of internal ones above it."""
    below, above = entry.below(), entry.above()
    if below is None:
        return 0, ()
    under = access.select_entries(viewer, Entry, literal("").label("title"), func.count(Entry.id))
    under = under.where(Entry.id.in_(below))
    if above is None:
        return sum(row[1] for row in db.execute(under)), ()
    over = access.select_entries(viewer, Entry, Entry.title, literal(0))
    over = over.where(Entry.id.in_(above), Entry.guests_from.is_(None), Entry.published_at <= access.NOW)
    both = under.union_all(over).execution_options(policy=True)
    rows = db.execute(both).all()
    return sum(row[1] for row in rows), [row[0] for row in rows if row[0]]


def may_share(db: Session, viewer: Viewer, found: Sequence[Entry]) -> Sequence[Entry]:
    """Those of the entries that the viewer may share."""
    access.look_up_authors(db, viewer, [entry.id for entry in found])
    return [entry for entry in found if access.allowed(db, viewer, "share", entry)]


def share(db: Session, viewer: Viewer, found: Sequence[Entry], *, guests: bool) -> Sequence[Before]:
    """Let guests read these entries from now on, or nobody but the staff; answers what has changed.

    What guests read already, and what the viewer may not share, stays as it is.
    """
    now, changed = clock.now(), []
    for entry in may_share(db, viewer, found):
        reads = entry.guests_from is not None and entry.guests_from <= now
        if reads == guests and (guests or entry.guests_from is None):
            continue
        changed.append(Before(entry.id, entry.guests_from, entry.public_from))
        entries.share(db, viewer, entry, now if guests else None, entry.public_from if guests else None)
    return changed


def follow(
    db: Session, viewer: Viewer, found: Sequence[Entry], guests: datetime | None, public: datetime | None
) -> Sequence[Before]:
    """Give these entries, which stand below a shared one, its times; answers what has changed."""
    changed = []
    for entry in found:
        before = Before(entry.id, entry.guests_from, entry.public_from)
        entries.share(db, viewer, entry, guests, public)
        if (entry.guests_from, entry.public_from) != (before.guests_from, before.public_from):
            changed.append(before)
    return changed


def share_as_before(db: Session, viewer: Viewer, states: Sequence[Before]) -> None:
    """Undo ``share`` and ``follow``, for what is still there."""
    former = {state.entry_id: state for state in states}
    found = db.scalars(access.select_entries(viewer, Entry).where(Entry.id.in_(former))).all()
    for entry in may_share(db, viewer, found):
        entries.share(db, viewer, entry, former[entry.id].guests_from, former[entry.id].public_from)

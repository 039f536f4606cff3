"""What can be asked about the past of an entry. A revision is a part of it: the policy of parts holds."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account, Firm
from collab.errors import NotFound
from collab.viewer import Viewer
from collab.web.paging import Page, page
from collab.workspaces import access, members, whereabouts
from collab.workspaces.models import Entry, Revision

Rows = Select[*tuple[Any, ...]]
#: Who changed something, as the columns of a row.
WHO = (
    Account.name.label("name"),
    Account.handle.label("handle"),
    Account.kind.label("kind"),
    Account.photo.label("photo"),
    members.FORMER.label("former"),
    Firm.name.label("firm_name"),
)


@dataclass(frozen=True)
class Changer:
    """Who made a revision, as templates want people."""

    name: str
    handle: str
    kind: str
    firm_name: str
    photo_url: str
    former: bool = False


def entry(db: Session, viewer: Viewer, public_id: str) -> Entry:
    """The entry, for those who may look at its past; NotFound for whom it alone is shared with."""
    return access.get(db, viewer, Entry, Entry.public_id == public_id, whereabouts.inside(viewer))


def changer(row: Any) -> Changer:
    """From a row with the columns of ``WHO``."""
    photo = f"/people/{row.handle}/photo?v={row.photo[:8]}" if row.photo else ""
    return Changer(row.name, row.handle, row.kind, row.firm_name or "", photo, bool(row.former))


def revisions(viewer: Viewer, entry_id: int) -> Rows:
    """Rows of an entry's revisions without their words; ``size`` is in characters."""
    return (
        access.select_parts(
            viewer,
            Revision,
            Revision.number,
            Revision.title,
            Revision.note,
            Revision.created_at,
            func.length(Revision.body).label("size"),
            *WHO,
        )
        .join(Account, Account.id == Revision.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Revision.entry_id == entry_id)
    )


def listed(
    db: Session, viewer: Viewer, entry: Entry, cursor: str | None = None, limit: int = 50
) -> Page[Row[Any]]:
    """A page of an entry's revisions, the latest first."""
    number: Any = Revision.number
    return page(db, revisions(viewer, entry.id), number, number, cursor=cursor, limit=limit)


def some(db: Session, viewer: Viewer, entry: Entry, *numbers: int) -> dict[int, Row[Any]]:
    """These revisions with their words. Raises NotFound if one is missing."""
    query = revisions(viewer, entry.id).add_columns(Revision.body).where(Revision.number.in_(numbers))
    found = {row.number: row for row in db.execute(query)}
    if any(number not in found for number in numbers):
        raise NotFound
    return found


def around(db: Session, viewer: Viewer, entry: Entry, first: int, last: int) -> tuple[int | None, int | None]:
    """The numbers of the revisions before the first and after the last of some."""
    number: Any = Revision.number
    before, after = func.max(case((number < first, number))), func.min(case((number > last, number)))
    query = access.select_parts(viewer, Revision, before, after).where(Revision.entry_id == entry.id)
    earlier, later = db.execute(query).one()
    return earlier, later


def as_of(db: Session, viewer: Viewer, entry: Entry, version: int) -> tuple[str, str]:
    """(title, body) of what the entry said at ``version``; empty where that is not known."""
    found = db.execute(
        access.select_parts(viewer, Revision, Revision.title, Revision.body)
        .where(Revision.entry_id == entry.id, Revision.number <= version)
        .order_by(Revision.number.desc())
        .limit(1)
    ).first()
    return (found.title, found.body) if found else ("", "")


def latest(viewer: Viewer, entry_id: Any) -> ColumnElement[bool]:
    """A condition on ``Revision``: the newest of the entry, if the viewer may know of it."""
    other = aliased(Revision)
    newest = select(func.max(other.number)).where(other.entry_id == entry_id).scalar_subquery()
    return and_(Revision.entry_id == entry_id, Revision.number == newest, access.parts(viewer, Revision))

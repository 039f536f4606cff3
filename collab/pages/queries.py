"""What can be asked about pages. Every statement starts at the access policy."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Date, Result, Row, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, defer

from collab import clock
from collab.auth.models import Account, Firm
from collab.errors import NotFound
from collab.history.queries import WHO, latest
from collab.pages.links import path_of
from collab.pages.models import Editing, Page, PageLink
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.circles import deleted as deleted_entry
from collab.workspaces.members import PERSON
from collab.workspaces.models import Entry, EntryAlias, Revision, Workspace
from collab.workspaces.watching import watched

Rows = Select[*tuple[Any, ...]]
#: Somebody who was seen for so long ago has closed the page.
PRESENT = timedelta(seconds=70)
#: No more pages that may be out of date are shown at once: the next come when these are looked through.
MOST_OUTDATED = 100


def at(db: Session, viewer: Viewer, slug: str, path: str) -> Row[Any] | None:
    """(Page, Workspace, when it was changed last and by whom) at this path, if the viewer may read it.

    ``watched``: whether the viewer watches it. Without the words as written, which reading does not need.
    """
    found: Row[Any] | None = ask(db, viewer, _at, slug=slug, path=path).first()
    if found is not None:
        access.note(db, viewer, found.Workspace, found.Page, found)
    return found


def _at(viewer: Viewer) -> Select[Any]:
    return (
        access.select_entries(
            viewer,
            Page,
            Page,
            Workspace,
            Revision.created_at.label("changed_at"),
            watched(viewer, Page).label("watched"),
            *access.held(viewer, Page),
            _keeper(Account.name),
            _keeper(Account.handle),
            *WHO,
        )
        .join(Workspace, Workspace.id == Page.workspace_id)
        .outerjoin(Revision, latest(viewer, Page.id))
        .outerjoin(Account, Account.id == Revision.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Workspace.slug == parameter("slug"), Page.path == parameter("path"))
        .where(whereabouts.known(viewer, Page))
        .options(defer(Page.body), defer(Page.text))
    )


def _keeper(column: Any) -> Any:
    """A column of the page's owner: whoever is said to be, or the author."""
    who = aliased(Account)
    found = select(getattr(who, column.key)).where(who.id == func.coalesce(Page.keeper_id, Entry.author_id))
    return found.scalar_subquery().label(f"keeper_{column.key}")


def get(db: Session, viewer: Viewer, slug: str, path: str) -> Page:
    """The page at this path. Raises NotFound alike for hidden and for missing."""
    place = select(Workspace.id).where(Workspace.slug == slug)
    known = whereabouts.known(viewer, Page)
    return access.get(db, viewer, Page, Page.place_id.in_(place), Page.path == path, known)


def by_public_id(db: Session, viewer: Viewer, workspace_id: int, public_id: str) -> Page:
    """The page of a workspace with this lasting id; NotFound like ``get``."""
    return access.get(db, viewer, Page, Page.place_id == workspace_id, Page.public_id == public_id)


def deleted(db: Session, viewer: Viewer, public_id: str) -> Page:
    """The page that the viewer deleted, to be restored; NotFound for everybody else."""
    found = deleted_entry(db, viewer, public_id)
    if not isinstance(found, Page):
        raise NotFound
    return found


def moved_to(db: Session, viewer: Viewer, slug: str, path: str) -> str | None:
    """The address of the page that was once at ``path``, or that is there in a tidier spelling."""
    tidy = path_of(path)
    place = select(Workspace.id).where(Workspace.slug == slug).scalar_subquery()
    former = access.select_entries(viewer, Page, Page.address, EntryAlias.id.label("age")).join(
        EntryAlias, EntryAlias.entry_id == Page.id
    )
    former = former.where(
        EntryAlias.kind == "page",
        EntryAlias.workspace_id == place,
        EntryAlias.address.in_([path, tidy]),
        whereabouts.known(viewer, Page),
    )
    there = access.select_entries(viewer, Page, Page.address, literal(1 << 62).label("age"))
    there = there.where(Page.place_id == place, Page.path == tidy, whereabouts.known(viewer, Page))
    both = there.union_all(former).order_by("age").execution_options(policy=True)
    addresses = [row[0] for row in db.execute(both)]
    return addresses[-1] if addresses else None


def tree(
    db: Session, viewer: Viewer, workspace_id: int, *more: Any, linking_to: Page | None = None
) -> Result[*tuple[Any, ...]]:
    """Rows of all pages of a workspace, in no order, with ``more`` columns if wanted.

    ``links_here``: whether it links to that page.
    """
    target = {} if linking_to is None else {"linked": linking_to.id, "path": linking_to.path}
    return ask(db, viewer, _tree, bool(target), *more, place=workspace_id, **target)


def _tree(viewer: Viewer, linking: bool, *more: Any) -> Rows:
    links_here: Any = literal(value=False)
    if linking:
        linked = parameter("linked")
        former = select(EntryAlias.address).where(EntryAlias.entry_id == linked)
        target = or_(PageLink.target == parameter("path"), PageLink.target.in_(former))
        links_here = and_(Page.id != linked, exists().where(PageLink.entry_id == Page.id, target))
    columns = (Page.path, Page.title, Page.position, links_here.label("links_here"), *more)
    query = access.select_entries(viewer, Page, *columns)
    here = (Page.place_id == parameter("place"), Page.published_at <= access.NOW)
    return query.where(*here, whereabouts.known(viewer, Page))


def outdated(viewer: Viewer) -> Rows:
    """Pages of the workspace ``place`` that are valid ``until`` then at most, the oldest first, and their owners.

    Whether the viewer may know of those is another question.
    """
    keeper = func.coalesce(Page.keeper_id, Page.author_id)
    return (
        access.select_entries(
            viewer, Page, Page.id, Page.public_id, Page.title, Page.lang, Page.address, Page.due_on, *PERSON
        )
        .join(Account, Account.id == keeper)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Page.place_id == parameter("place"), Page.published_at <= access.NOW)
        .where(Page.due_on <= parameter("until", Date), Page.is_template.is_(False))
        .order_by(Page.due_on, Page.id)
        .limit(MOST_OUTDATED)
    )


def others_editing(viewer: Viewer, page: Page) -> Rows:
    """Who else has the page open for writing, since when."""
    return (
        access.select_parts(viewer, Editing, Editing.since, *WHO)
        .join(Account, Account.id == Editing.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(
            Editing.entry_id == page.id,
            Editing.author_id != viewer.me,
            Editing.seen_at > clock.now() - PRESENT,
        )
        .order_by(Editing.since)
    )


def last_change(viewer: Viewer, page: Page) -> Rows:
    """When the page was changed last, and by whom."""
    return (
        access.select_parts(viewer, Revision, Revision.created_at, *WHO)
        .join(Account, Account.id == Revision.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(latest(viewer, page.id))
    )


def drafts(viewer: Viewer) -> Rows:
    """The viewer's pages of the workspace ``place`` that are not out yet."""
    return (
        access.select_entries(viewer, Page, Page.title, Page.address, Page.updated_at)
        .where(Page.place_id == parameter("place"), Page.published_at.is_(None))
        .order_by(Page.updated_at.desc())
        .limit(50)
    )

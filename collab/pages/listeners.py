"""Links between pages follow what happens to the pages they lead to."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from collab.activity.models import Event
from collab.activity.outbox import Context, Listener
from collab.pages import links, paths, services
from collab.pages.models import Page
from collab.workspaces import entries
from collab.workspaces.models import Workspace
from collab.workspaces.net import as_system

WHY = "links between pages"


def follow(context: Context, events: Sequence[Event]) -> None:
    """Render the pages again whose links lead elsewhere now.

    Each in a transaction of its own; the same events again change nothing.
    """
    changed = {event.entry_id for event in events if event.entry_id is not None}
    with context.write.begin() as db:
        _tidy(as_system(db, WHY), changed)
    with context.read() as db:
        as_system(db, WHY)
        near = links.linking(db, _with_all_below(db, changed)) | changed
        stale = [page_id for page_id in sorted(near) if _is_stale(db, page_id)]
    for page_id in stale:
        with context.write.begin() as db:
            _refresh(as_system(db, WHY), page_id)


def _tidy(db: Session, ids: set[int]) -> None:
    """The path of a deleted page is free for others, however it was deleted or restored."""
    for page in db.scalars(select(Page).where(Page.id.in_(ids))):
        if page.deleted_at is not None and not page.path.startswith("~"):
            entries.add_alias(db, page, page.path)
            page.path = f"~{page.public_id}"
        elif page.deleted_at is None and page.published_at is not None and page.path.startswith("~"):
            place = db.get_one(Workspace, page.workspace_id)
            paths.settle_again(db, page, place)


def _with_all_below(db: Session, ids: set[int]) -> set[int]:
    found = set(ids)
    for place, path in db.execute(select(Page.place_id, Page.path).where(Page.id.in_(ids))).all():
        below = Page.path.startswith(f"{path}/", autoescape=True)
        found.update(db.scalars(select(Page.id).where(Page.place_id == place, below)))
    return found


def _with_links(page_id: int) -> Select[Page]:
    return select(Page).where(Page.id == page_id, Page.deleted_at.is_(None), Page.body.contains("[["))


def _is_stale(db: Session, page_id: int) -> bool:
    """Asked before anything is locked: most pages that link to a changed one need nothing."""
    page = db.scalar(_with_links(page_id))
    found = page is not None and not services.links_are_right(db, page)
    db.expunge_all()
    return found


def _refresh(db: Session, page_id: int) -> None:
    page = db.scalar(_with_links(page_id).with_for_update())
    if page is not None:
        services.render(db, page)


LISTENER = Listener(
    "page-links",
    (
        "page.published",
        "page.edited",
        "page.moved",
        "page.deleted",
        "page.restored",
        "page.shared",
        "page.withdrawn",
    ),
    follow,
)

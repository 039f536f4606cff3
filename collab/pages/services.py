"""What may be done with pages."""

from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.comments.mentions import keep_mentions
from collab.errors import Invalid
from collab.pages import links, paths
from collab.pages.links import Resolver, audience_of
from collab.pages.models import Page
from collab.viewer import Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Workspace


def create(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    title: str,
    body: str,
    *,
    parent: Page | None = None,
    slug: str | None = None,
    position: int | None = None,
) -> Page:
    """A new page, out at once; a guest's is for guests too.

    It stands below ``parent`` (a page that the viewer reads; None: at the top), as the last
    one or at ``position``. Its slug is made from ``slug`` or the title.
    """
    access.require(db, viewer, "contribute", workspace)
    if not title.strip():
        raise Invalid({"title": "required"})
    _check_parent(workspace.id, parent)
    page = Page(place_id=workspace.id, parent_id=parent.id if parent else None)
    page.position = paths.last_position(db, page) + 1 if position is None else position
    paths.settle(db, viewer, page, workspace, parent, slug or title)
    if not viewer.is_employee:
        page.guests_from = clock.now()  # before it is rendered: its links know what guests may know
    resolver = Resolver(db, workspace, page, audience_of(page))
    rendered = entries.begin(db, viewer, workspace, page, title, body, resolver)
    paths.adopt(db, page)
    _keep(db, page, rendered, resolver)
    entries.publish(db, viewer, page)
    if workspace.clean_room and page.guests_from:
        db.flush()
        render(db, page)  # who reads it is known only now
    return page


def edit(
    db: Session, viewer: Viewer, page: Page, title: str, body: str, *, base_version: int, note: str = ""
) -> None:
    """Change the words of a page; its address stays. Raises Conflict if it changed since ``base_version``."""
    before = page.title
    resolver = Resolver(db, _place(db, page), page, audience_of(page))
    rendered = entries.revise(
        db, viewer, page, title, body, base_version=base_version, note=note, resolve=resolver
    )
    if rendered is None:
        return
    _keep(db, page, rendered, resolver)
    _remember_title(db, page, before)


def move(db: Session, viewer: Viewer, page: Page, parent: Page | None, position: int | None = None) -> None:
    """Put a page, with all below it, under another one (None: to the top).

    ``position`` counts its new neighbours from 0; None is behind them. Old addresses lead to the
    new ones. Invalid for a parent in another workspace, or one that is the page itself or below it.
    """
    access.require(db, viewer, "edit", page)
    _check_parent(page.workspace_id, parent)
    if parent is not None and (parent.id == page.id or parent.path.startswith(f"{page.path}/")):
        raise Invalid({"parent": "below_itself"})
    page.parent_id = parent.id if parent else None
    paths.place_among(db, page, position)
    paths.relocate(db, viewer, page, _place(db, page), parent, page.slug)
    page.version += 1
    _record(db, viewer, page, "moved")


def rename(db: Session, viewer: Viewer, page: Page, title: str, slug: str | None = None) -> None:
    """Give a page another title, and an address made from ``slug`` or the title.

    The addresses of all below it follow; old ones lead to the new ones.
    """
    access.require(db, viewer, "edit", page)
    if not title.strip():
        raise Invalid({"title": "required"})
    before = (page.title, page.path)
    if slug or title != page.title:
        parent = _parent(db, page)
        paths.relocate(db, viewer, page, _place(db, page), parent, slug or title)
    if (title, page.path) == before:
        return
    page.version += 1
    if title != page.title:
        old, page.title, page.updated_at = page.title, title, clock.now()
        entries.keep_revision(db, page, viewer.me)
        _remember_title(db, page, old)
        _record(db, viewer, page, "edited")
    if page.path != before[1]:
        _record(db, viewer, page, "moved")


def delete(db: Session, viewer: Viewer, page: Page) -> None:
    """Delete a page; those below it stay. Its path is free for others; ``restore`` brings it back."""
    entries.remove(db, viewer, page)
    entries.add_alias(db, page, page.path)
    page.path = f"~{page.public_id}"


def restore(db: Session, viewer: Viewer, page: Page) -> None:
    """Undo a deletion. ``page`` comes from ``queries.deleted``.

    It gets its path back, or one with a number if another page has that now. Raises Forbidden
    for those who may not delete it either.
    """
    place = _place(db, page)
    entries.restore(db, viewer, page)
    access.require(db, viewer, "delete", page)
    parent = _parent(db, page)
    if parent is None or parent.deleted_at is not None:
        above = page.address.removeprefix(links.address(place.slug, "")).rpartition("/")[0]
    else:
        above = parent.path
    paths.settle_below(db, viewer, page, place, above, page.slug)
    paths.adopt(db, page)
    render(db, page)


def share(db: Session, viewer: Viewer, page: Page, *, with_guests: bool) -> None:
    """Let guests of the workspace read the page from now on, or not any more."""
    entries.share(db, viewer, page, clock.now() if with_guests else None, None)
    db.flush()
    render(db, page)


def render(db: Session, page: Page) -> None:
    """Make the stored HTML again from the words: where links lead may have changed."""
    resolver = Resolver(db, _place(db, page), page, audience_of(page))
    _keep(db, page, entries.fill(page, page.title, page.body, resolver), resolver)


def _keep(db: Session, page: Page, rendered: text.Rendered, resolver: Resolver) -> None:
    links.keep_links(db, page, resolver.targets)
    keep_mentions(db, page, rendered.mentions)


def _remember_title(db: Session, page: Page, title: str) -> None:
    """``[[Old title]]`` goes on leading here."""
    if title != page.title and text.slugify(title, ""):
        entries.add_alias(db, page, links.name_key(title))


def _check_parent(workspace_id: int, parent: Page | None) -> None:
    if parent is not None and (parent.workspace_id != workspace_id or parent.deleted_at is not None):
        raise Invalid({"parent": "unknown_parent"})


def _parent(db: Session, page: Page) -> Page | None:
    return db.get(Page, page.parent_id, execution_options={"policy": True}) if page.parent_id else None


def _place(db: Session, page: Page) -> Workspace:
    return db.get_one(Workspace, page.workspace_id)


def _record(db: Session, viewer: Viewer, page: Page, what: str) -> None:
    activity.record(
        db,
        f"page.{what}",
        viewer,
        workspace_id=page.workspace_id,
        entry_id=page.id,
        version=page.version,
    )

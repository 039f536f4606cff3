"""What may be done with pages."""

from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.comments.mentions import keep_mentions
from collab.errors import Conflict, Invalid
from collab.history.compare import Merge, merge, merge_line
from collab.history.queries import as_of
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
    guests: bool = False,
) -> Page:
    """A new page, out at once; a guest's, and one that is made with ``guests``, is for guests too.

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
    if guests or not viewer.is_employee:
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


def draft(db: Session, viewer: Viewer, workspace: Workspace, title: str, body: str) -> Page:
    """A page that only its author sees, until ``publish``."""
    page = Page(place_id=workspace.id)
    paths.hide(page, workspace)
    resolver = Resolver(db, workspace, page, audience_of(page))
    _keep(db, page, entries.begin(db, viewer, workspace, page, title, body, resolver), resolver)
    return page


def publish(
    db: Session,
    viewer: Viewer,
    page: Page,
    title: str,
    body: str,
    parent: Page | None,
    *,
    base_version: int,
    guests: bool = False,
) -> None:
    """Put a draft into the tree below ``parent``, with these words. Conflict as for ``edit``."""
    access.require(db, viewer, "publish", page)
    _check_parent(page.workspace_id, parent)
    if page.published_at is not None:
        raise Conflict
    if guests or not viewer.is_employee:
        page.guests_from = clock.now()
    edit(db, viewer, page, title, body, base_version=base_version)
    page.parent_id = parent.id if parent else None
    page.position = paths.last_position(db, page) + 1
    paths.settle(db, viewer, page, _place(db, page), parent, title)
    entries.publish(db, viewer, page)
    db.flush()
    paths.adopt(db, page)
    render(db, page)


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


class Overlap(Conflict):
    """Two people changed the same place, or both gave the page another title.

    ``merge.draft`` and ``title`` are all of both, with mine where they differ; ``present`` is the
    page as it is.
    """

    def __init__(self, merge: Merge, title: str, present: Page, *, title_differs: bool) -> None:
        super().__init__(f"{len(merge.conflicts)} places")
        self.merge, self.title, self.present, self.title_differs = merge, title, present, title_differs


def save(
    db: Session, viewer: Viewer, page: Page, title: str, body: str, *, base_version: int, note: str = ""
) -> bool:
    """Change a page that others may have changed since ``base_version``; answers whether they had.

    Changes that do not touch are merged. Raises Overlap, and changes nothing, for others.
    """
    access.require(db, viewer, "edit", page)
    present = entries.locked_version(db, viewer, page)
    db.refresh(page)
    if base_version != present:
        was_title, was_body = as_of(db, viewer, page, base_version)
        merged = merge(was_body, body, page.body)
        both = merge_line(was_title, title, page.title)
        if merged.text is None or both is None:
            raise Overlap(merged, both or title, page, title_differs=both is None)
        title, body = both, merged.text
    edit(db, viewer, page, title, body, base_version=present, note=note)
    return base_version != present


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
    above = parent.path if parent else ""
    paths.relocate(db, viewer, page, _place(db, page), above, page.slug)
    page.version += 1
    _record(db, viewer, page, "moved")


def reorder(db: Session, viewer: Viewer, page: Page, position: int) -> None:
    """Put a page at another place among its neighbours, counted from 0."""
    access.require(db, viewer, "edit", page)
    paths.place_among(db, page, position)


def rename(db: Session, viewer: Viewer, page: Page, title: str, slug: str | None = None) -> None:
    """Give a page another title, and an address made from ``slug`` or the title.

    The addresses of all below it follow; old ones lead to the new ones.
    """
    access.require(db, viewer, "edit", page)
    if not title.strip():
        raise Invalid({"title": "required"})
    before = (page.title, page.path)
    if slug or title != page.title:
        above = page.path.rpartition("/")[0]
        paths.relocate(db, viewer, page, _place(db, page), above, slug or title)
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
    paths.settle_again(db, page, place)
    render(db, page)


def render(db: Session, page: Page) -> None:
    """Make the stored HTML again from the words: where links lead may have changed."""
    resolver = Resolver(db, _place(db, page), page, audience_of(page))
    _keep(db, page, entries.fill(page, page.title, page.body, resolver), resolver)


def render_again(db: Session) -> int:
    """Make the HTML of pages anew that older rules made; answers how many. For maintenance."""
    stale = entries.stale(db, Page)
    for page in stale:
        render(db, page)
    return len(stale)


def links_are_right(db: Session, page: Page) -> bool:
    """Does the stored HTML lead where the names in the words lead now?

    Cheaper than making it again. A name in a code block, which is no link, makes this say no.
    """
    resolver = Resolver(db, _place(db, page), page, audience_of(page))
    for name in dict.fromkeys(links.NAME.findall(page.body)):
        url, is_there = resolver(name.strip())
        mark = f'class="wikilink{"" if is_there else " missing"}" href="{url}'
        if f'{mark}"' not in page.html and f"{mark}#" not in page.html:
            return False
    return True


def html(db: Session, page: Page, body: str) -> str:
    """Former or unsaved words of a page as HTML that is safe to show; nothing is stored."""
    resolver = Resolver(db, _place(db, page), page, audience_of(page))
    return text.render(body, resolve=resolver).html


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

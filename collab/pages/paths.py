"""The paths of pages: finding a free one, moving a branch, keeping neighbours in order.

These are system questions. Two pages cannot have one path, also where the person who writes
does not see the other one; so the statements here ask about all pages of a workspace, and
nothing of what they find is shown.
"""

import re
import secrets

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from collab import text
from collab.db import new_public_id
from collab.errors import Invalid
from collab.pages.links import address
from collab.pages.models import Page
from collab.viewer import Viewer
from collab.workspaces.models import EntryAlias, Workspace

#: Last steps of addresses that are no pages.
RESERVED = frozenset(
    {"new", "edit", "move", "delete", "restore", "order", "preview", "editing", "drafts", "export"}
)
DEEPEST = 12
_RANDOM_END = re.compile(r"-[0-9a-f]{6}$")


def settle(
    db: Session, viewer: Viewer, page: Page, workspace: Workspace, parent: Page | None, wanted: str
) -> None:
    """Give a new page its slug, path and address below ``parent``."""
    above = parent.path if parent else ""
    _put(page, workspace, above, _free_slug(db, workspace, above, wanted, discreet=not viewer.is_employee))


def hide(page: Page, workspace: Workspace) -> None:
    """Give a draft a path that no address has, and the address of its form."""
    page.public_id = page.public_id or new_public_id()
    page.slug = page.path = f"~{page.public_id}"
    page.address = address(workspace.slug, f"drafts/{page.public_id}")


def settle_again(db: Session, page: Page, workspace: Workspace) -> None:
    """Give a page that was deleted its path back, or the next one that is free."""
    parent = db.get(Page, page.parent_id, execution_options={"policy": True}) if page.parent_id else None
    if parent is None or parent.deleted_at is not None:
        above = page.address.removeprefix(address(workspace.slug, "")).rpartition("/")[0]
    else:
        above = parent.path
    _put(page, workspace, above, _free_slug(db, workspace, above, page.slug))
    db.flush()
    adopt(db, page)


def relocate(db: Session, viewer: Viewer, page: Page, workspace: Workspace, above: str, wanted: str) -> None:
    """Give a page and all below it new paths, below the path ``above``; the old ones become aliases."""
    old = page.path
    wanted = text.slugify(wanted, page.slug)
    if _join(above, wanted) == old:
        return
    discreet = not viewer.is_employee
    slug = _free_slug(db, workspace, above, wanted, discreet=discreet, empty_below=True)
    branch = db.scalars(
        select(Page)
        .where(Page.place_id == workspace.id, Page.path.startswith(f"{old}/", autoescape=True))
        .execution_options(policy=True)
    ).all()
    _keep_aliases(db, workspace, [page, *branch])
    _put(page, workspace, above, slug)
    for below in branch:
        below.path = page.path + below.path[len(old) :]
        below.address = address(workspace.slug, below.path)
        _check_depth(below.path)
    db.flush()


def _put(page: Page, workspace: Workspace, above: str, slug: str) -> None:
    page.slug, page.path = slug, _join(above, slug)
    page.address = address(workspace.slug, page.path)
    _check_depth(page.path)


def _check_depth(path: str) -> None:
    if path.count("/") >= DEEPEST:
        raise Invalid({"parent": "too_deep"}, max=DEEPEST)


def _join(above: str, slug: str) -> str:
    return f"{above}/{slug}" if above else slug


def _free_slug(
    db: Session,
    workspace: Workspace,
    above: str,
    wanted: str,
    *,
    discreet: bool = False,
    empty_below: bool = False,
) -> str:
    """A slug below ``above`` that no page has; with ``empty_below``, with no page below it either.

    With ``discreet``, for guests, its end is random: a number would tell of a page that they may
    not see.
    """
    base = text.slugify(wanted, "page")
    if not discreet:
        slug, number = base, 1
        while slug in RESERVED or _is_taken(db, workspace, _join(above, slug), empty_below):
            number += 1
            slug = f"{base}-{number}"
        return slug
    slug = base if _RANDOM_END.search(base) else f"{base}-{secrets.token_hex(3)}"
    while _is_taken(db, workspace, _join(above, slug), empty_below):
        slug = f"{_RANDOM_END.sub('', base)}-{secrets.token_hex(3)}"
    return slug


def _is_taken(db: Session, workspace: Workspace, path: str, empty_below: bool) -> bool:
    there = Page.path == path
    if empty_below:
        there = or_(there, Page.path.startswith(f"{path}/", autoescape=True))
    query = select(Page.id).where(Page.place_id == workspace.id, there).limit(1)
    return db.scalar(query.execution_options(policy=True)) is not None


def _keep_aliases(db: Session, workspace: Workspace, pages: list[Page]) -> None:
    """The present paths of the pages, as former ones. One question for a whole branch."""
    ids = [page.id for page in pages]
    known = db.execute(
        select(EntryAlias.entry_id, EntryAlias.address)
        .where(EntryAlias.entry_id.in_(ids))
        .execution_options(policy=True)
    )
    have = {(row.entry_id, row.address) for row in known}
    db.add_all(
        EntryAlias(workspace_id=workspace.id, entry_id=page.id, kind="page", address=page.path)
        for page in pages
        if (page.id, page.path) not in have
    )


def adopt(db: Session, page: Page) -> None:
    """Pages whose parent was deleted belong to the page that has its path now."""
    below = Page.path.startswith(f"{page.path}/", autoescape=True)
    db.execute(
        update(Page)
        .where(
            Page.place_id == page.place_id,
            below,
            func.length(Page.path) == len(page.path) + 1 + func.length(Page.slug),
        )
        .values(parent_id=page.id)
        .execution_options(policy=True, synchronize_session=False)
    )


# Order among neighbours --------------------------------------------------------------------------


def last_position(db: Session, page: Page) -> int:
    """The highest position among the pages beside this one; -1 where there are none."""
    query = select(func.max(Page.position)).where(
        Page.place_id == page.place_id, Page.parent_id == page.parent_id
    )
    highest = db.scalar(query.execution_options(policy=True))
    return -1 if highest is None else highest


def place_among(db: Session, page: Page, position: int | None) -> None:
    """Count the neighbours anew, with the page at ``position`` (None: behind them)."""
    db.flush()
    beside = list(
        db.scalars(
            select(Page)
            .where(
                Page.place_id == page.place_id,
                Page.parent_id == page.parent_id,
                Page.id != page.id,
                Page.deleted_at.is_(None),
            )
            .order_by(Page.position, func.lower(Page.title), Page.id)
            .execution_options(policy=True)
        )
    )
    beside.insert(len(beside) if position is None else max(0, min(position, len(beside))), page)
    for n, neighbour in enumerate(beside):
        neighbour.position = n

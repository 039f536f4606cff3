"""``/api/v1/workspaces/{id}/pages`` and ``/api/v1/pages/{id}``."""

from datetime import date, datetime

from collab.errors import Invalid
from collab.pages import forms, queries, services, tree, validity
from collab.pages.models import Page
from collab.pages.tree import Tree
from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import LARGEST
from collab.web.paging import Page as Part
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Workspace
from collab.workspaces.queries import known

blueprint = Api("pages")

Answer = tuple["PageOut", dict[str, str]]


class TreeOut(Out):
    """A page in the tree. ``parent`` is the id of the page above it, as far as the reader sees one."""

    id: str
    title: str
    path: str
    url: str
    parent: str | None
    depth: int
    version: int
    updated_at: datetime


class PageOut(Out):
    """A page with its words: ``body`` is Markdown, ``html`` safe to show.

    ``path``, ``parent`` and ``workspace`` are null for whom the page alone is shared with.
    """

    id: str
    title: str
    body: str
    html: str
    path: str | None
    url: str
    parent: str | None
    workspace: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    guests_from: datetime | None
    public_from: datetime | None
    valid_until: date | None


def _workspace(name: str) -> Workspace:
    """The workspace with this id or slug, if the viewer belongs there; else NotFound."""
    return access.workspace(db(), viewer(), known(db(), viewer(), name).slug)


def _tree(place: Workspace) -> Tree:
    told = (Page.public_id, Page.version, Page.updated_at)
    return tree.build(place.slug, queries.tree(db(), viewer(), place.id, *told))


def _page(public_id: str) -> Page:
    return access.get(db(), viewer(), Page, Page.public_id == public_id)


def _above(page: Page) -> str | None:
    """The id of the page above this one, as far as the viewer sees one."""
    pages = _tree(db().get_one(Workspace, page.workspace_id))
    above = pages.above(page.path)
    return pages.rows[above[-1].path].public_id if above else None


def _out(page: Page) -> Answer:
    db().flush()
    slug = whereabouts.slug_of(db(), viewer(), page)
    above = _above(page) if slug else None
    found = PageOut(
        id=page.public_id,
        title=page.title,
        body=page.body,
        html=whereabouts.html_of(db(), viewer(), page, page.html, whole("")),
        path=page.path if slug else None,
        url=whole(whereabouts.address_of(db(), viewer(), page)),
        parent=above,
        workspace=slug,
        version=page.version,
        created_at=page.created_at,
        updated_at=page.updated_at,
        guests_from=page.guests_from,
        public_from=page.public_from,
        valid_until=page.due_on,
    )
    return found, etag(page.version)


def _parent(place_id: int, public_id: str | None) -> Page | None:
    if public_id is None:
        return None
    query = access.select_entries(viewer(), Page)
    found: Page | None = db().scalar(query.where(Page.place_id == place_id, Page.public_id == public_id))
    if found is None:
        raise Invalid({"parent": "unknown_parent"})
    return found


@blueprint.operation("GET", "/workspaces/<name>/pages", query=forms.TreeListing, answer=TreeOut, many=True)
def workspace_pages(name: str, query: forms.TreeListing) -> Part[TreeOut]:
    """The pages of a workspace, each before those below it."""
    pages = _tree(_workspace(name))
    start, limit = _start(query.cursor), max(1, min(query.limit, LARGEST))
    rows = list(pages.in_order())
    items = [_row(pages, depth, node) for depth, node in rows[start : start + limit]]
    return Part(items, str(start + limit) if len(rows) > start + limit else None)


def _start(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdecimal()) or len(cursor) > 9:
        raise Invalid({"cursor": "bad_cursor"})
    return int(cursor)


def _row(pages: Tree, depth: int, node: tree.Node) -> TreeOut:
    above, row = pages.above(node.path), pages.rows[node.path]
    return TreeOut(
        id=row.public_id,
        title=node.title,
        path=node.path,
        url=whole(node.url),
        parent=pages.rows[above[-1].path].public_id if above else None,
        depth=depth,
        version=row.version,
        updated_at=row.updated_at,
    )


@blueprint.operation("POST", "/workspaces/<name>/pages", body=forms.PageIn, answer=PageOut, status=201)
def create_page(name: str, body: forms.PageIn) -> Answer:
    """Write a page; its readers see it at once."""
    place = _workspace(name)
    parent = _parent(place.id, body.parent)
    return _out(services.create(db(), viewer(), place, body.title, body.body, parent=parent))


@blueprint.operation("GET", "/pages/<public_id>", answer=PageOut)
def get_page(public_id: str) -> Answer:
    """One page with its words."""
    return _out(_page(public_id))


@blueprint.operation("PATCH", "/pages/<public_id>", body=forms.PageChange, answer=PageOut)
def change_page(public_id: str, body: forms.PageChange) -> Answer:
    """Change title, words or validity of a page, or put it below another one."""
    page = _page(public_id)
    access.require(db(), viewer(), "edit", page)
    version = expected_version(page.version)
    given = body.model_fields_set
    title = page.title if body.title is None else body.title
    words = page.body if body.body is None else body.body
    if given & {"title", "body"}:
        services.edit(db(), viewer(), page, title, words, base_version=version, note=body.note)
    if "valid_until" in given:
        validity.valid_until(db(), viewer(), page, body.valid_until)
    if "parent" in given:
        services.move(db(), viewer(), page, _parent(page.workspace_id, body.parent))
    return _out(page)


@blueprint.operation("DELETE", "/pages/<public_id>", status=204)
def delete_page(public_id: str) -> None:
    """Delete a page. Pages below it stay."""
    page = _page(public_id)
    access.require(db(), viewer(), "delete", page)
    expected_version(page.version)
    services.delete(db(), viewer(), page)

"""Reading pages: the tree of a workspace, one page, and the place where one could be."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from collab.comments.section import thread_context, with_passages
from collab.errors import NotFound, Unauthorized
from collab.files.present import files_context
from collab.pages import present, queries, tree, validity
from collab.pages.models import Page
from collab.pages.tree import Tree
from collab.viewer import Viewer
from collab.web.doors import door
from collab.web.request import db, viewer
from collab.workspaces import access, glass, heads
from collab.workspaces.asking import ask
from collab.workspaces.models import Workspace

blueprint = Blueprint("pages", __name__)

Answer = str | Response | tuple[str, int]


def whole_tree(session: Session, who: Viewer, workspace: Workspace, linking_to: Page | None = None) -> Tree:
    """The tree that the viewer sees, in one statement."""
    return tree.build(workspace.slug, queries.tree(session, who, workspace.id, linking_to=linking_to))


def frame(workspace: Workspace) -> dict[str, Any]:
    """What the head of every page of a workspace needs."""
    return {
        "nav": "workspaces",
        "tab": "pages",
        "workspace": workspace,
        "standing": access.standing(db(), viewer(), workspace),
        "base": f"/w/{workspace.slug}/pages/",
    }


@blueprint.get("/w/<slug>/pages/")
@door("guest")
def index(slug: str) -> str:
    """All pages of a workspace."""
    place = access.workspace(db(), viewer(), slug)
    pages = tree.build(place.slug, queries.tree(db(), viewer(), place.id, Page.due_on, Page.is_template))
    soon = validity.soon(viewer())
    return render_template(
        "pages/index.html",
        pages=pages,
        outdated=sum(
            row.due_on is not None and row.due_on <= soon and not row.is_template
            for row in pages.rows.values()
        ),
        drafts=ask(db(), viewer(), queries.drafts, place=place.id).all(),
        may_write=access.allowed(db(), viewer(), "contribute", place),
        **frame(place),
    )


@blueprint.get("/w/<slug>/pages/<path:path>")
@door("anyone")
def page(slug: str, path: str) -> Answer:
    """One page; an old address leads to it, and a free one to writing it."""
    found = queries.at(db(), viewer(), slug, path)
    if found is None:
        return _elsewhere(slug, path)
    shown, place = found.Page, found.Workspace
    pages = whole_tree(db(), viewer(), place, shown)
    files = files_context(db(), viewer(), shown)
    html = present.html(db(), shown, files["files"]["sizes"])
    wall = glass.wall(db(), viewer(), shown)
    talk = thread_context(db(), viewer(), shown, audience=wall.audience)
    return render_template(
        "pages/page.html",
        page=shown,
        html=with_passages(html, talk),
        outline=present.outline(html),
        around=present.around(pages, path),
        flag=heads.flag(viewer(), shown, place),
        wall=wall,
        changed_by=present.changed_by(found),
        changed_at=found.changed_at or shown.updated_at,
        watched=found.watched,
        keeper={"name": found.keeper_name, "handle": found.keeper_handle, "kind": "employee"},
        asks=shown.reminded_on is not None,
        is_over=shown.due_on is not None and shown.due_on < validity.today(viewer()),
        may_edit=access.allowed(db(), viewer(), "edit", shown),
        may_share=access.allowed(db(), viewer(), "share", shown),
        may_write=access.allowed(db(), viewer(), "contribute", place),
        **talk,
        **files,
        **frame(place),
    )


def _elsewhere(slug: str, path: str) -> Answer:
    moved = queries.moved_to(db(), viewer(), slug, path)
    if moved is not None:
        return redirect(moved, 301)
    try:
        place = access.workspace(db(), viewer(), slug)
    except NotFound:
        if not viewer().signed_in:
            raise Unauthorized from None
        raise
    pages = whole_tree(db(), viewer(), place)
    above = pages.above(path)
    body = render_template(
        "pages/missing.html",
        path=path,
        wanted=request.args.get("title", "")[:300] or path.rpartition("/")[2].replace("-", " ").capitalize(),
        parent=above[-1] if above else None,
        around=present.around(pages, path),
        may_write=access.allowed(db(), viewer(), "contribute", place),
        **frame(place),
    )
    return body, 404

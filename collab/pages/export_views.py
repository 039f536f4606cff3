"""Taking pages along: a tree of them as an archive of Markdown or HTML."""

from collections.abc import Iterator

from flask import Blueprint, Response, render_template, stream_with_context

from collab.errors import NotFound
from collab.pages import forms, tree
from collab.pages.export import Archive
from collab.pages.models import Page
from collab.pages.queries import tree as rows
from collab.pages.views import frame, whole_tree
from collab.web import assets
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.i18n import language
from collab.web.request import context, db, viewer
from collab.web.urls import whole
from collab.workspaces import access
from collab.workspaces.models import Workspace

blueprint = Blueprint("page_export", __name__)


@blueprint.get("/w/<slug>/pages/export")
@door("guest")
def choose(slug: str) -> str:
    """In which form, and which part of the tree."""
    place = access.workspace(db(), viewer(), slug)
    pages = whole_tree(db(), viewer(), place)
    below = from_query(forms.Below).below
    return render_template("pages/export.html", pages=pages, below=pages.nodes.get(below), **frame(place))


@blueprint.post("/w/<slug>/pages/export")
@door("guest")
def export(slug: str) -> Response:
    """The archive, made while it is sent, from a session that lasts as long."""
    return archive(access.workspace(db(), viewer(), slug), from_page(forms.Export))


def archive(place: Workspace, wanted: forms.Export) -> Response:
    """What the viewer may read of the workspace's pages. NotFound where that is nothing."""
    pages = tree.build(place.slug, rows(db(), viewer(), place.id, Page.id))
    paths = [node.path for _depth, node in pages.in_order() if _is_below(node.path, wanted.below)]
    if not paths:
        raise NotFound
    style = (assets.folder() / "css" / "app.css").read_text("utf-8")
    lang = language()
    storage, site = context().storage, whole("")
    asked = (viewer(), pages, wanted.form, place.name, place.slug, style, storage, site, lang, wanted.history)
    sent = stream_with_context(_sent(Archive(*asked), paths))
    response = Response(sent, content_type="application/zip")
    response.headers.set("Content-Disposition", "attachment", filename=f"{place.slug}-{wanted.form}.zip")
    return response


def _is_below(path: str, top: str) -> bool:
    return not top or path == top or path.startswith(f"{top}/")


def _sent(packed: Archive, paths: list[str]) -> Iterator[bytes]:
    with context().read() as reading:
        reading.info["viewer"] = packed.viewer
        yield from filter(None, packed.pieces(reading, paths))

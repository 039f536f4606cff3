"""Reading files: what a folder holds, and one file."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from collab import text
from collab.comments.section import thread_context
from collab.errors import NotFound, Unauthorized
from collab.files import addresses
from collab.files.present import size_text
from collab.files.preview.present import look
from collab.shelf import finding, present, queries, space
from collab.shelf.models import Document, Folder, Item
from collab.tags.services import tag_key
from collab.web.doors import door
from collab.web.request import context, db, viewer
from collab.workspaces import access, glass, heads
from collab.workspaces.models import Workspace

blueprint = Blueprint("shelf", __name__)
blueprint.add_app_template_global(size_text, "file_size")

Answer = str | Response | tuple[str, int]


def frame(workspace: Workspace) -> dict[str, Any]:
    """What the head of every page of a workspace needs."""
    return {
        "nav": "workspaces",
        "tab": "files",
        "workspace": workspace,
        "standing": access.standing(db(), viewer(), workspace),
        "base": f"/w/{workspace.slug}/files/",
    }


def words(item: Item) -> Markup:
    """Its description, safe to show; made again if it was made under other rules."""
    safe = item.html if item.rules == text.RULES else text.render(item.body).html
    return Markup(safe)  # noqa: S704 - collab.text has sanitised it


@blueprint.get("/w/<slug>/files/")
@door("guest")
def index(slug: str) -> str:
    """What lies beside the folders of a workspace, and they themselves."""
    place = access.workspace(db(), viewer(), slug)
    words = text.clean_line(request.args.get("q", ""))[:200]
    return _found(place, words) if words else _listing(place, None)


def _found(place: Workspace, words: str) -> str:
    found = finding.named_like(db(), viewer(), place.id, words, request.args.get("cursor"))
    above = finding.folders_of(db(), viewer(), found.items)
    return render_template(
        "shelf/found.html",
        q=words,
        rows=present.lines(viewer(), found.items, place, above),
        next=found.next,
        order="name",
        folder=None,
        may_write=access.allowed(db(), viewer(), "contribute", place),
        **frame(place),
    )


@blueprint.get("/w/<slug>/files/<public_id>")
@door("anyone")
def item(slug: str, public_id: str) -> Answer:
    """One file, or what is in a folder."""
    found = queries.at(db(), viewer(), slug, public_id)
    if found is None:
        moved = queries.elsewhere(db(), viewer(), public_id)
        if moved is not None:
            return redirect(moved, 301)
        if not viewer().signed_in:
            raise Unauthorized
        raise NotFound
    if isinstance(found.Item, Folder):
        return _listing(found.Workspace, found.Item, found.watched)
    return _document(found)


def upload_context(place: Workspace, folder: Folder | None, **more: Any) -> dict[str, Any]:
    """What the box for new files needs: who would read them, and how large they may be."""
    audience = glass.audience_of(db(), viewer(), place.id, guests=True)
    shared = folder is not None and folder.guests_from is not None
    settings = context().settings
    return {
        "audience": audience,
        "offers_guests": shared or bool(audience and audience.guests),
        "above": folder.title if folder is not None and shared else "",
        "values": {"guests": shared},
        "errors": {},
        "most_at_once": settings.upload_limit_mb,
        "most_in_parts": settings.large_upload_limit_mb,
    } | more


def _listing(place: Workspace, folder: Folder | None, watched: Any = None) -> str:
    order = request.args.get("order", "")
    order = order if order in queries.ORDERS else "name"
    cursor = request.args.get("cursor")
    found = queries.listed(db(), viewer(), place.id, folder, order=order, cursor=cursor)
    may_write = access.allowed(db(), viewer(), "contribute", place)
    return render_template(
        "shelf/index.html",
        folder=folder,
        crumbs=queries.crumbs(db(), viewer(), folder) if folder else (),
        rows=present.lines(viewer(), found.items, place),
        next=found.next,
        order=order,
        html=words(folder) if folder else "",
        flag=heads.flag(viewer(), folder, place) if folder else "",
        may_write=may_write,
        may_edit=folder is not None and access.allowed(db(), viewer(), "edit", folder),
        space=space.of(db(), viewer(), place) if folder is None else None,
        watched=watched,
        **(upload_context(place, folder) if may_write else {}),
        **frame(place),
    )


def _document(found: Any) -> str:
    shown, place = found.Item, found.Workspace
    versions = queries.versions(db(), viewer(), shown)
    wall = glass.wall(db(), viewer(), shown)
    newest = next((row.Attachment for row in versions if row.number == shown.number), None)
    return render_template(
        "shelf/document.html",
        document=shown,
        crumbs=queries.crumbs(db(), viewer(), shown),
        versions=present.versions(shown, versions, viewer()),
        newest=newest,
        address=addresses.address(shown.public_id, newest) if newest else "",
        look=look(db(), context().storage, shown.public_id, newest) if newest else None,
        what=present.what(shown.media_type),
        sign=present.icon(shown.kind, shown.media_type),
        size=size_text(shown.size),
        html=words(shown),
        flag=heads.flag(viewer(), shown, place),
        lock=present.lock_of(shown, found.locker, viewer()),
        tags=[(name, tag_key(name)) for name in sorted((found.tags or "").splitlines(), key=str.casefold)],
        wall=wall,
        watched=found.watched,
        may_edit=access.allowed(db(), viewer(), "edit", shown),
        may_share=access.allowed(db(), viewer(), "share", shown),
        may_moderate=access.allowed(db(), viewer(), "moderate", shown),
        may_delete=access.allowed(db(), viewer(), "delete", shown),
        **thread_context(db(), viewer(), shown, audience=wall.audience),
        **frame(place),
    )


@blueprint.get("/w/<slug>/files/<public_id>/download")
@door("anyone")
def download(slug: str, public_id: str) -> Response:
    """The latest bytes, at an address that stays the same."""
    document = queries.get(db(), viewer(), slug, public_id, Document)
    newest = queries.present(db(), viewer(), document)
    return redirect(addresses.address(document.public_id, newest), 302)

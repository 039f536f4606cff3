"""For programs: what happened, what is pinned and watched, the picture of a workspace, what one can begin with."""

from datetime import date, datetime

from flask import request

from collab.errors import Invalid
from collab.files.photos import keep_photo
from collab.home import pins, place_queries, stream, stream_views
from collab.home.present import Line
from collab.web.api import Api, Listing, Out
from collab.web.forms import from_page
from collab.web.paging import Page
from collab.web.request import context, db, viewer
from collab.web.urls import whole
from collab.workspaces import access, forms, services, templates, watching
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.queries import known

blueprint = Api("home")

PINS = "/workspaces/<name>/pins"
WATCH = "/entries/<public_id>/watch"
PICTURE = "/workspaces/<name>/picture"


class LineOut(Out):
    """One thing that happened, told in the caller's language. ``id`` stays while it stands for the same."""

    id: str
    sentence: str
    excerpt: str
    url: str
    at: datetime | None
    person: str | None
    workspace: str | None


class PinOut(Out):
    """Something that is pinned on the first page of a workspace."""

    id: str
    kind: str
    title: str
    url: str
    due_on: date | None


class WatchOut(Out):
    """Whether the caller watches an entry."""

    watched: bool


class PictureOut(Out):
    """Where the picture of a workspace is; null without one."""

    url: str | None
    alt: str


class TemplateOut(Out):
    """What a workspace can begin with: ``id`` is the ``template`` of a new one."""

    id: str
    name: str
    about: str
    offered_by: str | None


def _place(name: str) -> Workspace:
    """The workspace with this id or slug, if the viewer belongs there; else NotFound."""
    return access.workspace(db(), viewer(), known(db(), viewer(), name).slug)


def _lines(place: Workspace | None, asked: Listing) -> Page[LineOut]:
    found = stream_views.page(place, asked.cursor, asked.limit, others=place is None)
    told = stream.lines(db(), viewer(), found.items, in_place=place is not None)
    return Page([_line(one, place) for one in told], found.next)


def _line(line: Line, place: Workspace | None) -> LineOut:
    there = line.place.url if line.place else f"/w/{place.slug}/" if place else ""
    return LineOut(
        id=line.key,
        sentence=line.title,
        excerpt=line.text,
        url=whole(line.url),
        at=line.when,
        person=line.person.name if line.person else None,
        workspace=there.removeprefix("/w/").rstrip("/") or None,
    )


@blueprint.operation("GET", "/stream", query=Listing, answer=LineOut, many=True)
def my_stream(query: Listing) -> Page[LineOut]:
    """What others did in the caller's workspaces; ``limit`` counts what happened, of which several may be one line"""
    return _lines(None, query)


@blueprint.operation("GET", "/workspaces/<name>/stream", query=Listing, answer=LineOut, many=True)
def workspace_stream(name: str, query: Listing) -> Page[LineOut]:
    """What happened in a workspace"""
    return _lines(_place(name), query)


# What is pinned, and the picture ---------------------------------------------------------------


def _pins(place: Workspace) -> Page[PinOut]:
    db().flush()
    rows = db().execute(place_queries.pins(viewer(), place.id)).all()
    found = [
        PinOut(id=row.public_id, kind=row.kind, title=row.title, url=whole(row.address), due_on=row.due_on)
        for row in rows
    ]
    return Page(found, None)


@blueprint.operation("GET", PINS, query=Listing, answer=PinOut, many=True)
def list_pins(name: str, query: Listing) -> Page[PinOut]:
    """What is pinned on the first page, in its order"""
    return _pins(_place(name))


@blueprint.operation("PUT", f"{PINS}/<public_id>", least="employee", answer=PinOut, many=True)
def pin(name: str, public_id: str) -> Page[PinOut]:
    """Pin an entry of the workspace behind what is pinned. An owner does; twice is once."""
    place = _place(name)
    pins.pin(db(), viewer(), place, public_id)
    return _pins(place)


@blueprint.operation("DELETE", f"{PINS}/<public_id>", least="employee", status=204)
def unpin(name: str, public_id: str) -> None:
    """Take an entry away from the first page. An owner does."""
    pins.unpin(db(), viewer(), _place(name), public_id)


@blueprint.operation("PUT", PICTURE, least="employee", answer=PictureOut)
def put_picture(name: str) -> PictureOut:
    """Give a workspace a picture (multipart, field "photo", optional "alt"). An owner does."""
    place, upload = _place(name), request.files.get("photo")
    access.require(db(), viewer(), "manage", place)
    alt = from_page(forms.Described).alt
    if upload is None:
        raise Invalid({"photo": "no_file"})
    services.change_picture(db(), viewer(), place, keep_photo(context().storage, upload.stream), alt)
    return PictureOut(url=whole(f"/w/{place.slug}/picture"), alt=alt)


@blueprint.operation("DELETE", PICTURE, least="employee", status=204)
def delete_picture(name: str) -> None:
    """Take the picture of a workspace away. An owner does."""
    services.change_picture(db(), viewer(), _place(name), None, "")


# Watching ------------------------------------------------------------------------------------


def _entry(public_id: str) -> Entry:
    return access.get(db(), viewer(), Entry, Entry.public_id == public_id)


@blueprint.operation("GET", WATCH, least="employee", answer=WatchOut)
def is_watched(public_id: str) -> WatchOut:
    """Whether the caller watches an entry"""
    return WatchOut(watched=watching.is_watched(db(), viewer(), _entry(public_id)))


@blueprint.operation("PUT", WATCH, least="employee", answer=WatchOut)
def watch(public_id: str) -> WatchOut:
    """Hear of changes and comments from now on. Twice changes nothing."""
    watching.start(db(), viewer(), _entry(public_id))
    return WatchOut(watched=True)


@blueprint.operation("DELETE", WATCH, least="employee", status=204)
def stop_watching(public_id: str) -> None:
    """Hear nothing more of it. Twice changes nothing."""
    watching.stop(db(), viewer(), _entry(public_id))


# Templates -----------------------------------------------------------------------------------


@blueprint.operation(
    "GET", "/workspace-templates", least="employee", query=Listing, answer=TemplateOut, many=True
)
def workspace_templates(query: Listing) -> Page[TemplateOut]:
    """What a workspace can begin with: those of Collab, then those that owners offer"""
    every = [*templates.KNOWN, *templates.offered(db(), viewer())]
    found = [
        TemplateOut(id=one.key, name=str(one.name), about=str(one.about), offered_by=one.offered_by or None)
        for one in every
    ]
    return Page(found, None)

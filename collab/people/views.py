"""Pages of people: the directory, a profile, its photo, and suggestions while somebody types."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, send_file, url_for
from flask_babel import format_datetime
from markupsafe import Markup

from collab import clock, text
from collab.auth.models import Account
from collab.errors import NotFound
from collab.people import queries
from collab.people.forms import Directory
from collab.people.photos import served
from collab.web.doors import door
from collab.web.forms import from_query
from collab.web.i18n import timezone
from collab.web.paging import page
from collab.web.request import context, db, viewer
from collab.workspaces import access, members
from collab.workspaces.models import Entry

blueprint = Blueprint("people", __name__)

SUGGESTED = 8


@blueprint.get("/people/")
@door("employee")
def index() -> str:
    """Everybody who works here; guests on a page of their own."""
    wanted = from_query(Directory)
    found = page(
        db(),
        queries.directory(viewer(), queries.Filter(wanted.q, wanted.kind)),
        Account.name,
        Account.__table__.c.id,
        cursor=wanted.cursor,
        limit=42,
        descending=False,
    )
    kind = wanted.kind if wanted.kind != "employee" else None
    return render_template(
        "people/index.html",
        nav="people",
        q=wanted.q,
        kind=wanted.kind,
        cursor=wanted.cursor,
        people=[members.person(row) for row in found.items],
        next_url=url_for(".index", q=wanted.q or None, kind=kind, cursor=found.next) if found.next else "",
    )


@blueprint.get("/people/<handle>")
@door("guest")
def profile(handle: str) -> str:
    """Who somebody is and what they wrote, for those who may know of them."""
    row = queries.profile(db(), viewer(), handle)
    zone = row.timezone or timezone()
    there = clock.now().astimezone(ZoneInfo(zone))
    return render_template(
        "people/profile.html",
        nav="people",
        row=row,
        person=members.person(row),
        bio=Markup(text.render(row.bio).html),  # noqa: S704 - text.render answers safe HTML
        clock_there=format_datetime(there, "EEEE, HH:mm", rebase=False),
        zone=zone,
        elsewhere=there.utcoffset() != clock.now().astimezone(ZoneInfo(timezone())).utcoffset(),
        is_me=row.account_id == viewer().account_id,
        entries=db().execute(queries.written(viewer(), row.account_id)).all(),
    )


@blueprint.get("/people/<handle>/photo")
@door("guest")
def photo(handle: str) -> Response:
    return picture(queries.photo(db(), viewer(), handle))


def picture(sha256: str) -> Response:
    """A photo, small. Kept by browsers, but asked about each time: rights may end."""
    path, media_type = served(context().storage, sha256)
    response = send_file(path, mimetype=media_type, conditional=True, etag=path.name)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.get("/people/suggest")
@door("guest")
def suggest() -> Response | str:
    """People whom the viewer may mention: ``q``, and with ``entry`` only those who can read that entry.

    ``account`` and ``guest`` are ``q`` under the names that fields of forms have; the latter finds guests only.
    """
    words = (request.args.get("q") or request.args.get("account") or request.args.get("guest") or "")[:100]
    entry_id = None
    if request.args.get("entry"):
        query = access.select_entries(viewer(), Entry, Entry.id)
        entry_id = db().scalar(query.where(Entry.public_id == request.args["entry"]))
        if entry_id is None:
            raise NotFound
    wanted, guests = words.removeprefix("@"), "guest" in request.args
    rows = db().execute(queries.suggest(viewer(), wanted, entry_id, SUGGESTED, guests=guests)).all()
    if not rows:
        return Response(status=204)
    template = "people/options.html" if request.args.get("as") == "options" else "people/suggest.html"
    return render_template(template, people=[members.person(row) for row in rows])

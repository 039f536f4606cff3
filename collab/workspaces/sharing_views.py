"""Who reads an entry, why the viewer does, and the switch that changes it."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import clock
from collab.errors import Invalid, NotFound
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.paging import LARGEST, page
from collab.web.request import db, viewer
from collab.workspaces import access, entries, glass, shared, whereabouts
from collab.workspaces.entry_forms import Readers, Sharing, for_input
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.shared_views import say_done

blueprint = Blueprint("sharing", __name__)


def _entry(public_id: str) -> Entry:
    return access.get(db(), viewer(), Entry, Entry.public_id == public_id)


@blueprint.get("/entries/<public_id>/sharing")
@door("guest")
def sharing(public_id: str) -> str:
    """Why the viewer reads the entry; for employees who belong there, who else does."""
    query = access.select_entries(viewer(), Entry, Entry, Workspace)
    query = query.join(Workspace, Workspace.id == Entry.workspace_id)
    row = db().execute(query.where(Entry.public_id == public_id)).first()
    if row is None:
        raise NotFound
    return _page(row.Entry, row.Workspace)


def _page(found: Entry, place: Workspace, error: Invalid | None = None) -> str:
    now = clock.now()
    audience = glass.audience(db(), viewer(), found)
    why = glass.why(db(), viewer(), found)
    told = audience is not None or why.member_since or why.open
    more: dict[str, Any] = {}
    if audience is not None:
        may_share = access.allowed(db(), viewer(), "share", found)
        more = _readers(found, audience) | {"may_share": may_share} | (_form(found, now) if may_share else {})
    return render_template(
        "entries/sharing.html",
        entry=found,
        address=whereabouts.address_of(db(), viewer(), found),
        audience=audience,
        why=why,
        workspace=place if told else None,
        place=place.name if told else "",
        flag=_flag(found, now),
        at=now,
        errors=explain(error) if error else {},
        **more,
    )


def _flag(found: Entry, now: datetime) -> str:
    if found.published_at is None or found.published_at > now:
        return "draft" if found.published_at is None else "scheduled"
    return "public" if found.public_from is not None and found.public_from <= now else ""


def _readers(found: Entry, audience: glass.Audience) -> dict[str, Any]:
    """A part of the list of readers: the guests first, where there are any."""
    wanted = from_query(Readers)
    kind = wanted.who or ("guest" if audience.guests else "employee")
    query = glass.readers(viewer(), found, kind)
    shown = page(
        db(),
        query,
        glass.ORDER,
        glass.ID,
        cursor=wanted.cursor,
        limit=LARGEST,
        descending=False,
    )
    return {"shown": shown.items, "next": shown.next, "kind": kind}


def _form(found: Entry, now: datetime) -> dict[str, Any]:
    zone, sent = viewer().timezone, request.form
    below, above = shared.family(db(), viewer(), found)
    return {
        "chosen": sent.get("audience") or _audience(found),
        "guests_from": sent.get("guests_from", for_input(_future(found.guests_from, now), zone)),
        "public_from": sent.get("public_from", for_input(_future(found.public_from, now), zone)),
        "timezone": zone,
        "below": below,
        "hidden_above": above,
        "follows": "below" in sent or not sent,
    }


def _audience(found: Entry) -> str:
    if found.public_from is not None:
        return "public"
    return "guests" if found.guests_from is not None else "staff"


def _future(moment: datetime | None, now: datetime) -> datetime | None:
    return moment if moment and moment > now else None


@blueprint.post("/entries/<public_id>/sharing")
@door("employee")
def share(public_id: str) -> Response | tuple[str, int]:
    found = _entry(public_id)
    before = shared.Before(found.id, found.guests_from, found.public_from)
    under = shared.below(db(), viewer(), found)
    try:
        form = from_page(Sharing)
        wanted = form.times(before.guests_from, before.public_from)
        entries.share(db(), viewer(), found, *wanted)
    except Invalid as error:
        return _page(found, db().get_one(Workspace, found.workspace_id), error), 422
    changed = (
        [] if (found.guests_from, found.public_from) == (before.guests_from, before.public_from) else [before]
    )
    if form.below:
        changed += shared.follow(db(), viewer(), under, found.guests_from, found.public_from)
    say_done(_done(len(changed), found), changed, found.address)
    return redirect(found.address, 303)


def _done(changed: int, found: Entry) -> str:
    if changed > 1 and found.below() is not None:
        return str(_("Saved who may read it and what is below it: %(num)s in all.", num=changed))
    return str(_("Saved who may read it."))

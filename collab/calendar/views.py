"""Calendars: of a workspace, and a person's own across all of theirs."""

from typing import Any

from flask import Blueprint, render_template

from collab.calendar import forms, present, queries, rules, times
from collab.calendar.services import FIRST_YEAR, LAST_YEAR
from collab.errors import NotFound
from collab.web.doors import door
from collab.web.forms import from_query
from collab.web.request import db, viewer
from collab.workspaces import access, kinds
from collab.workspaces.models import Workspace

blueprint = Blueprint("calendar", __name__)


def frame(workspace: Workspace) -> dict[str, Any]:
    """What the head of every page of a workspace needs."""
    return {
        "nav": "workspaces",
        "tab": "calendar",
        "workspace": workspace,
        "standing": access.standing(db(), viewer(), workspace),
        "base": f"/w/{workspace.slug}/calendar/",
    }


def looked_at(place: Workspace | None) -> dict[str, Any]:
    """The days that the address asks for, with what is on them."""
    form = from_query(forms.Looking)
    zone, now = times.zone_of(viewer().timezone), present.today(viewer())
    on = form.on or now
    if not FIRST_YEAR < on.year < LAST_YEAR:
        raise NotFound
    shown = present.span(form.view, on)
    since, upto = times.midnight(shown.first, zone), times.midnight(shown.last + rules.DAY, zone)
    here = place.id if place else None
    found = queries.between(db(), viewer(), since, upto, zone, here)
    due = queries.due(db(), viewer(), shown.first, shown.last, here)
    lines = present.on_days(found, due, zone, {kind.name: kind.icon for kind in kinds.every()})
    first, last = shown.first, shown.last
    if form.view == "month":
        first, last = on.replace(day=1), shown.after - rules.DAY
    return {
        "view": form.view,
        "on": on,
        "today": now,
        "shown": shown,
        "weekdays": present.weekdays(),
        "weeks": present.month(shown, on, lines, now) if form.view == "month" else [],
        "agenda": present.agenda(lines, first, last, now),
        "lines": present.LINES,
        "zone": present.zone_name(viewer().timezone),
        "most": len(found) >= times.MOST,
    }


@blueprint.get("/w/<slug>/calendar/")
@door("guest")
def index(slug: str) -> str:
    """What happens in a workspace."""
    place = access.workspace(db(), viewer(), slug)
    return render_template(
        "calendar/index.html",
        may_write=access.allowed(db(), viewer(), "contribute", place),
        **looked_at(place),
        **frame(place),
    )


@blueprint.get("/calendar/")
@door("guest")
def mine() -> str:
    """What happens in all workspaces of the viewer's, and where the viewer is invited."""
    return render_template("calendar/mine.html", nav="home", base="/calendar/", **looked_at(None))

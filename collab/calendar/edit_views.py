"""Making and changing events: one, a series, an occurrence of it, or those from one on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from collab.calendar import forms, present, queries, rules, series, services, times
from collab.calendar.event_views import Answer, changes_of, occurrence
from collab.calendar.models import CalendarEvent
from collab.calendar.series import Changed
from collab.calendar.views import frame
from collab.errors import Conflict, Forbidden, Invalid, NotFound
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, glass
from collab.workspaces.models import Workspace

blueprint = Blueprint("calendar_editing", __name__)


def writable(slug: str) -> Workspace:
    """The workspace, if the viewer may make events there."""
    place = access.workspace(db(), viewer(), slug)
    access.require(db(), viewer(), "contribute", place)
    return place


def editable(slug: str, public_id: str) -> tuple[CalendarEvent, Workspace]:
    """An event that the viewer may change. Raises NotFound where there is none to be seen."""
    found, place = queries.get(db(), viewer(), slug, public_id)
    if not access.allowed(db(), viewer(), "edit", found):
        raise Forbidden
    return found, place


def _form(place: Workspace, values: Mapping[str, Any], **more: Any) -> str:
    zone = str(values.get("zone") or viewer().timezone)
    choices = present.zone_choices()
    if all(zone != name for name, _words in choices):
        choices = [(zone, zone), *choices]
    given = values.get("weekdays", ())
    many = getattr(values, "getlist", None)
    return render_template(
        "calendar/edit.html",
        values={**dict(values), "zone": zone, "weekdays": many("weekdays") if many else given},
        zones=choices,
        weekdays=[(code, name) for code, (_short, name) in zip(_codes(), present.weekdays(), strict=True)],
        reminders=[(minutes, present.before(minutes)) for minutes in forms.REMINDERS],
        **(
            {"errors": {}, "event": None, "made": None, "theirs": None, "wall": None, "audience": None} | more
        ),
        **frame(place),
    )


def _codes() -> list[str]:
    first = present.first_weekday()
    return [*rules.WEEKDAYS[first:], *rules.WEEKDAYS[:first]]


# New ---------------------------------------------------------------------------------------------


@blueprint.get("/w/<slug>/calendar/new")
@door("guest", own=True)
def new(slug: str) -> str:
    """The form, for the day in ``on``; without one, for soon."""
    place = writable(slug)
    plan = services.soon(viewer())
    try:
        day = datetime.fromisoformat(request.args.get("on", "")[:10]).date()
        starts, ends = (datetime.combine(day, at) for at in (plan.starts.time(), plan.ends.time()))
        if starts < ends and services.FIRST_YEAR < day.year < services.LAST_YEAR:
            plan = services.Plan(starts, ends, plan.zone)
    except ValueError:
        pass
    title = request.args.get("title", "")[:300]
    return _new_form(place, {**_fields(plan), "title": title, "body": ""})


def _new_form(place: Workspace, values: Mapping[str, Any], **more: Any) -> str:
    audience = glass.audience_of(db(), viewer(), place.id, guests=True)
    offers = bool(audience and audience.guests)
    return _form(place, values, audience=audience, offers_guests=offers, above="", **more)


@blueprint.post("/w/<slug>/calendar/new")
@door("guest", own=True)
def create(slug: str) -> Answer:
    try:
        form = from_page(forms.Fields)
        place = writable(slug)
        plan = form.plan(viewer().timezone)
        made = services.create(db(), viewer(), place, form.title, form.body, plan, guests=form.guests)
    except Invalid as error:
        return _new_form(writable(slug), request.form, errors=explain(error)), 422
    return redirect(made.address, 303)


# Changing ----------------------------------------------------------------------------------------


def _fields(plan: services.Plan) -> dict[str, Any]:
    """A plan as the form has it."""
    last = (plan.ends - rules.DAY if plan.all_day else plan.ends).date()
    return {
        "start_day": plan.starts.date().isoformat(),
        "start_time": "" if plan.all_day else plan.starts.strftime("%H:%M"),
        "end_day": last.isoformat(),
        "end_time": "" if plan.all_day else plan.ends.strftime("%H:%M"),
        "zone": plan.zone,
        "all_day": plan.all_day,
        "milestone": plan.milestone,
        "location": plan.location,
        "reminder": "" if plan.reminder is None else str(plan.reminder),
        **forms.repeat_of(plan.rrule, plan.starts),
    }


@blueprint.get("/w/<slug>/calendar/<public_id>/edit")
@door("guest", own=True)
def edit(slug: str, public_id: str) -> str:
    found, place = editable(slug, public_id)
    at = request.args.get("at", "")
    values = {**_values(found, at), "version": found.version}
    return _form(place, values, event=found, wall=glass.wall(db(), viewer(), found))


def _values(found: CalendarEvent, at: str = "") -> dict[str, Any]:
    """What the event says, or what is said of one of its occurrences."""
    plan = services.plan_of(found)
    values = {**_fields(plan), "title": found.title, "body": found.body, "at": "", "scope": "all"}
    if not (found.rrule or found.rdates) or not at:
        return values
    changes = changes_of(found)
    made = occurrence(found, changes, at)
    change = changes.get(made.key)
    body = found.body if change is None or change.body is None else change.body
    days = _fields(services.Plan(made.starts, made.ends, plan.zone, plan.all_day))
    own = {name: days[name] for name in ("start_day", "start_time", "end_day", "end_time")}
    words = {"title": made.title, "body": body, "location": made.location}
    return {**values, **own, **words, "at": made.key, "scope": "one"}


@blueprint.post("/w/<slug>/calendar/<public_id>/edit")
@door("guest", own=True)
def save(slug: str, public_id: str) -> Answer:
    try:
        form = from_page(forms.Fields)
        found, place = editable(slug, public_id)
        kept = _save(found, form)
    except Invalid as error:
        found, place = editable(slug, public_id)
        sent = {"event": found, "wall": glass.wall(db(), viewer(), found), "errors": explain(error)}
        return _form(place, request.form, **sent), 422
    except Conflict:
        return _both(*editable(slug, public_id))
    flash(_("Saved."))
    named = times.from_key(form.at)
    stays = named is not None and form.scope == "one" and kept is found
    return redirect(f"{kept.address}?at={form.at}" if stays else kept.address, 303)


def _save(found: CalendarEvent, form: forms.Fields) -> CalendarEvent:
    start, plan = times.from_key(form.at), form.plan(viewer().timezone)
    if start is not None and form.scope == "one":
        to = Changed(plan.starts, plan.ends, form.title, form.body, form.location)
        series.change_one(db(), viewer(), found, start, to, base_version=form.version)
        return found
    words = (form.title, form.body)
    if start is not None and form.scope == "following":
        return series.following(db(), viewer(), found, start, *words, plan, base_version=form.version)
    if start is not None:  # all of them: the form shows the days of one
        by = start - found.starts
        plan = services.Plan(**{**plan.__dict__, "starts": plan.starts - by, "ends": plan.ends - by})
    services.edit(db(), viewer(), found, *words, base_version=form.version, note=form.note, plan=plan)
    return found


def _both(found: CalendarEvent, place: Workspace) -> Answer:
    """Nothing was saved: the form with what was typed, beside what somebody else saved."""
    db().refresh(found)
    values = request.form.copy()
    values["version"] = str(found.version)
    changes = changes_of(found)
    try:
        made = occurrence(found, changes, request.form.get("at", ""))
    except NotFound:
        made = occurrence(found, changes)
    theirs = {
        "title": made.title,
        "when": present.span_text(made, times.zone_of(viewer().timezone)),
        "location": made.location,
        "body": found.body,
    }
    wall = glass.wall(db(), viewer(), found)
    return _form(place, values, event=found, made=made, theirs=theirs, wall=wall), 409


# Cancelling --------------------------------------------------------------------------------------


@blueprint.post("/w/<slug>/calendar/<public_id>/cancel")
@door("guest", own=True)
def cancel(slug: str, public_id: str) -> Answer:
    """An occurrence, or all from it on, will not be."""
    form = from_page(forms.Cancelling)
    found, _place = editable(slug, public_id)
    start = times.from_key(form.at)
    if start is None:
        raise NotFound
    if form.scope == "following" and start > found.starts:
        series.end_before(db(), viewer(), found, start, base_version=form.version)
        flash(_("The series ends before this date."))
        return redirect(found.address, 303)
    series.cancel_one(db(), viewer(), found, start, base_version=form.version)
    undo = {
        "text": _("This date is cancelled."),
        "url": url_for(".bring_back", slug=slug, public_id=public_id, at=form.at),
    }
    flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    return redirect(found.address, 303)


@blueprint.post("/w/<slug>/calendar/<public_id>/restore")
@door("guest", own=True)
def bring_back(slug: str, public_id: str) -> Answer:
    """A cancelled occurrence will be after all."""
    found, _place = editable(slug, public_id)
    at = request.values.get("at", "")
    start = times.from_key(at)
    if start is None:
        raise NotFound
    series.bring_back(db(), viewer(), found, start)
    flash(_("This date is back."))
    return redirect(f"{found.address}?at={at}", 303)

"""One event: reading it, saying whether one comes, inviting people."""

from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from collab import clock, text
from collab.calendar import answering, forms, present, queries, rules, services, times
from collab.calendar.models import CalendarEvent
from collab.calendar.times import Occurrence
from collab.calendar.views import frame
from collab.comments.section import thread_context
from collab.errors import Invalid, NotFound
from collab.files.addresses import with_sizes
from collab.files.present import files_context
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.workspaces import access, glass, heads, members
from collab.workspaces.models import Workspace

blueprint = Blueprint("calendar_events", __name__)

Answer = str | Response | tuple[str, int]
#: So many members are offered to be ticked.
OFFERED = 100


def occurrence(event: CalendarEvent, changes: dict[str, Any], at: str = "") -> Occurrence:
    """The one that is asked for; else the next one, or the last there was. NotFound for one that is not."""
    zone = times.zone_of(viewer().timezone)
    named = times.from_key(at)
    if at:
        made = times.one(event, changes, named, zone) if named else None
        if made is None:
            raise NotFound
        return made
    return nearest(event, changes, clock.now())


def nearest(event: CalendarEvent, changes: dict[str, Any], now: datetime) -> Occurrence:
    """The first that is not over, or where all are, the last one; of a series without any, its beginning."""
    zone = times.zone_of(viewer().timezone)
    ahead = list(coming(event, changes, now, 1))
    if ahead:
        return ahead[0]
    final = event.last_at or now
    past = times.between([event], {event.id: changes}, final - services.LONGEST * 2, final + rules.DAY, zone)
    if past:
        return past[-1]
    length = event.ends - event.starts
    begin = times.midnight(event.starts.date(), zone)
    return Occurrence(
        event, event.starts, event.starts, event.starts + length, begin, begin, event.title, event.location
    )


def coming(event: CalendarEvent, changes: dict[str, Any], now: datetime, most: int) -> list[Occurrence]:
    """The next occurrences."""
    zone = times.zone_of(viewer().timezone)
    upto = max(now, event.first_at) + services.LONGEST * 5
    since = max(now, event.first_at)
    return list(times.between([event], {event.id: changes}, since, upto, zone))[:most]


@blueprint.get("/w/<slug>/calendar/<public_id>")
@door("anyone")
def event(slug: str, public_id: str) -> Answer:
    """One event; of a series, the occurrence ``at``."""
    return shown(*queries.get(db(), viewer(), slug, public_id))


def shown(found: CalendarEvent, place: Workspace) -> str:
    changes = changes_of(found)
    made = occurrence(found, changes, request.args.get("at", "") or request.form.get("at", ""))
    change = changes.get(made.key)
    files = files_context(db(), viewer(), found)
    wall = glass.wall(db(), viewer(), found)
    zone = times.zone_of(viewer().timezone)
    body = found.html if found.rules == text.RULES else text.render(found.body).html
    if change is not None and change.body is not None:
        body = text.render(change.body).html
    may_edit = access.allowed(db(), viewer(), "edit", found)
    may_delete = access.allowed(db(), viewer(), "delete", found)
    html = Markup(with_sizes(body, files["files"]["sizes"]))  # noqa: S704 - collab.text has sanitised it
    return render_template(
        "calendar/event.html",
        event=found,
        made=made,
        html=html,
        when=present.span_text(made, zone),
        zone=present.zone_name(viewer().timezone),
        there="" if found.all_day else present.there(made, zone),
        repeats=present.rule_text(found.rrule, found.last_on) if found.rrule else "",
        coming=[(one, present.span_text(one, zone)) for one in coming(found, changes, clock.now(), 6)]
        if made.recurs
        else [],
        cancelled=[word for word in sorted(found.exdates)[-6:] if may_edit],
        when_of=lambda word: present.format_day(times.from_key(word)),
        flag=heads.flag(viewer(), found, place),
        wall=wall,
        may_edit=may_edit,
        may_answer=viewer().signed_in and access.allowed(db(), viewer(), "react", found),
        may_share=access.allowed(db(), viewer(), "share", found),
        may_delete=may_delete,
        reminder=present.before(found.reminder),
        **_people(found, made),
        **thread_context(db(), viewer(), found, audience=wall.audience),
        **files,
        **frame(place),
    )


def changes_of(found: CalendarEvent) -> dict[str, Any]:
    """The changed occurrences of a series."""
    return dict(queries.changes(db(), viewer(), found)) if found.rrule or found.rdates else {}


def _people(found: CalendarEvent, made: Occurrence) -> dict[str, Any]:
    """Who is invited and what they say to this occurrence."""
    if not viewer().signed_in:
        return {"people": [], "own": None}
    nearer: dict[int, Any] = {}
    for row in sorted(queries.answers(db(), viewer(), found), key=lambda row: row.occurrence):
        if row.occurrence in ("", made.key):
            nearer[row.account_id] = row
    rows = sorted(nearer.values(), key=lambda row: row.person_name.casefold())
    return {"people": [(row, members.person(row)) for row in rows], "own": nearer.get(viewer().me)}


def back(found: CalendarEvent, at: str = "") -> Response:
    """To the event, or to the occurrence that the form was about."""
    named = times.from_key(at)
    return redirect(f"{found.address}?at={times.key(named)}" if named else found.address, 303)


@blueprint.post("/w/<slug>/calendar/<public_id>/answer")
@door("guest")
def answer(slug: str, public_id: str) -> Answer:
    form = from_page(forms.Answering)
    found, _place = queries.get(db(), viewer(), slug, public_id)
    answering.answer(db(), viewer(), found, form.answer, form.word, "")
    flash(_("Your answer is noted."))
    return back(found, form.at)


@blueprint.post("/w/<slug>/calendar/<public_id>/answer/occurrence")
@door("guest")
def answer_once(slug: str, public_id: str) -> Answer:
    """To one occurrence of a series alone."""
    form = from_page(forms.Answering)
    found, _place = queries.get(db(), viewer(), slug, public_id)
    answering.answer(db(), viewer(), found, form.answer, form.word, form.at)
    flash(_("Your answer to this date is noted."))
    return back(found, form.at)


@blueprint.get("/w/<slug>/calendar/<public_id>/people")
@door("guest", own=True)
def people(slug: str, public_id: str) -> str:
    """Who could be invited."""
    return _inviting(*queries.get(db(), viewer(), slug, public_id))


def _inviting(found: CalendarEvent, place: Workspace, errors: dict[str, str] | None = None) -> str:
    """The form, with those members who may read the event: ``insiders`` is the policy's."""
    access.require(db(), viewer(), "edit", found)
    there = {row.account_id for row in queries.answers(db(), viewer(), found) if not row.occurrence}
    query = members.members(viewer(), place).where(access.insiders(found.id))
    query = query.order_by(members.MEMBER_ORDER).limit(OFFERED).execution_options(policy=True)
    offered = [row for row in db().execute(query) if row.account_id not in there]
    return render_template(
        "calendar/invite.html",
        event=found,
        offered=[(row.handle, members.person(row)) for row in offered],
        values=request.form,
        chosen=request.form.getlist("members"),
        errors=errors or {},
        **frame(place),
    )


@blueprint.post("/w/<slug>/calendar/<public_id>/people")
@door("guest", own=True)
def invite(slug: str, public_id: str) -> Answer:
    found, place = queries.get(db(), viewer(), slug, public_id)
    try:
        form = from_page(forms.Inviting)
        if not [*form.members, *form.people]:
            raise Invalid({"people": "required"})
        answering.invite(db(), viewer(), found, [*form.members, *form.people])
    except Invalid as error:
        return _inviting(found, place, explain(error)), 422
    flash(_("Invited. They get a mail."))
    return redirect(f"{found.address}#people", 303)


@blueprint.post("/w/<slug>/calendar/<public_id>/people/<handle>/delete")
@door("guest")
def uninvite(slug: str, public_id: str, handle: str) -> Answer:
    found, _place = queries.get(db(), viewer(), slug, public_id)
    answering.uninvite(db(), viewer(), found, handle)
    return redirect(f"{found.address}#people", 303)


@blueprint.post("/w/<slug>/calendar/<public_id>/reached")
@door("guest")
def reach(slug: str, public_id: str) -> Answer:
    """A milestone was reached, or was not after all."""
    found, _place = queries.get(db(), viewer(), slug, public_id)
    services.reach(db(), viewer(), found, reached=request.form.get("reached") == "1")
    return redirect(found.address, 303)

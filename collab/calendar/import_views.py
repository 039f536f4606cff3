"""Bringing a calendar file along: the form, and what came of it, event by event."""

from collections import Counter
from importlib import import_module
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from collab.calendar import blocks, importing, present
from collab.calendar.edit_views import writable
from collab.calendar.event_views import Answer
from collab.calendar.importing import Line
from collab.calendar.views import frame
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.request import db, viewer
from collab.workspaces import glass
from collab.workspaces.models import Workspace

blueprint = Blueprint("calendar_import", __name__)
#: So many lines of each sort are in the report; the rest are counted.
SHOWN = 200


def _form(place: Workspace, errors: dict[str, str] | None = None) -> str:
    audience = glass.audience_of(db(), viewer(), place.id, guests=True)
    return render_template(
        "calendar/import.html",
        values=request.form,
        errors=errors or {},
        audience=audience,
        offers_guests=bool(audience and audience.guests),
        above="",
        most=importing.MOST,
        megabytes=importing.LARGEST >> 20,
        **frame(place),
    )


@blueprint.get("/w/<slug>/calendar/import")
@door("guest", own=True)
def form(slug: str) -> str:
    return _form(writable(slug))


@blueprint.post("/w/<slug>/calendar/import")
@door("guest", own=True)
def bring(slug: str) -> Answer:
    """Take the events over, and say of each what became of it."""
    place = writable(slug)
    try:
        found = _pieces()
        # The library that reads is large, and most processes never need it.
        reading: Any = import_module("collab.calendar.reading")
        events = reading.checked(reading.events(found, viewer().timezone))
        lines = importing.bring(db(), viewer(), place, events, guests=request.form.get("guests") == "1")
    except Invalid as error:
        db().rollback()
        return _form(writable(slug), explain(error)), 422
    return _report(place, found, lines)


def _pieces() -> blocks.Blocks:
    given = request.files.get("file")
    content = given.read(importing.LARGEST + 1) if given else b""
    if not content:
        raise Invalid({"file": "no_file"})
    if len(content) > importing.LARGEST:
        raise Invalid({"file": "too_large"}, max=importing.LARGEST >> 20)
    found = blocks.split(blocks.decoded(content))
    if not found.events and not found.others:
        raise Invalid({"file": "no_calendar"})
    if len(found.events) > importing.MOST:
        raise Invalid({"file": "too_many_events"}, max=importing.MOST)
    return found


def _report(place: Workspace, found: blocks.Blocks, lines: list[Line]) -> str:
    lines.sort(key=lambda line: line.line)
    by_outcome = {
        outcome: [line for line in lines if line.outcome == outcome]
        for outcome in ("refused", "new", "updated", "same")
    }
    return render_template(
        "calendar/import_report.html",
        counts=Counter(line.outcome for line in lines),
        sorts=[(outcome, some[:SHOWN], len(some)) for outcome, some in by_outcome.items() if some],
        others=found.others.total(),
        why=sentences(),
        when_of=lambda line: present.wall_text(line.starts, all_day=line.all_day),
        **frame(place),
    )


def sentences() -> dict[str, str]:
    """What the codes of ``reading`` and ``importing`` say."""
    return {
        "broken": _("It is no event that can be read."),
        "broken_time": _("Its date, or how it comes again, cannot be read."),
        "no_start": _("It says nowhere when it begins."),
        "private": _("It is marked as private in the file."),
        "cancelled": _("It is cancelled in the file. If it is here, please delete it by hand."),
        "doubled": _("The file has it twice; the newer one was taken."),
        "not_yours": _("It is here already, and you may not change it."),
        "too_much_work": _("Reading took too long. Please divide the file."),
        "too_many_dates": _("More of its dates differ than can be kept."),
        "bad_rule": _("How it comes again cannot be said here."),
        "too_often": _("It comes again several times a day."),
        "ends_first": _("It ends before it begins."),
        "event_too_long": _("It lasts longer than a year."),
        "too_far": _("It lies too far in the past or in the future."),
        "not_a_timezone": _("Nobody knows its time zone."),
        "broken_line": _("One of its lines could not be read and was left out."),
        "unknown_zone": _("Nobody knows its time zone: its times are taken as yours."),
        "one_of_series": _("It is one date of a series that is not in the file, and came by itself."),
        "only_this_date": _("A change to “this and all later dates” was taken for its first date alone."),
    }

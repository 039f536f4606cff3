"""``/api/v1/workspaces/{id}/calendar`` and ``/api/v1/calendar/{id}``. What is said: ``entries/{id}/comments``."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from collab import clock
from collab.calendar import answering, forms, queries, services, times
from collab.calendar.models import CalendarEvent
from collab.calendar.rules import DAY
from collab.calendar.services import FIRST_YEAR, LAST_YEAR, LONGEST, Plan
from collab.calendar.times import Occurrence
from collab.errors import Invalid
from collab.web import paging
from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import Page
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access, entries, whereabouts
from collab.workspaces.models import Workspace
from collab.workspaces.queries import known

blueprint = Api("calendar")

Answer = tuple["EventOut", dict[str, str]]


class OccurrenceOut(Out):
    """One time at which an event happens. ``id`` is the event's, ``occurrence`` names it in a series.

    ``starts`` and ``ends`` are what clocks in ``timezone`` show ("" for whole days, the last one excluded);
    ``begin`` and ``end`` are moments, of whole days in the zone that was asked for.
    """

    id: str
    occurrence: str
    title: str
    url: str
    starts: datetime
    ends: datetime
    timezone: str
    begin: datetime
    end: datetime
    all_day: bool
    milestone: bool
    recurs: bool
    changed: bool
    location: str


class EventOut(Out):
    """An event with its words. ``answer`` is your own; ``exdates`` are dates of the series that do not happen."""

    id: str
    title: str
    body: str
    html: str
    url: str
    workspace: str | None
    uid: str
    starts: datetime
    ends: datetime
    timezone: str
    all_day: bool
    milestone: bool
    reached: bool
    location: str
    rrule: str
    rdates: list[str]
    exdates: list[str]
    reminder: int | None
    answer: str | None
    version: int
    published_at: datetime
    guests_from: datetime | None


@dataclass(frozen=True)
class _Sorted:
    """An occurrence in the order in which lists go on."""

    made: Occurrence

    @property
    def sort_key(self) -> datetime:
        return self.made.begin

    @property
    def sort_id(self) -> int:
        found: int = self.made.event.id
        return found

    @property
    def place(self) -> tuple[datetime, int]:
        return self.sort_key, self.sort_id


def _workspace(name: str) -> Workspace:
    return access.workspace(db(), viewer(), known(db(), viewer(), name).slug)


def _event(public_id: str) -> CalendarEvent:
    return access.get(db(), viewer(), CalendarEvent, CalendarEvent.public_id == public_id)


def _out(event: CalendarEvent) -> Answer:
    db().flush()
    given = [row for row in queries.answers(db(), viewer(), event) if row.account_id == viewer().me]
    own = next((row.answer for row in given if not row.occurrence), None)
    same = ("title", "body", "uid", "starts", "ends", "all_day", "milestone", "location", "rrule", "rdates")
    also = ("exdates", "reminder", "version", "published_at", "guests_from")
    found = EventOut(
        id=event.public_id,
        html=whereabouts.html_of(db(), viewer(), event, event.html, whole("")),
        url=whole(whereabouts.address_of(db(), viewer(), event)),
        workspace=whereabouts.slug_of(db(), viewer(), event),
        timezone=event.zone,
        reached=event.settled_at is not None,
        answer=own,
        **{name: getattr(event, name) for name in (*same, *also)},
    )
    return found, etag(event.version)


def _occurrence(made: Occurrence) -> OccurrenceOut:
    event = made.event
    return OccurrenceOut(
        id=event.public_id,
        occurrence=made.key,
        title=made.title,
        url=whole(made.address),
        starts=made.starts,
        ends=made.ends,
        timezone=event.zone,
        begin=made.begin,
        end=made.end,
        all_day=made.all_day,
        milestone=event.milestone,
        recurs=made.recurs,
        changed=made.changed,
        location=made.location,
    )


# Lists -------------------------------------------------------------------------------------------


def _listed(query: forms.Period, place: int | None) -> Page[OccurrenceOut]:
    zone, since, until = _period(query)
    begin, end = times.midnight(since, zone), times.midnight(until + DAY, zone)
    found = queries.between(db(), viewer(), begin, end, zone, place)
    rows = sorted((_Sorted(made) for made in found), key=lambda row: row.place)
    after = paging.values(CalendarEvent.first_at, query.cursor, query.limit)
    if query.cursor:
        rows = [row for row in rows if row.place > (after["after_key"], after["after_id"])]
    shown = paging.cut(rows, query.limit)
    return Page([_occurrence(row.made) for row in shown.items], shown.next)


def _period(query: forms.Period) -> tuple[ZoneInfo, date, date]:
    try:
        zone = times.zone_of(query.timezone or viewer().timezone)
    except ValueError as error:
        raise Invalid({"timezone": "not_a_timezone"}) from error
    since = query.since or clock.now().astimezone(zone).date()
    if not FIRST_YEAR <= since.year <= LAST_YEAR:
        raise Invalid({"since": "too_far"}, first=FIRST_YEAR, last=LAST_YEAR)
    until = query.until or since + timedelta(days=30)
    if until < since:
        raise Invalid({"until": "ends_first"})
    if until - since > LONGEST:
        raise Invalid({"until": "event_too_long"}, days=LONGEST.days)
    return zone, since, until


@blueprint.operation(
    "GET", "/workspaces/<name>/calendar", query=forms.Period, answer=OccurrenceOut, many=True
)
def workspace_calendar(name: str, query: forms.Period) -> Page[OccurrenceOut]:
    """What happens in a workspace between two days, each date of a series by itself."""
    return _listed(query, _workspace(name).id)


@blueprint.operation("GET", "/calendar", query=forms.Period, answer=OccurrenceOut, many=True)
def own_calendar(query: forms.Period) -> Page[OccurrenceOut]:
    """What happens in all your workspaces, and what you are invited to."""
    return _listed(query, None)


# Events ------------------------------------------------------------------------------------------


@blueprint.operation("POST", "/workspaces/<name>/calendar", body=forms.EventIn, answer=EventOut, status=201)
def create_event(name: str, body: forms.EventIn) -> Answer:
    """Make an event; its readers see it at once."""
    zone = "" if body.all_day else body.timezone or viewer().timezone
    rrule = forms.rrule_of(body.rrule)
    plan = Plan(
        body.starts, body.ends, zone, body.all_day, body.milestone, body.location, rrule, body.reminder
    )
    _check(plan)
    return _out(services.create(db(), viewer(), _workspace(name), body.title, body.body, plan))


@blueprint.operation("GET", "/calendar/<public_id>", answer=EventOut)
def get_event(public_id: str) -> Answer:
    """One event, or a whole series."""
    return _out(_event(public_id))


@blueprint.operation("PATCH", "/calendar/<public_id>", body=forms.EventChange, answer=EventOut)
def change_event(public_id: str, body: forms.EventChange) -> Answer:
    """Change an event, of a series all its dates."""
    event = _event(public_id)
    access.require(db(), viewer(), "edit", event)
    version = expected_version(entries.locked_version(db(), viewer(), event))
    given: dict[str, Any] = body.model_dump(include=body.model_fields_set, exclude={"title", "body", "note"})
    given = {name: value for name, value in given.items() if value is not None or name == "reminder"}
    if "rrule" in given:
        given["rrule"] = forms.rrule_of(given["rrule"])
    if "timezone" in given:
        given["zone"] = given.pop("timezone")
    plan = replace(services.plan_of(event), **given)
    if not plan.all_day and not plan.zone:
        plan = replace(plan, zone=viewer().timezone)
    _check(plan)
    title = event.title if body.title is None else body.title
    words = event.body if body.body is None else body.body
    services.edit(db(), viewer(), event, title, words, base_version=version, note=body.note, plan=plan)
    return _out(event)


def _check(plan: Plan) -> None:
    try:
        plan.check()
    except Invalid as error:
        wrong = {"timezone" if name == "zone" else name: code for name, code in error.errors.items()}
        raise Invalid(wrong, **error.params) from error
    if plan.all_day and any(at.time() != at.min.time() for at in (plan.starts, plan.ends)):
        raise Invalid({"starts": "not_valid"})


@blueprint.operation("DELETE", "/calendar/<public_id>", status=204)
def delete_event(public_id: str) -> None:
    """Delete an event, or a whole series."""
    event = _event(public_id)
    access.require(db(), viewer(), "delete", event)
    expected_version(event.version)
    entries.remove(db(), viewer(), event)


@blueprint.operation("PUT", "/calendar/<public_id>/answer", body=forms.AnswerIn, answer=EventOut)
def answer_event(public_id: str, body: forms.AnswerIn) -> Answer:
    """Say whether you come."""
    event = _event(public_id)
    answering.answer(db(), viewer(), event, body.answer, body.word, body.occurrence)
    return _out(event)

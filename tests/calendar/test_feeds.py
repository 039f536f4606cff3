"""Calendars for other programs: read back, they say the same; and nobody reads more than they may."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from sqlalchemy import update

from collab import clock
from collab.auth.models import Account
from collab.calendar import answering, ics, queries, series, services, times, zones
from collab.calendar.models import CalendarEvent
from collab.calendar.series import Changed
from collab.calendar.services import Plan
from collab.db import statements
from collab.workspaces import access
from collab.workspaces.models import Entry, Membership
from tests.cast import World

wall = datetime.fromisoformat
#: Clocks change in 2027 in Berlin on 28 March and 31 October, in New York on 14 March and 7 November, in Sydney
#: on 4 April and 3 October.
SINCE, UPTO = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney")


@pytest.fixture
def place(world: World) -> str:
    members = ["member", "guest"]
    return world.workspace("Board", visibility="closed", members=members, sections=["calendar"])


def make(world: World, place: str, title: str, plan: Plan, body: str = "", **more: object) -> str:
    """An event; answers its path."""
    with world.acting("author") as (db, viewer):
        where = access.workspace(db, viewer, place)
        return services.create(db, viewer, where, title, body, plan, **more).address  # type: ignore[arg-type]


def once(day: str = "2027-03-03T09:00", zone: str = "Europe/Berlin") -> Plan:
    return Plan(wall(day), wall(day) + timedelta(hours=1), zone)


def address(world: World, path: str, who: str = "member") -> str:
    """The address with a key that somebody gets for the calendar at this path."""
    shown = world.as_(who).send(f"{path}feed").text
    found = re.search(r'value="http://[^"/]*(/[^"]*feed\.ics\?key=[^"]*)"', shown)
    assert found is not None, shown
    return found[1]


def read(world: World, path: str) -> icalendar.Calendar:
    answer = world.app.test_client().get(path)
    assert answer.status_code == 200, answer.status_code
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    return icalendar.Calendar.from_ical(answer.data)


def titles(calendar: icalendar.Calendar) -> list[str]:
    return sorted(str(event["summary"]) for event in calendar.walk("VEVENT"))


# The same occurrences -----------------------------------------------------------------------------


def theirs(calendar: icalendar.Calendar, zone: ZoneInfo) -> list[tuple[object, ...]]:
    """The occurrences as another program has them: all-day ones by their days."""

    def at(value: date) -> object:
        return value.astimezone(UTC) if isinstance(value, datetime) else value

    query = recurring_ical_events.of(calendar)
    found = query.between(SINCE.astimezone(zone), UPTO.astimezone(zone))
    return sorted(((str(one["summary"]), at(one.start), at(one.end)) for one in found), key=repr)


def ours(world: World, place: str, zone: ZoneInfo) -> list[tuple[object, ...]]:
    with world.acting("member") as (db, viewer):
        where = access.workspace(db, viewer, place)
        found = queries.between(db, viewer, SINCE, UPTO, zone, where.id)
        rows = [
            (made.title, made.starts.date(), made.ends.date())
            if made.all_day
            else (made.title, made.begin, made.end)
            for made in found
        ]
    return sorted(rows, key=repr)


def many(world: World, place: str) -> None:
    """Series of all sorts in three zones, at hours that clock changes touch."""
    recurring = {
        "daily": "FREQ=DAILY",
        "weekly": "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH,SU;WKST=SU",
        "last friday": "FREQ=MONTHLY;BYDAY=-1FR",
        "31st": "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=5",
        "until": "FREQ=DAILY;INTERVAL=3;UNTIL=20271101",
        "off": "FREQ=WEEKLY;BYDAY=TU;COUNT=9",
    }
    plans = {}
    for zone in ZONES:
        for name, rule in recurring.items():
            begins = wall("2027-01-04T09:00" if name == "daily" else "2027-01-04T02:30")
            plans[f"{name} {zone}"] = Plan(begins, begins + timedelta(minutes=90), zone, rrule=rule)
    days = services.whole_days(date(2027, 1, 1), date(2027, 1, 2))
    plans["days"] = Plan(*days, all_day=True, rrule="FREQ=MONTHLY;BYDAY=1MO")
    plans["utc"] = Plan(wall("2027-01-01T12:00"), wall("2027-01-01T12:00"), "UTC", milestone=True)
    plans["flight"] = Plan(wall("2027-03-27T20:00"), wall("2027-03-28T06:00"), "Europe/Berlin")
    with world.acting("author") as (db, viewer):
        where = access.workspace(db, viewer, place)
        for name, plan in plans.items():
            services.create(db, viewer, where, name, "", plan)


def test_other_programs_have_the_same_occurrences_over_both_clock_changes(world: World, place: str) -> None:
    many(world, place)
    path = make(world, place, "changed", Plan(**{**once().__dict__, "rrule": "FREQ=DAILY;COUNT=30"}))
    with world.acting("author") as (db, viewer):
        event, _place = queries.get(db, viewer, place, path.rpartition("/")[2])
        series.cancel_one(db, viewer, event, wall("2027-03-04T09:00"), base_version=1)
        other = Changed(wall("2027-03-28T02:15"), wall("2027-03-28T03:15"), "moved, far", "", "Room; 5")
        series.change_one(db, viewer, event, wall("2027-03-05T09:00"), other, base_version=2)
    calendar = read(world, address(world, f"/w/{place}/calendar/"))
    for name in ("Europe/Berlin", "America/New_York", "Asia/Kolkata"):
        mine = ours(world, place, ZoneInfo(name))
        assert 1500 < len(mine) < times.MOST
        assert theirs(calendar, ZoneInfo(name)) == mine
    moved = next(one for one in calendar.walk("VEVENT") if "recurrence-id" in one)
    assert str(moved["location"]) == "Room; 5"


@pytest.mark.parametrize("name", [*ZONES, "Africa/Casablanca", "Asia/Gaza"])
def test_a_zone_is_told_by_rules_that_say_what_its_clocks_do(name: str) -> None:
    """Read without looking its name up; but for the hours that a change leaves out, which have no right time."""
    words = "\r\n".join(["BEGIN:VCALENDAR", *zones.lines(name, 2005, 2038), "END:VCALENDAR", ""])
    told = icalendar.Calendar.from_ical(words).timezones[0].to_tz(lookup_tzid=False)
    day, wrong = wall("2005-01-01T12:00"), []
    while day.year < 2038:
        if day.replace(tzinfo=told).utcoffset() != day.replace(tzinfo=ZoneInfo(name)).utcoffset():
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []


# Who reads what -----------------------------------------------------------------------------------


def test_a_feed_shows_what_its_owner_may_see_at_each_request(world: World, place: str) -> None:
    make(world, place, "Internal", once())
    make(world, place, "For guests, too", once(), guests=True)
    calendar = f"/w/{place}/calendar/"
    path, of_guest = address(world, calendar), address(world, calendar, "guest")
    assert titles(read(world, path)) == ["For guests, too", "Internal"]
    assert titles(read(world, of_guest)) == ["For guests, too"]
    assert "member" not in world.app.test_client().get(path).text.lower()
    with world.system() as db:
        db.execute(update(Entry).where(Entry.title == "For guests, too").values(guests_from=None))
    assert titles(read(world, of_guest)) == []


def test_a_key_opens_its_own_calendar_until_it_ends(world: World, place: str) -> None:
    make(world, place, "Plan", once())
    path, reader = address(world, f"/w/{place}/calendar/"), world.app.test_client()
    key = path.partition("?")[2]
    for other in (f"/calendar/feed.ics?{key}", f"/w/{place}/calendar/?{key}", f"/blog/feed.atom?{key}"):
        assert "Plan" not in reader.get(other).text
    for wrong in (f"/w/{place}/calendar/feed.ics", f"/w/{place}/calendar/feed.ics?key=collab_x"):
        assert reader.get(wrong).status_code in (303, 401, 404)
    assert titles(read(world, path)) == ["Plan"]
    page = world.as_("member").get("/account/tokens").text
    revoke = re.search(r'action="(/account/tokens/[^"]*/revoke)"', page)
    assert revoke is not None and key not in page
    world.as_("member").send(revoke[1])
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize("left", ["account", "workspace"])
def test_a_feed_ends_with_the_account_and_with_the_membership(world: World, place: str, left: str) -> None:
    make(world, place, "Plan", once(), guests=True)
    path = address(world, f"/w/{place}/calendar/", "guest")
    assert titles(read(world, path)) == ["Plan"]
    with world.system() as db:
        if left == "account":
            db.get_one(Account, world.account_id("guest")).status = "suspended"
        else:
            db.execute(update(Membership).values(ends_at=clock.now()))
    assert world.app.test_client().get(path).status_code == 404


def test_ones_own_calendar_has_what_concerns_one(world: World, place: str) -> None:
    """Not what one said no to, whole or for a date; from elsewhere what one is invited to; what is due for oneself."""
    make(world, place, "Declined", once())
    series_path = make(world, place, "Series", Plan(**{**once().__dict__, "rrule": "FREQ=DAILY;COUNT=3"}))
    other = world.workspace("Other", sections=["calendar"])
    make(world, other, "Elsewhere", once())
    invited = make(world, other, "Invited", once())
    page = world.page("Mine to do", workspace=place, author="member")
    page_of_others = world.page("Theirs to do", workspace=place)
    with world.system() as db:
        db.execute(
            update(Entry)
            .where(Entry.id.in_([page.id, page_of_others.id]))
            .values(due_on=clock.now().date() + timedelta(days=3))
        )
    with world.acting("author") as (db, viewer):
        event, _place = queries.get(db, viewer, other, invited.rpartition("/")[2])
        answering.invite(db, viewer, event, ["member"])
    with world.acting("member") as (db, viewer):
        declined = access.get(db, viewer, CalendarEvent, Entry.title == "Declined")
        answering.answer(db, viewer, declined, "no")
        event, _place = queries.get(db, viewer, place, series_path.rpartition("/")[2])
        answering.answer(db, viewer, event, "no", "", "2027-03-04T09:00:00")
    calendar = read(world, address(world, "/calendar/"))
    assert titles(calendar) == ["Due: Mine to do", "Invited", "Series"]
    found = {str(one["summary"]): one for one in calendar.walk("VEVENT")}
    assert str(found["Invited"]["status"]) == "TENTATIVE"
    days = recurring_ical_events.of(calendar).between((2027, 3, 1), (2027, 3, 31))
    assert sorted(one.start.day for one in days if one["summary"] == "Series") == [3, 5]


# How it is said -----------------------------------------------------------------------------------


def test_who_has_it_already_gets_nothing_and_sees_each_change(world: World, place: str) -> None:
    path = make(world, place, "Plan", once())
    feed, reader = address(world, f"/w/{place}/calendar/"), world.app.test_client()
    tag = reader.get(feed).headers["ETag"]
    again = reader.get(feed, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    before = read(world, feed).walk("VEVENT")[0]
    with clock.shifted(timedelta(hours=1)), world.acting("author") as (db, viewer):
        event, _place = queries.get(db, viewer, place, path.rpartition("/")[2])
        services.edit(db, viewer, event, "Plan B", "", base_version=1)
    after = reader.get(feed, headers={"If-None-Match": tag})
    assert after.status_code == 200 and "Plan B" in after.text
    now = read(world, feed).walk("VEVENT")[0]
    assert now["uid"] == before["uid"] and now["sequence"] > before["sequence"]
    assert now["last-modified"].dt > before["last-modified"].dt


def test_one_event_is_a_file(world: World, place: str) -> None:
    title, body = (
        'Äpfel; Birnen, \\n & "Kräuter" ' + "ß" * 80,
        "First line\nhttps://meet.example/x?a=1;b=2\n\n* end",
    )
    path = make(world, place, title, once(), body)
    answer = world.as_("colleague").get(f"{path}/event.ics")
    assert answer.status_code == 404
    answer = world.as_("member").get(f"{path}/event.ics")
    assert answer.headers["Content-Disposition"].startswith("attachment") and ".ics" in str(answer.headers)
    (event,) = icalendar.Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(event["summary"]) == title.strip()
    assert str(event["description"]).startswith(body) and str(event["description"]).endswith(path)


def test_folding_keeps_letters_whole() -> None:
    for letters in ("x" * 300, "ä" * 200, "𝄞" * 100, "x" + "€" * 99):
        lines = ics.folded(letters).split("\r\n")
        assert all(len(line.encode()) <= 75 for line in lines)
        assert "".join([lines[0], *(line[1:] for line in lines[1:])]) == letters


def test_a_feed_needs_the_same_statements_for_many(world: World, place: str) -> None:
    def asked(path: str) -> int:
        statements.set(0)
        assert world.as_("member").get(path).status_code == 200
        return statements.get()

    make(world, place, "Series", Plan(**{**once().__dict__, "rrule": "FREQ=DAILY;COUNT=3"}))
    paths = (f"/w/{place}/calendar/feed.ics", "/calendar/feed.ics")
    asked(f"/w/{place}/calendar/")
    few = [asked(path) for path in paths]
    with world.acting("author") as (db, viewer):
        where = access.workspace(db, viewer, place)
        for n in range(30):
            services.create(db, viewer, where, f"Event {n}", "", once(zone="Asia/Tokyo"))
    assert [asked(path) for path in paths] == few
    assert max(few) <= 8, few

"""Events on pages: making, looking, changing, answering."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from collab import clock
from collab.auth.models import Account
from collab.calendar import answering, reminding, services
from collab.calendar.services import Plan
from collab.db import statements
from collab.workspaces import access, alone
from collab.workspaces.models import Entry
from tests.cast import World

wall = datetime.fromisoformat
NINE = {
    "title": "Round",
    "start_day": "2027-03-22",
    "start_time": "09:00",
    "end_time": "10:00",
    "zone": "Europe/Berlin",
}


@pytest.fixture
def place(world: World) -> str:
    return world.workspace("Board", members=["member"], readers=["colleague"], sections=["calendar"])


def make(world: World, place: str, **more: str) -> str:
    answer = world.as_("author").send(f"/w/{place}/calendar/new", {**NINE, **more})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_an_event_is_made_and_seen_in_every_view(world: World, place: str) -> None:
    address = make(world, place, location="Room 5", body="Bring *pens*.")
    page = world.as_("colleague").get(address).text
    assert "Room 5" in page and "<em>pens</em>" in page and "9:00" in page
    for view in ("month", "agenda", "day"):
        shown = world.as_("colleague").get(f"/w/{place}/calendar/?view={view}&on=2027-03-22").text
        assert f'href="{address}"' in shown
    assert address in world.as_("member").get("/calendar/?on=2027-03-01").text
    assert address not in world.as_("admin").get("/calendar/?on=2027-03-01").text


def test_a_meeting_at_nine_stays_at_nine_over_the_clock_change(world: World, place: str) -> None:
    """Berlin's clocks change on 28 March 2027, New York's have on the 14th."""
    address = make(world, place, repeat="weekly")
    for day in ("2027-03-22", "2027-03-29"):
        shown = world.as_("author").get(f"/w/{place}/calendar/?view=day&on={day}").text
        assert f"{address}?at={day}T09:00:00" in shown and "9:00" in shown


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"end_time": "08:00"}, "end_day"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"start_day": "tomorrow"}, "start_day"),
        ({"start_day": "9999-01-01"}, "start_day"),
        ({"repeat": "rule", "rrule": "FREQ=SECONDLY"}, "rrule"),
        ({"repeat": "daily", "ending": "count"}, "count"),
        ({"reminder": "-5"}, "reminder"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    world: World, place: str, wrong: dict[str, str], field: str
) -> None:
    answer = world.as_("author").send(f"/w/{place}/calendar/new", {**NINE, **wrong})
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text


@pytest.fixture
def daily(world: World, place: str) -> str:
    """The address of a series at nine on each day from 1 March 2027 on."""
    with world.acting("author") as (db, viewer):
        plan = Plan(wall("2027-03-01T09:00"), wall("2027-03-01T10:00"), "Europe/Berlin", rrule="FREQ=DAILY")
        event = services.create(db, viewer, access.workspace(db, viewer, place), "Standup", "Short.", plan)
        return event.address


def days(world: World, place: str, on: str = "2027-03-01") -> dict[str, str]:
    """Of a month: day -> what stands there."""
    page = world.as_("author").get(f"/w/{place}/calendar/?view=agenda&on={on}").text
    found = re.findall(r'\?at=(\d{4}-\d\d-\d\d)T(\d\d:\d\d):00" lang="[^"]*">([^<]*)</a>', page)
    return {day: f"{time} {title}" for day, time, title in found}


def edit(world: World, address: str, at: str, **more: str) -> TestResponse:
    page = world.as_("author").get(f"{address}/edit?at={at}").text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    day = at[:10]
    fields = {**NINE, "start_day": day, "end_day": day, "repeat": "daily", "at": at, "version": version[1]}
    return world.as_("author").send(f"{address}/edit", {**fields, **more})


def test_one_date_of_a_series_is_changed_cancelled_and_brought_back(
    world: World, place: str, daily: str
) -> None:
    at = "2027-03-03T09:00:00"
    edit(world, daily, at, scope="one", title="Long one", start_time="11:00", end_time="12:00")
    assert "Long one" in world.as_("member").get(f"{daily}?at={at}").text
    shown = days(world, place)
    assert (shown["2027-03-03"], shown["2027-03-04"]) == ("09:00 Long one", "09:00 Standup")
    page = world.as_("member").get(f"/w/{place}/calendar/?view=day&on=2027-03-03").text
    assert "11:00" in page
    version = re.search(r'name="version" value="(\d+)"', world.as_("author").get(f"{daily}?at={at}").text)
    assert version
    world.as_("author").send(f"{daily}/cancel", {"at": at, "version": version[1]})
    assert "2027-03-03" not in days(world, place)
    assert world.as_("author").get(f"{daily}?at={at}").status_code == 404
    world.as_("author").send(f"{daily}/restore", {"at": at})
    assert days(world, place)["2027-03-03"] == "09:00 Long one"


def test_this_and_all_later_dates_become_another_series(world: World, place: str, daily: str) -> None:
    edit(world, daily, "2027-03-20T09:00:00", scope="one", title="Once")
    world.as_("member").send(f"{daily}/answer", {"answer": "yes", "word": "with cake"})
    made = edit(
        world,
        daily,
        "2027-03-10T09:00:00",
        scope="following",
        title="Late",
        start_time="14:00",
        end_time="15:00",
    )
    assert made.status_code == 303 and daily not in made.location
    shown = days(world, place)
    assert (shown["2027-03-09"], shown["2027-03-10"]) == ("09:00 Standup", "14:00 Late")
    assert shown["2027-03-20"] == "14:00 Once"
    assert "with cake" in world.as_("author").get(made.location).text


def test_all_dates_move_together_with_what_was_changed(world: World, place: str, daily: str) -> None:
    edit(world, daily, "2027-03-05T09:00:00", scope="one", title="Once")
    edit(
        world, daily, "2027-03-03T09:00:00", scope="all", title="Early", start_time="08:00", end_time="08:30"
    )
    shown = days(world, place)
    assert (shown["2027-03-01"], shown["2027-03-05"]) == ("08:00 Early", "08:00 Once")


def test_two_people_at_one_event_lose_nothing(world: World, place: str) -> None:
    address = make(world, place)
    fields = {**NINE, "version": "1"}
    assert world.as_("member").send(f"{address}/edit", {**fields, "title": "Theirs"}).status_code == 303
    both = world.as_("author").send(f"{address}/edit", {**fields, "title": "Mine", "body": "typed"})
    assert both.status_code == 409
    assert all(word in both.text for word in ("Theirs", 'value="Mine"', "typed", 'name="version" value="2"'))
    assert "Theirs" in world.as_("member").get(address).text


def test_who_is_invited_gets_a_mail_and_answers_for_one_date_or_for_all(
    world: World, place: str, daily: str
) -> None:
    sent = world.as_("author").send(
        f"{daily}/people", {"members": "member", "people": "colleague@example.com"}
    )
    assert sent.status_code == 303
    world.drain()
    mails = [path.read_text() for path in (world.context.data_dir / "mail").glob("*.eml")]
    assert sum("Invitation: Standup" in mail for mail in mails) == 2
    at = "2027-03-04T09:00:00"
    world.as_("member").send(f"{daily}/answer", {"answer": "yes", "word": "glad to", "at": at})
    world.as_("member").send(f"{daily}/answer/occurrence", {"answer": "no", "word": "dentist", "at": at})
    client = world.as_("colleague")
    assert "dentist" in client.get(f"{daily}?at={at}").text
    other = client.get(f"{daily}?at=2027-03-05T09:00:00").text
    assert "glad to" in other and "dentist" not in other
    refused = world.as_("author").send(f"{daily}/people", {"people": "guest@example.com"})
    assert refused.status_code == 422 and "guest@example.com" in refused.text


def test_a_reminder_leaves_once_for_each_date(world: World, place: str) -> None:
    begin = clock.now().astimezone(ZoneInfo("Europe/Berlin")).replace(second=0, microsecond=0, tzinfo=None)
    begin += timedelta(hours=2)
    with world.acting("author") as (db, viewer):
        plan = Plan(begin, begin, "Europe/Berlin", rrule="FREQ=DAILY", reminder=30)
        services.create(db, viewer, access.workspace(db, viewer, place), "Standup", "", plan)

    def mails() -> int:
        reminding.remind(world.context)
        world.drain()
        return len(list((world.context.data_dir / "mail").glob("*.eml")))

    assert mails() == 0
    with clock.shifted(timedelta(minutes=95)):
        assert (mails(), mails()) == (1, 1)
    with clock.shifted(timedelta(days=1, minutes=95)):
        assert (mails(), mails()) == (2, 2)


def test_of_a_whole_day_everybody_is_reminded_by_their_own_midnight(world: World, place: str) -> None:
    """At eight in the evening before: Auckland's is twenty hours before Los Angeles'."""
    zones = {"member": "Pacific/Auckland", "colleague": "America/Los_Angeles"}
    with world.system() as db:
        for who, zone in zones.items():
            db.get_one(Account, world.account_id(who)).timezone = zone
    day = clock.now().date() + timedelta(days=3)
    with world.acting("author") as (db, viewer):
        starts, ends = services.whole_days(day, day)
        plan = Plan(starts, ends, all_day=True, reminder=240)
        event = services.create(db, viewer, access.workspace(db, viewer, place), "Fair", "", plan)
        answering.invite(db, viewer, event, list(zones))
        answering.answer(db, viewer, event, "no")
    world.drain()
    before = len(list((world.context.data_dir / "mail").glob("*.eml")))
    for who, zone in zones.items():
        at = datetime.combine(day - timedelta(days=1), time(20), ZoneInfo(zone))
        for minutes, mails in ((-20, 0), (1, 1), (17, 1), (60, 1)):
            with clock.shifted(at + timedelta(minutes=minutes) - datetime.now(UTC)):
                reminding.remind(world.context)
                world.drain()
            sent = [path.read_text() for path in (world.context.data_dir / "mail").glob("*.eml")]
            reminded = [mail for mail in sent if "Soon: Fair" in mail and f"To: {who}@example.com" in mail]
            assert len(reminded) == mails, (who, minutes)
    assert len(list((world.context.data_dir / "mail").glob("*.eml"))) == before + 2


def test_a_milestone_is_due_until_it_is_reached(world: World, place: str) -> None:
    address = make(world, place, milestone="1")
    assert "Milestone reached" in world.as_("author").get(address).text
    world.as_("author").send(f"{address}/reached", {"reached": "1"})
    assert "Not reached after all" in world.as_("author").get(address).text


def test_what_is_due_stands_in_the_calendar(world: World, place: str) -> None:
    page = world.page("Handbook", workspace=place)
    with world.system() as db:
        db.execute(update(Entry).where(Entry.id == page.id).values(due_on=date(2027, 3, 5)))
    assert "Handbook" in world.as_("member").get(f"/w/{place}/calendar/?view=day&on=2027-03-05").text
    assert "Handbook" in world.as_("member").get("/calendar/?on=2027-03-05").text


def test_lists_need_the_same_statements_for_many(world: World, place: str, daily: str) -> None:
    def asked(path: str) -> int:
        statements.set(0)
        assert world.as_("member").get(path).status_code == 200
        return statements.get()

    path = f"/w/{place}/calendar/?on=2027-03-01"
    asked(path)
    before = asked(path), asked("/calendar/?on=2027-03-01"), asked(daily)
    with world.acting("author") as (db, viewer):
        where = access.workspace(db, viewer, place)
        for n in range(40):
            start = wall(f"2027-03-{1 + n % 28:02}T08:00")
            services.create(db, viewer, where, f"Event {n}", "", Plan(start, start, "Asia/Tokyo"))
    assert (asked(path), asked("/calendar/?on=2027-03-01"), asked(daily)) == before
    assert max(before) <= 8, before


def test_who_it_alone_is_shared_with_reads_when_and_where(world: World) -> None:
    place = world.workspace("Board", visibility="closed", sections=["calendar"])
    day = f"{clock.now().date() + timedelta(days=30)}T09:00"
    with world.acting("author") as (db, viewer):
        plan = Plan(wall(day), wall(day), "Europe/Berlin", location="Room 5", rrule="FREQ=WEEKLY;COUNT=3")
        event = services.create(db, viewer, access.workspace(db, viewer, place), "Visit", "", plan)
        guest = db.get_one(Account, world.account_id("guest"))
        ends = clock.now() + timedelta(days=9)
        alone.give(db, viewer, event, guest, world.context.settings, ends_at=ends, may_comment=False)
    shown = world.as_("guest").get(f"/entries/{event.public_id}").text
    assert "Room 5" in shown and "9:00" in shown and "Next dates" in shown
    assert place not in shown and "Board" not in shown
    feed = world.as_("guest").get("/calendar/feed.ics").text
    assert "Visit" not in feed  # nobody has invited the guest
    with world.acting("author") as (db, viewer):
        answering.invite(db, viewer, access.get(db, viewer, Entry, Entry.id == event.id), ["guest"])  # type: ignore[arg-type]
    feed = world.as_("guest").get("/calendar/feed.ics").text
    assert f"/entries/{event.public_id}" in feed.replace("\r\n ", "") and "Board" not in feed

"""Calendar files of other programs: each event once, its dates as there, and a reason for what stays out."""

import re
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collab.calendar import blocks, feeds, reading
from collab.calendar.models import CalendarEvent
from collab.workspaces import access
from collab.workspaces.models import Entry
from tests.calendar.test_feeds import make as make_event
from tests.calendar.test_feeds import once, theirs, titles
from tests.cast import World


@pytest.fixture
def place(world: World) -> str:
    return world.workspace("Board", members=["member", "guest"], sections=["calendar"])


def file_of(*events: str, before: str = "") -> bytes:
    """A calendar file of these events, their lines with spaces between."""
    lines = "\r\n".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{before}{lines}\r\nEND:VCALENDAR\r\n".encode()


def bring(world: World, place: str, content: bytes, who: str = "author") -> str:
    """What the report says."""
    sent = world.as_(who).send(f"/w/{place}/calendar/import", {"file": (BytesIO(content), "calendar.ics")})
    assert sent.status_code == 200, sent.text
    return sent.text


def counts(report: str) -> list[int]:
    """New, changed, as before, left out."""
    found = re.search(r'<ul class="meta">\s*(.*?)</ul>', report, re.DOTALL)
    assert found is not None
    return [int(number) for number in re.findall(r"<li>(\d+)", found[1])]


def feed(world: World, place: str) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(world.as_("author").get(f"/w/{place}/calendar/feed.ics").data)


SERIES = """UID:series@example.com
SUMMARY:Jour fixe
DTSTART;TZID=Europe/Berlin:20270301T090000
DTEND;TZID=Europe/Berlin:20270301T100000
RRULE:FREQ=WEEKLY;UNTIL=20270501T070000Z
EXDATE;TZID=Europe/Berlin:20270308T090000
RDATE;TZID=Europe/Berlin:20270310T170000"""
MOVED = """UID:series@example.com
SUMMARY:Jour fixe (late)
RECURRENCE-ID;TZID=Europe/Berlin:20270329T090000
DTSTART;TZID=America/New_York:20270329T090000
DTEND;TZID=America/New_York:20270329T103000"""
FILES = {
    "series": file_of(SERIES, MOVED),
    "days": file_of(
        "UID:1\nSUMMARY:Fair\nDTSTART;VALUE=DATE:20270327\nDTEND;VALUE=DATE:20270330\nRRULE:FREQ=YEARLY;COUNT=3"
    ),
    "lasting": file_of(
        "UID:2\nSUMMARY:Call\nDTSTART:20270328T003000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=9"
    ),
    "windows": file_of("UID:3\nSUMMARY:Talk\nDTSTART;TZID=W. Europe Standard Time:20271031T023000"),
    "flight": file_of(
        "UID:4\nSUMMARY:LH\nDTSTART;TZID=Europe/Berlin:20270314T100000\nDTEND;TZID=America/New_York:20270314T130000"
    ),
    "added date": file_of(
        "UID:5\nSUMMARY:A\nDTSTART;TZID=Asia/Kolkata:20270301T090000\nRRULE:FREQ=DAILY;COUNT=2",
        "UID:5\nSUMMARY:B\nRECURRENCE-ID;TZID=Asia/Kolkata:20270401T090000\nDTSTART;TZID=Asia/Kolkata:20270401T110000",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_the_same_dates_come_out_as_went_in(world: World, place: str, name: str) -> None:
    report = bring(world, place, FILES[name])
    assert counts(report) == [1, 0, 0, 0], report
    came, gone = feed(world, place), icalendar.Calendar.from_ical(FILES[name])
    for zone in ("Europe/Berlin", "America/New_York", "Australia/Sydney"):
        assert spans(came, zone) == spans(gone, zone)
    assert counts(bring(world, place, FILES[name])) == [0, 0, 1, 0]


@pytest.mark.corpus
def test_real_calendars_survive(world: World, place: str, corpus: Path) -> None:
    """Of Google, Thunderbird, Notes and others: what another program reads out of them it reads out of ours."""
    files = sorted((corpus / "feeds-calendars").rglob("*.ics"))
    assert len(files) >= 5
    gone: list[tuple[object, ...]] = []
    for path in files:
        report = bring(world, place, path.read_bytes())
        assert counts(report)[0] > 0 and counts(report)[3] == 0, report
        gone += _always(icalendar.Calendar.from_ical(path.read_bytes()))
    with world.app.app_context(), world.acting("author") as (db, viewer):
        where = access.workspace(db, viewer, place)
        query = access.select_entries(viewer, CalendarEvent).where(CalendarEvent.place_id == where.id)
        came = [icalendar.Calendar.from_ical(feeds.single(db, viewer, one)) for one in db.scalars(query)]
    assert sorted((one for some in came for one in _always(some)), key=repr) == sorted(gone, key=repr)


def _always(calendar: icalendar.Calendar) -> list[tuple[object, ...]]:
    """All occurrences in twenty years, as moments or days."""
    found = recurring_ical_events.of(calendar).between((2010, 1, 1), (2030, 1, 1))
    return [(one.get("uid", "")[:20], *(_utc(at) for at in (one.start, one.end))) for one in found]


def _utc(value: date) -> object:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def spans(calendar: icalendar.Calendar, zone: str) -> list[tuple[object, ...]]:
    return theirs(calendar, ZoneInfo(zone))


def test_what_comes_again_changes_what_came_before(world: World, place: str) -> None:
    bring(world, place, FILES["series"])
    later = FILES["series"].replace(b"(late)", b"(later)").replace(b"T103000", b"T110000")
    assert counts(bring(world, place, later)) == [0, 1, 0, 0]
    assert spans(feed(world, place), "Europe/Berlin") == spans(
        icalendar.Calendar.from_ical(later), "Europe/Berlin"
    )


def test_a_date_that_is_cancelled_in_the_file_does_not_happen(world: World, place: str) -> None:
    bring(world, place, file_of(SERIES, MOVED.replace("SUMMARY", "STATUS:CANCELLED\nSUMMARY")))
    days = [one[1].day for one in spans(feed(world, place), "Europe/Berlin") if one[1].month == 3]  # type: ignore[attr-defined]
    assert days == [1, 10, 15, 22]


def test_our_own_file_comes_back_to_its_event(world: World, place: str) -> None:
    path = make_event(world, place, "Plan; with, signs", once(), "Body\n\n* point")
    content = world.as_("author").get(f"{path}/event.ics").data
    assert counts(bring(world, place, content)) == [0, 0, 1, 0]
    changed = content.replace(b"Plan", b"Map")
    assert counts(bring(world, place, changed)) == [0, 1, 0, 0]
    assert "Map; with, signs" in world.as_("author").get(path).text


def test_what_cannot_come_is_named_with_its_reason_and_its_line(world: World, place: str) -> None:
    begin = "DTSTART;TZID=Europe/Berlin:20270301T090000"
    bad = {
        "Broken rule": f"{begin}\nRRULE:FREQ=SOMETIMES",
        "Hourly": f"{begin}\nRRULE:FREQ=HOURLY",
        "Two rules": f"{begin}\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY",
        "Private": f"{begin}\nCLASS:PRIVATE",
        "Backwards": f"{begin}\nDTEND;TZID=Europe/Berlin:20270301T080000",
        "Timeless": "LOCATION:Here",
        "Nonsense": "DTSTART:yesterday",
        "Year 9000": "DTSTART:90000101T000000Z",
        "Off": f"{begin}\nSTATUS:CANCELLED",
    }
    good = f"UID:good\nSUMMARY:Good\n{begin}"
    content = file_of(*[f"UID:{name}\nSUMMARY:{name}\n{lines}" for name, lines in bad.items()], good)
    report = bring(world, place, content)
    assert counts(report) == [1, 0, 0, len(bad)]
    assert all(name in report for name in bad) and "line 3 of the file" in report
    for sentence in (
        "marked as private",
        "several times a day",
        "ends before it begins",
        "cancelled in the file",
    ):
        assert sentence in report, sentence
    assert titles(feed(world, place)) == ["Good"]


def test_times_without_a_known_zone_are_the_readers(world: World, place: str) -> None:
    content = file_of(
        "UID:1\nSUMMARY:Floating\nDTSTART:20270301T090000",
        "UID:2\nSUMMARY:Martian\nDTSTART;TZID=Mars/Olympus:20270301T090000",
        "UID:3\nSUMMARY:Home\nDTSTART:20270301T080000Z",
    )
    report = bring(world, place, content.replace(b"VERSION", b"X-WR-TIMEZONE:Asia/Tokyo\r\nVERSION", 1))
    assert counts(report) == [3, 0, 0, 0] and "its times are taken as yours" in report
    begins = {str(one["summary"]): one["dtstart"] for one in feed(world, place).walk("VEVENT")}
    assert {one.params["TZID"] for one in begins.values()} == {"Asia/Tokyo"}
    assert begins["Home"].dt == datetime(2027, 3, 1, 8, tzinfo=UTC)


def test_a_zone_that_a_program_made_up_is_known_by_its_clocks(world: World, place: str) -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Office\r\nBEGIN:STANDARD\r\nDTSTART:16011104T020000\r\n"
        "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\n"
        "BEGIN:DAYLIGHT\r\nDTSTART:16010311T020000\r\nRRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n"
        "TZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
    )
    event = "UID:1\nSUMMARY:Stand\nDTSTART;TZID=Office:20270301T090000\nRRULE:FREQ=DAILY;COUNT=20"
    assert counts(bring(world, place, file_of(event, before=zone))) == [1, 0, 0, 0]
    (came,) = feed(world, place).walk("VEVENT")
    assert came["dtstart"].params["TZID"] == "America/New_York"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"%PDF-1.7 and more", 422),
        (b"\xff\xfe\x00\x01" * 50, 422),
        (b"x" * (2 << 20) + b"y", 422),
    ],
)
def test_what_is_no_calendar_is_refused_with_a_sentence(
    world: World, place: str, content: bytes, status: int
) -> None:
    path = f"/w/{place}/calendar/import"
    sent = world.as_("author").send(path, {"file": (BytesIO(content), "x.ics")})
    assert sent.status_code == status and 'href="#f-file"' in sent.text


def test_only_contributors_bring_files_and_only_change_what_they_may(world: World, place: str) -> None:
    content = file_of("UID:secret\nSUMMARY:Taken\nDTSTART:20270301T090000Z")
    path = f"/w/{place}/calendar/import"
    refused = world.as_("colleague").send(path, {"file": (BytesIO(content), "x.ics")})
    assert refused.status_code in (403, 404)
    bring(world, place, content)
    # To a guest the internal event does not exist: the same name makes another one.
    assert counts(bring(world, place, content.replace(b"Taken", b"Guest's"), "guest")) == [1, 0, 0, 0]
    with world.acting("author") as (db, viewer):
        rows = db.execute(access.select_entries(viewer, CalendarEvent, Entry.title, Entry.guests_from)).all()
    assert {(row.title, row.guests_from is None) for row in rows} == {("Taken", True), ("Guest's", False)}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_file_is_too_broken_to_be_read(data: st.DataObject) -> None:
    """Lines of real files, cut, doubled and mixed: an event or a reason comes out of each."""
    names = st.sampled_from(sorted(FILES))
    lines = FILES[data.draw(names)].split(b"\r\n") + FILES[data.draw(names)].split(b"\r\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        cut = data.draw(st.integers(0, len(lines[at])))
        junk = data.draw(
            st.sampled_from([b"", b"\x00", b";", b":", b"99999999", b"RRULE:", b"\xc3", b"-P", b"Z"])
        )
        lines[at] = lines[at][:cut] + junk + lines[at][cut + data.draw(st.integers(0, 3)) :]
    words = blocks.decoded(b"\r\n".join(lines))
    for found in reading.checked(reading.events(blocks.split(words), "Europe/Berlin")):
        assert found.line > 0

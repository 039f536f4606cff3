"""Dates however they are written."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from collab.imports import dates

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2014-03-12", datetime(2014, 3, 12, 12, tzinfo=UTC)),
        ("2014-03-12T10:11:00-04:00", datetime(2014, 3, 12, 14, 11, tzinfo=UTC)),
        ("2014-03-12 10:11:12 +0200", datetime(2014, 3, 12, 8, 11, 12, tzinfo=UTC)),
        ("2014-03-12 10:11", datetime(2014, 3, 12, 9, 11, tzinfo=UTC)),
        ("2014-03-12T10:11:12.345Z", datetime(2014, 3, 12, 10, 11, 12, tzinfo=UTC)),
        ("2017-09-27 (optional)", datetime(2017, 9, 27, 12, tzinfo=UTC)),
        ("September 8, 2014", datetime(2014, 9, 8, 12, tzinfo=UTC)),
        ("8 Sept 2014", datetime(2014, 9, 8, 12, tzinfo=UTC)),
        ("3. März 2015", datetime(2015, 3, 3, 12, tzinfo=UTC)),
        ("31.12.2015", datetime(2015, 12, 31, 12, tzinfo=UTC)),
    ],
)
def test_a_date_is_read(written: str, at: datetime):
    found = dates.parse(written, BERLIN)
    assert found == dates.Moment(at)


@pytest.mark.parametrize("written", ["", "soon", "2014-13-01", "2014-00-10", "Smarch 8, 2014"])
def test_what_is_no_date_is_none(written: str):
    assert dates.parse(written, UTC) is None


def test_a_day_that_its_month_does_not_have_is_its_last():
    found = dates.parse("2017-09-31 04:00:00", UTC)
    assert found is not None
    assert found.at == datetime(2017, 9, 30, 4, tzinfo=UTC)
    assert "2017-09-30" in found.note


def test_an_impossible_time_is_noon():
    found = dates.parse("2017-09-01 25:99", UTC)
    assert found is not None
    assert (found.at.day, found.at.hour) == (1, 12)
    assert found.note


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("_posts/2014-03-12-coming-soon.md", 12),
        ("blog/2014-3-2_x.markdown", 2),
        ("2014-03-12-a/2014-03-13-b.md", 13),
        ("_posts/no-date.md", None),
    ],
)
def test_the_date_in_a_file_name(path: str, day: int | None):
    found = dates.in_name(path)
    assert (found.at.day if found else None) == day


def test_the_date_in_an_address():
    found = dates.in_address("2019/10/29/A-call-for-blogs-2020")
    assert found == dates.Moment(datetime(2019, 10, 29, 12, tzinfo=UTC))
    assert dates.in_address("posts/a") is None

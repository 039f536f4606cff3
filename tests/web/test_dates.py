"""Dates and times in the reader's language: the English ones are those of Europe."""

from datetime import UTC, date, datetime, timedelta

import pytest

from collab import clock
from collab.auth.models import Account
from collab.blog.models import Post
from collab.tasks import services as tasks
from collab.workspaces import access
from tests.cast import World


@pytest.mark.parametrize(
    ("language", "near", "far", "moment"),
    [
        ("en", "17 May", "17 May 2031", "26 January 2026, 18:30:00"),
        ("de", "17. Mai", "17.05.2031", "26. Januar 2026, 18:30:00"),
    ],
)
def test_dates_are_written_as_readers_write_them(
    world: World, language: str, near: str, far: str, moment: str
) -> None:
    place = world.workspace(members=["member"])
    soon = date(clock.now().year, 5, 17)
    if abs(soon - clock.now().date()) < timedelta(days=3):
        soon, near = soon.replace(day=27), near.replace("17", "27")
    with world.acting("member") as (db, viewer):
        db.get_one(Account, viewer.account_id).locale = language
        room = access.workspace(db, viewer, place)
        for title, due_on in (("Near", soon), ("Far", date(2031, 5, 17))):
            tasks.create(db, viewer, room, title, facts=tasks.Facts(due_on=due_on))
    board = world.as_("member").get(f"/w/{place}/tasks/").text
    assert near in board and far in board

    post = world.post("Said", "Then")
    with world.acting("author") as (db, viewer):
        out_at = datetime(2026, 1, 26, 17, 30, tzinfo=UTC)
        access.get(db, viewer, Post, Post.id == post.id).published_at = out_at
    page = world.as_("member").get(post.address).text
    assert moment in page

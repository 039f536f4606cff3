"""A task that alone is shared with a guest, who is not in its workspace."""

import re
from datetime import date, timedelta

import pytest

from collab import clock
from collab.auth.models import Account
from collab.tasks import details, people, services
from collab.tasks.models import Task
from collab.tasks.services import Facts
from collab.workspaces import access, alone
from tests.cast import World

PLACE = "Plans that nobody outside hears of"


@pytest.fixture
def place(world: World) -> str:
    return world.workspace(PLACE, visibility="closed", members=["member"])


def shared(world: World, place: str, title: str = "Paint", *, may_comment: bool = True) -> Task:
    """A task of the author's, with all that hangs on it, that the guest alone may see."""
    with world.acting("author") as (db, viewer):
        facts = Facts(date(2031, 1, 31), tags=["house"])
        task = services.create(db, viewer, access.workspace(db, viewer, place), title, "*Blue*", facts=facts)
        details.add_item(db, viewer, task, "Buy paint")
        db.flush()
        guest = db.get_one(Account, world.account_id("guest"))
        until = clock.now() + timedelta(days=9)
        alone.give(db, viewer, task, guest, world.context.settings, ends_at=until, may_comment=may_comment)
        db.flush()
        db.refresh(task)
        db.expunge(task)
    return task


def test_who_alone_sees_a_task_is_asked_and_answers(world: World, place: str) -> None:
    task = shared(world, place)
    for to in ("people", "approvals"):
        assert world.as_("member").send(f"{task.address}/{to}", {"account": "guest"}).status_code == 303
    world.drain()
    guest, here = world.as_("guest"), f"/entries/{task.public_id}"
    mine = guest.get("/tasks/").text
    assert mine.count(f'href="{here}') == 2  # to approve, and to do
    page = guest.get(here).text
    for part in ("<em>Blue</em>", "Buy paint", "house", "Guest", "Is this all right for you?"):
        assert part in page, part
    for text in (page, mine):
        assert PLACE not in text
        assert place not in text
    (answering,) = re.findall(rf'"({here}/approvals/[^"]+)"', page)
    assert world.as_("member").send(answering, {"approved": "1"}).status_code == 404
    refused = guest.send(answering, {"approved": "0", "words": "x" * 2001})
    assert refused.status_code == 422
    assert PLACE not in refused.text
    assert "xxx</textarea" in refused.text
    answer = guest.send(answering, {"approved": "0", "words": "Too blue"})
    assert answer.location.startswith(here)
    assert "Too blue" in world.as_("member").get(task.address).text
    assert "You are asked to approve" not in guest.get("/tasks/").text


def test_who_may_only_read_is_not_asked(world: World, place: str) -> None:
    task = shared(world, place, may_comment=False)
    refused = world.as_("member").send(f"{task.address}/approvals", {"account": "guest"})
    assert refused.status_code == 422
    assert "let them comment first" in refused.text


def test_what_is_shared_no_more_is_gone_from_their_tasks(world: World, place: str) -> None:
    task = shared(world, place)
    with world.acting("author") as (db, viewer):
        found = access.get(db, viewer, Task, Task.id == task.id)
        people.assign(db, viewer, found, "guest")
        people.ask(db, viewer, found, "guest")
    with clock.shifted(timedelta(days=10)):
        guest = world.anew("guest")
        assert "Paint" not in guest.get("/tasks/").text
        assert guest.get(f"/entries/{task.public_id}").status_code == 404
        world.drain()
    sent = [path.read_text() for path in (world.context.data_dir / "mail").glob("*.eml")]
    assert not [mail for mail in sent if "To: guest@example.com" in mail]

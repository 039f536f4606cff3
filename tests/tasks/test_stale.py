"""Tasks that nobody touches show themselves, and go aside."""

from datetime import timedelta

import pytest

from collab import clock
from collab.comments import services as comments
from collab.tasks import people, services, stale
from collab.tasks.models import Task
from collab.tasks.services import Facts
from collab.workspaces import access
from tests.cast import World

WEEK = timedelta(weeks=1)


@pytest.fixture
def place(world: World) -> str:
    return world.workspace(members=["member", "guest"])


@pytest.fixture
def task(world: World, place: str) -> Task:
    with world.acting("author") as (db, viewer):
        made = services.create(db, viewer, access.workspace(db, viewer, place), "Paint")
        people.assign(db, viewer, made, "member", responsible=True)
        db.flush()
        db.expunge(made)
    return made


def keep_house(world: World) -> None:
    with world.system() as db:
        stale.look_after(db)
    world.drain()


def mails(world: World) -> list[str]:
    sent = [path.read_text() for path in (world.context.data_dir / "mail").glob("*.eml")]
    return [mail for mail in sent if "sign of life" in mail]


def aside(world: World, place: str) -> bool:
    return "Paint" in world.anew("member").get(f"/w/{place}/tasks/list?state=later").text


def test_a_task_is_marked_then_warned_about_then_put_aside(world: World, place: str, task: Task) -> None:
    with clock.shifted(5 * WEEK):
        keep_house(world)
        assert mails(world) == []
        assert "untouched for long" not in world.anew("member").get(f"/w/{place}/tasks/").text
    with clock.shifted(6 * WEEK):
        for _twice in range(2):
            keep_house(world)
        (mail,) = mails(world)
        assert "To: member@example.com" in mail
        assert "Paint" in mail
        assert "untouched for long" in world.anew("member").get(f"/w/{place}/tasks/").text
    with clock.shifted(7 * WEEK):
        keep_house(world)
        assert not aside(world, place)
    with clock.shifted(8 * WEEK):
        keep_house(world)
        assert aside(world, place)
        assert len(mails(world)) == 1
        world.anew("member").send(f"{task.address}/back")
        keep_house(world)
        assert not aside(world, place)


def test_a_comment_is_a_sign_of_life(world: World, place: str, task: Task) -> None:
    with clock.shifted(5 * WEEK):
        with world.acting("member") as (db, viewer):
            comments.add(db, viewer, access.get(db, viewer, Task, Task.id == task.id), "Soon.")
        world.drain()
    with clock.shifted(6 * WEEK):
        keep_house(world)
        assert mails(world) == []


def test_a_task_whose_day_is_to_come_is_not_forgotten(world: World, place: str, task: Task) -> None:
    with world.acting("author") as (db, viewer):
        found = access.get(db, viewer, Task, Task.id == task.id)
        day = (clock.now() + 9 * WEEK).date()
        services.change(db, viewer, found, "Paint", "", Facts(day), base_version=1)
    with clock.shifted(8 * WEEK):
        keep_house(world)
        assert mails(world) == []

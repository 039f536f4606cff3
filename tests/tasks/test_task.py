"""One task: words, people, checklist, what it waits for, approval, and tasks that come again."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from collab import clock
from collab.auth.models import Account
from collab.errors import Invalid
from collab.tasks import removing, repeats, services, stale
from collab.tasks.models import Task, TaskAssignee
from collab.tasks.ranks import between
from collab.tasks.services import Facts
from collab.workspaces import access
from tests.cast import World


@pytest.fixture
def place(world: World) -> str:
    return world.workspace(members=["member", "guest"], readers=["colleague"])


def make(world: World, place: str, title: str = "Paint", who: str = "author", **more: Any) -> Task:
    with world.acting(who) as (db, viewer):
        task = services.create(db, viewer, access.workspace(db, viewer, place), title, **more)
        db.flush()
        db.refresh(task)
        db.expunge(task)
    return task


def send(world: World, at: Task, to: str, who: str = "member", /, **fields: str) -> TestResponse:
    return world.as_(who).send(f"{at.address}/{to}", fields)


def page(world: World, task: Task, who: str = "member") -> str:
    return world.as_(who).get(task.address).text


def test_a_task_is_made_with_all_that_its_form_says(world: World, place: str) -> None:
    form = {
        "title": "Paint",
        "body": "*Blue*",
        "due_on": "2031-01-31",
        "again": "month",
        "tags": "house, wall",
    }
    answer = world.as_("member").send(
        f"/w/{place}/tasks/new", {**form, "responsible": "author", "column": "doing"}
    )
    shown = world.as_("member").get(answer.location).text
    for part in ("<em>Blue</em>", "Every month", ">house</a>", "responsible</span>", "Doing"):
        assert part in shown, part
    refused = world.as_("member").send(
        f"/w/{place}/tasks/new", {"title": "X", "again": "week", "body": "My words"}
    )
    assert refused.status_code == 422
    assert "My words" in refused.text


def test_two_who_change_a_task_lose_nothing(world: World, place: str) -> None:
    task = make(world, place)
    fields = {"version": "1", "body": "", "due_on": "", "again": "", "tags": ""}
    assert send(world, task, "edit", "author", title="Her title", **fields).status_code == 303
    answer = send(world, task, "edit", title="My title", **fields)
    assert answer.status_code == 409
    assert "Her title" in answer.text
    assert 'value="My title"' in answer.text
    assert send(world, task, "edit", title="Both", **{**fields, "version": "2"}).status_code == 303


def test_one_person_is_responsible(world: World, place: str) -> None:
    task = make(world, place)
    send(world, task, "people", account="@member", responsible="1")
    send(world, task, "people", account="author", responsible="1")
    with world.looking("author") as (db, viewer):
        rows = db.execute(
            access.select_parts(viewer, TaskAssignee, TaskAssignee.author_id, TaskAssignee.responsible)
        )
        assert dict(rows.all()) == {world.account_id("member"): False, world.account_id("author"): True}
    assert "Paint" in world.as_("member").get("/tasks/").text
    send(world, task, "people/member/remove")
    assert "Paint" not in world.as_("member").get("/tasks/").text


def test_only_who_reads_a_task_can_work_on_it(world: World, place: str) -> None:
    task = make(world, place)
    refused = send(world, task, "people", account="guest")
    assert refused.status_code == 422
    assert "Guest cannot read this" in refused.text
    assert send(world, task, "people", account="rival").status_code == 422
    shared = make(world, place, "Shared", guests=True)
    with world.system() as db:
        db.get_one(Account, world.account_id("guest")).name = "Quintus Quell"
    assert send(world, shared, "people", account="Quintus Quell").status_code == 303
    assert "Shared" in world.as_("guest").get("/tasks/").text


def test_a_checklist_is_ticked(world: World, place: str) -> None:
    task = make(world, place)
    send(world, task, "items", words="Buy paint")
    item = re.findall(r"/items/([^\"/]+)\"", page(world, task))[0]
    for _twice in range(2):
        send(world, task, f"items/{item}", done="1")
    assert '<span class="count">1/1</span>' in page(world, task)
    removed = world.as_("member").send(f"{task.address}/items/{item}/delete", headers={"HX-Request": "true"})
    (undo,) = re.findall(r'action="([^"]+/restore)"', removed.text)
    assert "Buy paint" not in page(world, task)
    assert send(world, task, f"items/{item}", done="0").status_code == 404
    for _twice in range(2):
        assert world.as_("member").send(undo).status_code == 303
    assert '<span class="count">1/1</span>' in page(world, task)
    assert (
        "Buy paint"
        in world.as_("member").send(f"{task.address}/items/{item}/delete", follow_redirects=True).text
    )
    with clock.shifted(removing.KEPT + timedelta(days=1)):
        with world.system() as db:
            stale.look_after(db)
        assert world.anew("member").send(undo).status_code == 404
    assert send(world, task, "items", "colleague", words="No").status_code == 403


def test_tasks_wait_for_each_other_but_not_in_a_circle(world: World, place: str) -> None:
    paint, wash, buy = (make(world, place, title) for title in ("Paint", "Wash", "Buy"))
    assert send(world, paint, "waits", task="wash").status_code == 303
    assert send(world, wash, "waits", task=buy.public_id).status_code == 303
    assert "Wash" in page(world, paint)
    assert "These wait for it" in page(world, wash)
    circle = send(world, buy, "waits", task=paint.address)
    assert circle.status_code == 422
    assert "wait for ever" in circle.text
    elsewhere = make(world, world.workspace("Other", members=["member"]), "Elsewhere")
    assert send(world, paint, "waits", task=elsewhere.public_id).status_code == 422
    send(world, paint, f"waits/{wash.public_id}/delete")
    assert "Wash</a>" not in page(world, paint)


def test_guests_do_not_learn_what_a_task_of_theirs_waits_for(world: World, place: str) -> None:
    shared, hidden = make(world, place, "Shared", guests=True), make(world, place, "Hidden")
    send(world, shared, "waits", task=hidden.public_id)
    assert "Hidden" in page(world, shared)
    assert "Hidden" not in page(world, shared, "guest")
    assert "waits" not in world.as_("guest").get(f"/w/{place}/tasks/").text.partition('id="board"')[2]
    assert send(world, shared, "waits", "guest", task="Hidden").status_code == 422


def test_a_guest_approves_and_the_answer_stays(world: World, place: str) -> None:
    task = make(world, place, guests=True)
    assert send(world, task, "approvals", account="guest").status_code == 303
    guest, member = world.as_("guest"), world.as_("member")
    assert "You are asked to approve" in guest.get("/tasks/").text
    answering = re.findall(r"\"(/entries/[^\"]+/approvals/[^\"]+)\"", page(world, task, "guest"))[0]
    assert member.send(answering, {"approved": "1"}).status_code == 404  # not the one who is asked
    assert guest.send(answering, {"approved": "0", "words": "Too blue"}).location.startswith(task.address)
    assert "Too blue" in page(world, task)
    assert guest.send(answering, {"approved": "1"}).status_code == 409


def test_competitors_do_not_notice_each_other_on_a_task(world: World) -> None:
    room = world.workspace(visibility="closed", members=["member", "guest", "rival"], clean_room=True)
    task = make(world, room, guests=True)
    for who in ("guest", "rival"):
        assert send(world, task, "people", account=who).status_code == 303
        assert send(world, task, "approvals", account=who).status_code == 303
    for path in (task.address, f"/w/{room}/tasks/", f"/w/{room}/tasks/export.csv"):
        shown = world.as_("guest").get(path).text
        assert "Rival" not in shown, path
    assert "Rival" in page(world, task)


# Tasks that come again ---------------------------------------------------------------------------


def test_a_task_that_is_done_comes_again(world: World, place: str) -> None:
    today = clock.now().date()
    task = make(world, place, facts=Facts(today + timedelta(days=2), "FREQ=WEEKLY", ["house"]))
    send(world, task, "items", words="Buy paint")
    send(world, task, "people", account="member", responsible="1")
    assert send(world, task, "done").status_code == 303
    send(world, task, "reopen")
    send(world, task, "done")  # and not a third one
    with world.looking("author") as (db, viewer):
        found = db.scalars(access.select_entries(viewer, Task).where(Task.settled_at.is_(None))).all()
        assert [(one.title, one.due_on, one.rrule) for one in found] == [
            ("Paint", today + timedelta(days=9), "FREQ=WEEKLY")
        ]
        address = found[0].address
    shown = world.as_("member").get(address).text
    for part in ("Buy paint", ">house</a>", "responsible</span>", "0/1"):
        assert part in shown, part


def test_in_a_clean_room_the_next_one_is_still_for_the_same_firm(world: World) -> None:
    room = world.workspace(visibility="closed", members=["member", "guest", "rival"], clean_room=True)
    task = make(world, room, "Secret part", "guest", facts=Facts(clock.now().date(), "FREQ=DAILY"))
    assert send(world, task, "done").status_code == 303
    assert world.as_("guest").get(f"/w/{room}/tasks/").text.count("Secret part</a>") == 2
    assert "Secret part" not in world.as_("rival").get(f"/w/{room}/tasks/").text


@pytest.mark.parametrize(
    ("rule", "due", "after", "found"),
    [
        ("day", "2026-03-28", "2026-03-28", "2026-03-29"),
        ("weekdays", "2026-01-02", "2026-01-02", "2026-01-05"),
        ("week", "2026-01-05", "2026-01-20", "2026-01-26"),
        ("month", "2026-01-31", "2026-01-31", "2026-02-28"),
        ("year", "2024-02-29", "2024-02-29", "2025-02-28"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-01-05", "2026-01-05", "2026-01-19"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30", "2026-01-30", "2026-02-27"),
    ],
)
def test_rules(rule: str, due: str, after: str, found: str) -> None:
    first = date.fromisoformat(due)
    text = repeats.rule(rule, first) if rule in repeats.PRESETS else repeats.checked(rule, first)
    assert str(repeats.following(text, first, date.fromisoformat(after))) == found
    assert repeats.preset_of(text, first) == (rule if rule in repeats.PRESETS else "own")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;UNTIL=20269901",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY\nDTSTART:20200101",
        "week",
    ],
)
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(Invalid):
        repeats.checked(rule, date(2026, 1, 31))


def test_there_is_always_a_place_between_two() -> None:
    low = between(None, None)
    high = between(low, None)
    for n in range(200):
        middle = between(low, high)
        assert low < middle < high
        low, high = (middle, high) if n % 3 else (low, middle)
    assert between(None, low) < low

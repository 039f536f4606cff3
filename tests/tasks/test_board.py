"""The board: adding, moving, columns."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from collab import clock
from collab.tasks import people, services
from collab.tasks.models import Task
from collab.workspaces import access
from collab.workspaces.models import Workspace
from tests.cast import World
from tests.serving import browser, said, serving


@pytest.fixture
def place(world: World) -> str:
    return world.workspace(members=["member", "guest"], readers=["colleague"])


def add(world: World, place: str, title: str, column: str = "todo", who: str = "member") -> str:
    """A task at the foot of a column; answers its id."""
    with world.acting(who) as (db, viewer):
        return services.create(
            db, viewer, access.workspace(db, viewer, place), title, column=column
        ).public_id


def board(world: World, place: str, who: str = "member") -> str:
    return world.as_(who).get(f"/w/{place}/tasks/").text


def lanes(world: World, place: str, who: str = "member") -> list[list[str]]:
    """The titles in each column."""
    columns = board(world, place, who).split("data-column=")[1:]
    return [re.findall(r'class="task-title"[^>]*>([^<]+)<', column) for column in columns]


def test_a_title_at_the_foot_of_a_column_is_a_task(world: World, place: str) -> None:
    for title, column in (("Paint", "todo"), ("Wash", "doing")):
        answer = world.as_("member").send(f"/w/{place}/tasks/quick", {"title": title, "column": column})
        assert answer.status_code == 303
    assert lanes(world, place) == [["Paint"], ["Wash"], []]


def move(world: World, place: str, task: str, column: str, who: str = "member", **more: Any) -> TestResponse:
    headers = more.pop("headers", {})
    return world.as_(who).send(f"/w/{place}/tasks/{task}/move", {"column": column, **more}, headers=headers)


def test_a_task_goes_where_it_is_put(world: World, place: str) -> None:
    one, two, three = (add(world, place, title) for title in ("One", "Two", "Three"))
    move(world, place, three, "todo", after=one)
    assert lanes(world, place)[0] == ["One", "Three", "Two"]
    move(world, place, two, "todo", after="first")
    assert lanes(world, place)[0] == ["Two", "One", "Three"]
    move(world, place, one, "doing", after=two)  # which is not there: so at the end
    assert lanes(world, place) == [["Two", "Three"], ["One"], []]


def test_who_moves_what_somebody_else_has_moved_is_told(world: World, place: str) -> None:
    task = add(world, place, "Paint")
    move(world, place, task, "doing", who="author", seen="todo")
    answer = move(world, place, task, "done", seen="todo")
    assert answer.status_code == 409
    assert "moved to “Doing”" in answer.text
    assert lanes(world, place) == [[], ["Paint"], []]
    script = {"headers": {"HX-Request": "true"}}
    told = world.as_("member").send(f"/w/{place}/tasks/{task}/move?seen=todo", {"column": "done"}, **script)
    assert told.status_code == 200
    assert "meanwhile" in told.text
    move(world, place, task, "done")  # all the same
    assert lanes(world, place) == [[], [], ["Paint"]]


def test_the_column_for_what_is_done_settles_a_task(world: World, place: str) -> None:
    task = add(world, place, "Paint")
    world.as_("member").send(f"/w/{place}/tasks/{task}/done")
    assert settled(world, task)
    world.as_("member").send(f"/w/{place}/tasks/{task}/reopen")
    assert not settled(world, task)
    assert lanes(world, place) == [["Paint"], [], []]


def settled(world: World, task: str) -> bool:
    with world.looking("author") as (db, viewer):
        found = access.get(db, viewer, Task, Task.public_id == task)
        return found.settled_at is not None


def test_what_is_put_aside_comes_back_with_one_click(world: World, place: str) -> None:
    task = add(world, place, "Paint")
    world.as_("member").send(f"/w/{place}/tasks/{task}/later")
    assert lanes(world, place)[0] == []
    assert "Paint" in world.as_("member").get(f"/w/{place}/tasks/list?state=later").text
    world.as_("member").send(f"/w/{place}/tasks/{task}/back")
    assert lanes(world, place)[0] == ["Paint"]


def test_owners_name_add_order_and_remove_columns(world: World, place: str) -> None:
    add(world, place, "Paint")
    owner, here = world.as_("author"), f"/w/{place}/tasks/columns"
    owner.send(here, {"name": "Waiting"})
    owner.send(f"{here}/todo", {"name": "Planned"})
    assert titles(board(world, place)) == ["Planned", "Doing", "Waiting", "Done"]
    waiting = re.findall(r'data-column="([^"]+)"', board(world, place))[2]
    owner.send(f"{here}/{waiting}/order", {"step": "left"})
    assert titles(board(world, place)) == ["Planned", "Waiting", "Doing", "Done"]
    assert owner.send(f"{here}/{waiting}/delete").status_code == 303
    assert owner.send(f"{here}/done/delete").status_code == 422  # the last one of its sort
    assert titles(board(world, place)) == ["Planned", "Doing", "Done"]
    assert world.as_("member").send(here, {"name": "Mine"}).status_code == 403
    assert world.as_("member").send(f"{here}/{waiting}/restore").status_code == 403


def test_what_stands_in_a_removed_column_moves_on_and_comes_back(world: World, place: str) -> None:
    todo, _first, second = (
        add(world, place, title, "doing" if n else "todo") for n, title in enumerate("ABC")
    )
    aside = add(world, place, "Aside", "doing")
    world.as_("member").send(f"/w/{place}/tasks/{aside}/later")
    owner, here = world.as_("author"), f"/w/{place}/tasks/columns"
    doing = re.findall(r'data-column="([^"]+)"', board(world, place))[1]
    shown = owner.send(f"{here}/{doing}/delete", follow_redirects=True).text
    assert "Its 2 tasks are in “To do” now" in shown
    assert lanes(world, place) == [["A", "B", "C"], []]
    late = move(world, place, todo, doing, headers={"HX-Request": "true"})
    assert "not there any more" in late.text
    told = world.as_("member").send(
        f"/w/{place}/tasks/quick", {"title": "D", "column": doing}, follow_redirects=True
    )
    assert "so the task is in “To do”" in told.text
    move(world, place, second, "todo", after="first")
    owner.send(re.findall(rf'"({here}/[^"]+/restore)"', shown)[0])
    world.as_("member").send(f"/w/{place}/tasks/{aside}/back")
    assert lanes(world, place) == [["C", "A", "D"], ["B", "Aside"], []]


def titles(page: str) -> list[str]:
    return re.findall(r'<h2 id="lane-.*?<span>([^<]+)</span>', page)


def test_readers_and_archives_change_nothing(world: World, place: str) -> None:
    task = add(world, place, "Paint")
    assert "lane-add" not in board(world, place, "colleague")
    quick = {"title": "Wash", "column": "todo"}
    assert world.as_("colleague").send(f"/w/{place}/tasks/quick", quick).status_code == 403
    assert move(world, place, task, "done", "colleague").status_code == 403
    with world.system() as db:
        db.scalars(select(Workspace).where(Workspace.slug == place)).one().archived_at = clock.now()
    assert "lane-add" not in board(world, place)
    assert move(world, place, task, "done").status_code == 403
    assert world.as_("author").get(f"/w/{place}/tasks/columns").status_code == 403


def test_a_guests_task_is_for_guests_and_others_are_not(world: World, place: str) -> None:
    hidden = add(world, place, "Ours")
    add(world, place, "Theirs", who="guest")
    assert lanes(world, place, "guest")[0] == ["Theirs"]
    assert lanes(world, place)[0] == ["Ours", "Theirs"]
    assert world.as_("guest").get(f"/w/{place}/tasks/{hidden}").status_code == 404
    assert move(world, place, hidden, "done", "guest").status_code == 404


def test_a_board_asks_the_same_whatever_stands_on_it(world: World, place: str) -> None:
    task = add(world, place, "Paint")
    for title in "ABCDE":
        add(world, place, title)
    with world.acting("author") as (db, viewer):
        found = access.get(db, viewer, Task, Task.public_id == task)
        people.assign(db, viewer, found, "member", responsible=True)
    board(world, place)  # once, so that it is noted that somebody has come
    for path in ("", "list", "list?mine=1&sort=title", task, "new", f"{task}/edit"):
        answer = world.as_("member").get(f"/w/{place}/tasks/{path}")
        assert answer.status_code == 200, path
        assert int(answer.headers["X-Collab-Statements"]) <= 8, path


def test_ten_people_on_one_board_lose_nothing(world: World) -> None:
    """Each in a browser of their own, over real HTTP: each act is done, or is told to have come too late."""
    people = [f"p{n}" for n in range(10)]
    for who in people:
        world.account(who, kind="employee")
    place = world.workspace(members=["member", *people])
    contested, *tasks = (add(world, place, f"T{n}") for n in range(6))
    with serving(world) as port, ThreadPoolExecutor(10) as pool:
        browsers = {who: browser(world, who) for who in people}

        def act(n: int, to: str, **fields: str) -> tuple[int, str]:
            return said(port, f"/w/{place}/tasks/{to}", fields, *browsers[people[n % 10]])

        def contend(n: int) -> tuple[int, str]:
            return act(n, f"{contested}/move", column=("doing", "done")[n % 2], seen="todo")

        def shuffle(n: int) -> int:
            after = tasks[(n * 3 + 1) % 5] if n % 4 else "first"
            return act(n, f"{tasks[n % 5]}/move", column=("todo", "doing")[n % 3 == 0], after=after)[0]

        def jot_down(n: int) -> int:
            return act(n, "quick", title=f"New {n}", column="todo")[0]

        answers = list(pool.map(contend, range(10)))
        assert set(pool.map(shuffle, range(20))) == {303}
        assert set(pool.map(jot_down, range(10))) == {303}
    won = 0 if contested_in(world, place) == "Doing" else 1
    for n, (status, text) in enumerate(answers):
        assert status == (303 if n % 2 == won else 409)
        assert ("Somebody else was faster" in text) is (status == 409)
    expected = [*(f"T{n}" for n in range(6)), *(f"New {n}" for n in range(10))]
    assert sorted(title for lane in lanes(world, place) for title in lane) == sorted(expected)
    with world.looking("author") as (db, viewer):
        rows = db.execute(access.select_entries(viewer, Task, Task.column_id, Task.rank)).all()
    assert len(set(rows)) == len(expected)


def contested_in(world: World, place: str) -> str:
    """The column that all wanted to move the first task to, or away from."""
    return next(
        name
        for name, lane in zip(("To do", "Doing", "Done"), lanes(world, place), strict=True)
        if "T0" in lane
    )

"""Tasks for programs."""

import csv
import io

import pytest

from tests.cast import World


@pytest.fixture
def place(world: World) -> str:
    return world.workspace(members=["member"], readers=["colleague"])


def test_a_task_is_made_changed_moved_and_done(world: World, place: str) -> None:
    client, key = world.app.test_client(), world.token("member")
    here = f"/api/v1/workspaces/{place}"
    new = {
        "title": "Paint",
        "due_on": "2031-01-31",
        "rrule": "FREQ=MONTHLY;BYMONTHDAY=-1",
        "tags": ["house"],
    }
    made = client.post(f"{here}/tasks", json=new, headers=key)
    assert made.status_code == 201, made.text
    url = f"/api/v1/tasks/{made.json['id']}"
    columns = [column["id"] for column in client.get(f"{here}/task-columns", headers=key).json["items"]]
    changed = client.patch(
        url, json={"title": "Paint it", "responsible": "member"}, headers={**key, "If-Match": '"1"'}
    )
    assert (changed.json["title"], changed.json["responsible"], changed.json["due_on"]) == (
        "Paint it",
        "member",
        "2031-01-31",
    )
    assert client.patch(url, json={"title": "Late"}, headers={**key, "If-Match": '"1"'}).status_code == 412
    moved = client.post(f"{url}/move", json={"column": columns[1]}, headers=key)
    assert moved.json["column"] == columns[1]
    assert client.post(
        f"{url}/move", json={"column": columns[2], "seen": columns[0]}, headers=key
    ).status_code in (409, 412)
    assert client.post(f"{url}/done", json={}, headers=key).json["done_at"]
    listed = client.get(f"{here}/tasks", headers=key).json["items"]
    assert [(task["title"], task["due_on"]) for task in listed] == [("Paint it", "2031-02-28")]
    assert client.get(url, headers=world.token("rival")).status_code == 404


def test_lists_go_on_where_they_ended(world: World, place: str) -> None:
    client, key = world.app.test_client(), world.token("member")
    here = f"/api/v1/workspaces/{place}/tasks"
    for n in range(5):
        client.post(
            here, json={"title": f"T{n}", "due_on": f"2031-01-0{n + 1}" if n < 3 else None}, headers=key
        )
    first = client.get(f"{here}?limit=3", headers=key).json
    second = client.get(f"{here}?limit=3&cursor={first['next']}", headers=key).json
    assert [task["title"] for task in (*first["items"], *second["items"])] == ["T0", "T1", "T2", "T3", "T4"]
    assert second["next"] is None


def test_the_list_is_taken_away_as_a_table(world: World, place: str) -> None:
    key = world.token("member")
    world.app.test_client().post(f"/api/v1/workspaces/{place}/tasks", json={"title": "=1+1"}, headers=key)
    answer = world.as_("member").get(f"/w/{place}/tasks/export.csv")
    rows = [*csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))]
    assert rows[1][0] == "'=1+1"
    assert rows[0][:2] == ["Task", "Column"]

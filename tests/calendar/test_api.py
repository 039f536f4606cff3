"""The calendar for programs."""

from typing import Any

import pytest

from tests.cast import World

NEW = {
    "title": "Jour fixe",
    "starts": "2027-03-22T09:00",
    "ends": "2027-03-22T10:00",
    "timezone": "Europe/Berlin",
}


@pytest.fixture
def place(world: World) -> str:
    return world.workspace("Board", visibility="closed", members=["member", "guest"], sections=["calendar"])


def make(world: World, place: str, **more: Any) -> Any:
    made = world.as_("author").post(
        f"/api/v1/workspaces/{place}/calendar", json={**NEW, **more}, headers=world.token("author", "write")
    )
    assert made.status_code == 201, made.text
    return made.json


def test_a_program_makes_reads_changes_and_deletes_events(world: World, place: str) -> None:
    made = make(world, place, rrule="FREQ=WEEKLY", body="*Bring* pens.")
    headers, client = world.token("author", "write"), world.app.test_client()
    path = f"/api/v1/calendar/{made['id']}"
    listed = client.get(
        f"/api/v1/workspaces/{place}/calendar?since=2027-03-22&until=2027-03-29", headers=headers
    ).json
    # Berlin's clocks change on 28 March: nine stays nine.
    assert [one["begin"] for one in listed["items"]] == ["2027-03-22T08:00:00Z", "2027-03-29T07:00:00Z"]
    stale = client.patch(path, json={"title": "X"}, headers={**headers, "If-Match": '"7"'})
    assert stale.status_code == 412
    changed = client.patch(path, json={"location": "Room 5", "starts": "2027-03-22T08:30"}, headers=headers)
    assert changed.status_code == 200 and changed.json["location"] == "Room 5"
    assert changed.json["rrule"] == "FREQ=WEEKLY" and changed.json["starts"] == "2027-03-22T08:30:00"
    answered = client.put(f"{path}/answer", json={"answer": "maybe"}, headers=headers)
    assert answered.json["answer"] == "maybe"
    assert client.delete(path, headers=headers).status_code == 204
    assert client.get(path, headers=headers).status_code == 404


def test_a_list_goes_on_by_its_cursor(world: World, place: str) -> None:
    make(world, place, rrule="FREQ=DAILY;COUNT=7")
    make(world, place, title="At the same time", rrule="FREQ=DAILY;COUNT=7")
    client, headers, found, cursor = world.app.test_client(), world.token("member", "read"), [], ""
    for _ in range(4):
        path = f"/api/v1/calendar?since=2027-03-01&until=2027-04-30&limit=5{cursor}"
        answer = client.get(path, headers=headers).json
        found += [(one["title"], one["occurrence"]) for one in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert len(found) == len(set(found)) == 14


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"ends": "2027-03-22T08:00"}, "ends"),
        ({"starts": "2027-03-22T09:00Z"}, "starts"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"rrule": "FREQ=SECONDLY"}, "rrule"),
        ({"all_day": True}, "starts"),
        ({"reminder": -1}, "reminder"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_what_cannot_be_is_named(world: World, place: str, wrong: dict[str, Any], field: str) -> None:
    answer = world.app.test_client().post(
        f"/api/v1/workspaces/{place}/calendar", json={**NEW, **wrong}, headers=world.token("author", "write")
    )
    assert answer.status_code == 422 and field in answer.text


def test_who_may_not_read_an_event_finds_none(world: World, place: str) -> None:
    made, client = make(world, place), world.app.test_client()
    for who in ("colleague", "guest"):
        headers = world.token(who, "write")
        assert client.get(f"/api/v1/calendar/{made['id']}", headers=headers).status_code == 404
        put = client.put(f"/api/v1/calendar/{made['id']}/answer", json={"answer": "yes"}, headers=headers)
        assert put.status_code == 404
        own = client.get("/api/v1/calendar?since=2027-03-01", headers=headers)
        assert own.json["items"] == []

"""Workspaces and members for programs."""

from typing import Any

from collab import clock
from collab.auth.models import Account
from tests.cast import World


def _json(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json


def test_a_program_makes_and_changes_a_workspace(world: World) -> None:
    client, headers = world.app.test_client(), world.token("author")
    made = client.post("/api/v1/workspaces", json={"name": "Crane", "visibility": "closed"}, headers=headers)
    assert _json(made, 201)["role"] == "owner"
    address = made.headers["Location"].removeprefix("http://127.0.0.1:8000")
    renamed = client.patch(
        address, json={"purpose": "Lifting"}, headers={**headers, "If-Match": made.headers["ETag"]}
    )
    assert _json(renamed)["purpose"] == "Lifting" and renamed.json["name"] == "Crane"
    stale = client.patch(address, json={"name": "Old"}, headers={**headers, "If-Match": made.headers["ETag"]})
    assert stale.status_code == 412
    assert _json(client.get("/api/v1/workspaces/crane", headers=headers))["version"] == 2


def test_archiving_is_undone_by_deleting_the_archive(world: World) -> None:
    slug, headers = world.workspace("Crane"), world.token("author")
    client = world.app.test_client()
    assert _json(client.post(f"/api/v1/workspaces/{slug}/archive", headers=headers))["archived_at"]
    assert _json(client.delete(f"/api/v1/workspaces/{slug}/archive", headers=headers))["archived_at"] is None
    other = world.token("member")
    assert client.post(f"/api/v1/workspaces/{slug}/archive", headers=other).status_code == 403


def test_members_are_added_changed_and_removed(world: World) -> None:
    slug, headers = world.workspace("Crane", visibility="closed"), world.token("author")
    client, base = world.app.test_client(), f"/api/v1/workspaces/{slug}/members"
    added = _json(client.post(base, json={"account": "guest", "role": "reader"}, headers=headers), 201)
    assert (added["account"]["firm"], added["role"]) == ("Muster GmbH", "reader")
    one = f"{base}/{added['account']['id']}"
    changed = _json(client.patch(one, json={"ends_at": "2099-01-01T00:00:00Z"}, headers=headers))
    assert (changed["role"], changed["ends_at"]) == ("reader", "2099-01-01T00:00:00Z")
    assert _json(client.patch(one, json={"ends_at": None}, headers=headers))["ends_at"] is None
    assert client.post(base, json={"account": "guest"}, headers=headers).status_code == 422
    assert client.delete(one, headers=headers).status_code == 204
    assert client.get(one, headers=headers).status_code == 404


def test_a_member_who_can_no_longer_come_in_is_still_shown_and_removed(world: World) -> None:
    board = world.workspace("Board", members=["member"])
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).ends_at = clock.now()
    at, owner = f"/api/v1/workspaces/{board}/members/member", world.token("author")

    assert world.app.test_client().get(at, headers=owner).json["role"] == "contributor"
    assert world.app.test_client().delete(at, headers=owner).status_code == 204
    assert world.app.test_client().get(at, headers=owner).status_code == 404


def test_joining_and_asking(world: World) -> None:
    opened, closed = world.workspace("Open"), world.workspace("Closed", visibility="closed")
    client, headers = world.app.test_client(), world.token("member")
    assert _json(client.post(f"/api/v1/workspaces/{opened}/join", headers=headers))["role"] == "contributor"
    asked = client.post(f"/api/v1/workspaces/{closed}/requests", json={"message": "hi"}, headers=headers)
    assert asked.status_code == 204
    assert client.get(f"/api/v1/workspaces/{closed}/requests", headers=headers).status_code == 404
    owner = world.token("author")
    waiting = _json(client.get(f"/api/v1/workspaces/{closed}/requests", headers=owner))["items"][0]
    assert (waiting["account"]["handle"], waiting["message"]) == ("member", "hi")
    let_in = f"/api/v1/workspaces/{closed}/requests/{waiting['id']}/acceptance"
    assert _json(client.post(let_in, json={}, headers=owner), 201)["role"] == "contributor"


def test_lists_go_on_by_cursor(world: World) -> None:
    for name in ("A", "B", "C"):
        world.workspace(name)
    client, names, cursor = world.as_("author"), [], ""
    for _ in range(4):
        found = _json(
            client.get(
                f"/api/v1/workspaces?limit=1&cursor={cursor}" if cursor else "/api/v1/workspaces?limit=1"
            )
        )
        names += [item["name"] for item in found["items"]]
        cursor = found["next"] or cursor
    assert names == ["A", "B", "Blog", "C"]


def test_unknown_fields_and_foreign_roles_are_refused(world: World) -> None:
    slug, headers = world.workspace("Crane"), world.token("author")
    client = world.app.test_client()
    for body in ({"slug": "other"}, {"everyone_writes": True}, {"visibility": "public"}):
        assert client.patch(f"/api/v1/workspaces/{slug}", json=body, headers=headers).status_code == 422

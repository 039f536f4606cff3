"""``/api/v1/accounts``: for employees a directory, for administrators with the scope the management."""

from datetime import timedelta
from typing import Any

import pytest

from collab import clock
from collab.auth.models import Account
from tests.cast import STRANGER, World

NEW = {"name": "Nina New", "email": "nina@example.com"}
PRIVATE = ("email", "status", "is_admin", "ends_at", "created_at", "seen_at")


class Program:
    """A program with one token."""

    def __init__(self, world: World, who: str, *scopes: str) -> None:
        self.client, self.headers = world.as_(STRANGER), world.token(who, *scopes)

    def __call__(self, method: str, path: str, json: Any = None, **headers: str) -> Any:
        url = f"/api/v1/{path}"
        return self.client.open(url, method=method, json=json, headers={**self.headers, **headers})


@pytest.fixture
def admin(world: World) -> Program:
    return Program(world, "admin", "read", "write", "admin")


def _id(program: Program, name: str) -> str:
    [found] = program("GET", f"accounts?q={name}").json["items"]
    return str(found["id"])


def test_employees_find_people_and_nothing_private(world: World) -> None:
    program = Program(world, "colleague")
    items = program("GET", "accounts").json["items"]
    assert {item["name"] for item in items} == {"Admin", "Author", "Colleague", "Guest", "Member", "Rival"}
    assert all(item[name] is None for item in items for name in PRIVATE)
    assert next(item["firm"]["name"] for item in items if item["name"] == "Guest") == "Muster GmbH"
    one = program("GET", f"accounts/{_id(program, 'author')}")
    assert one.json["name"] == "Author"
    assert one.json["email"] is None


@pytest.mark.parametrize("query", ["status=suspended", "admin=1", "sort=seen"])
def test_employees_cannot_ask_for_what_they_do_not_see(world: World, query: str) -> None:
    assert Program(world, "colleague")("GET", f"accounts?{query}").status_code == 422


def test_who_is_suspended_is_gone_for_employees(world: World, admin: Program) -> None:
    author = _id(admin, "author")
    admin("PUT", f"accounts/{author}/suspension", {"reason": "Left"})
    assert Program(world, "colleague")("GET", f"accounts/{author}").status_code == 404
    assert admin("GET", "accounts?status=suspended").json["items"][0]["id"] == author


def test_guests_find_nothing(world: World) -> None:
    admin, guest = Program(world, "admin", "admin"), Program(world, "guest")
    known = _id(admin, "author")
    for method, path in (
        ("GET", "accounts"),
        ("GET", f"accounts/{known}"),
        ("POST", "accounts"),
        ("PATCH", f"accounts/{known}"),
        ("PUT", f"accounts/{known}/suspension"),
        ("DELETE", f"accounts/{known}/suspension"),
        ("GET", "firms"),
        ("POST", "firms"),
    ):
        assert guest(method, path, {}).status_code == 404, (method, path)


@pytest.mark.parametrize(
    ("who", "scopes", "status"),
    [("colleague", ("read", "write"), 404), ("admin", ("read", "write"), 403), ("admin", ("admin",), 201)],
)
def test_managing_takes_an_administrator_and_the_scope(
    world: World, who: str, scopes: tuple[str, ...], status: int
) -> None:
    program = Program(world, who, *scopes)
    assert program("POST", "accounts", NEW).status_code == status
    private = program("GET", "accounts").json["items"][0]["email"]
    assert (private is not None) == (status == 201)


def test_an_account_from_beginning_to_end(world: World, admin: Program) -> None:
    made = admin("POST", "accounts", NEW | {"password": "many good words"})
    assert made.status_code == 201
    path = made.headers["Location"].split("/api/v1/")[1]
    assert admin("GET", path).json == made.json
    assert "password" not in made.json

    changed = admin("PATCH", path, {"name": "Nina Newer"})
    assert (changed.json["name"], changed.json["email"]) == ("Nina Newer", "nina@example.com")
    stale = admin("PATCH", path, {"name": "Late"}, **{"If-Match": made.headers["ETag"]})
    assert stale.status_code == 412
    fresh = admin("PATCH", path, {"is_admin": True}, **{"If-Match": changed.headers["ETag"]})
    assert fresh.json["is_admin"] is True

    assert admin("PUT", f"{path}/suspension", {"reason": "Left"}).json["status"] == "suspended"
    assert admin("PUT", f"{path}/suspension", {}).json["status"] == "suspended"
    assert admin("DELETE", f"{path}/suspension").json["status"] == "active"


def test_the_same_request_twice_makes_one_account(admin: Program) -> None:
    first, second = (admin("POST", "accounts", NEW, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "x"}, "email"),
        ({"email": "author@example.com"}, "email"),
        ({"name": ""}, "name"),
        ({"ends_at": "2001-01-01T00:00:00Z"}, "ends_at"),
        ({"firm": "x", "kind": "guest"}, "firm"),
        ({"kind": "guest", "is_admin": True}, "is_admin"),
        ({"status": "locked"}, "status"),
        ({"password": "short"}, "password"),
    ],
)
def test_a_refused_account_says_which_field(admin: Program, body: dict[str, object], field: str) -> None:
    answer = admin("POST", "accounts", NEW | body)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == field
    assert admin("GET", "accounts?q=nina").json["items"] == []


def test_the_last_administrator_stays(admin: Program) -> None:
    me = _id(admin, "admin")
    assert admin("PATCH", f"accounts/{me}", {"is_admin": False}).status_code == 400
    assert admin("PUT", f"accounts/{me}/suspension", {}).status_code == 400
    assert admin("GET", f"accounts/{me}").json["is_admin"] is True


def test_the_list_goes_on_by_its_cursor(world: World, admin: Program) -> None:
    names: list[str] = []
    path = "accounts?limit=4"
    while path:
        answer = admin("GET", path).json
        names += [item["name"] for item in answer["items"]]
        path = f"accounts?limit=4&cursor={answer['next']}" if answer["next"] else ""
    assert names == sorted(names)
    assert len(names) == 6
    assert admin("GET", "accounts?cursor=nonsense").status_code == 422


def test_statements_of_the_list_do_not_grow(world: World, admin: Program) -> None:
    def statements() -> int:
        return int(admin("GET", "accounts").headers["X-Collab-Statements"])

    statements()  # the first use of a token is noted
    few = statements()
    world.account("Zoe")
    world.account("Yan")
    assert statements() == few <= 8


def test_firms_by_the_api(admin: Program) -> None:
    made = admin("POST", "firms", {"name": "Nordlicht", "domains": ["nordlicht.de"]})
    assert made.status_code == 201
    firm = made.json["id"]
    assert admin("PUT", f"firms/{firm}", {"name": "Polarlicht"}).json["domains"] == []
    guest = admin("POST", "accounts", NEW | {"kind": "guest", "firm": firm}).json
    assert guest["firm"]["name"] == "Polarlicht"
    assert guest["ends_at"] is not None
    listed = {item["name"]: item["guests"] for item in admin("GET", "firms").json["items"]}
    assert listed == {"Muster GmbH": 1, "Rivale AG": 1, "Polarlicht": 1}


def test_guests_are_found_by_contact_firm_and_end(world: World, admin: Program) -> None:
    with world.system() as db:
        guest, rival = (db.get_one(Account, world.account_id(who)) for who in ("guest", "rival"))
        guest.sponsor_id = world.account_id("author")
        guest.ends_at, rival.ends_at = (clock.now() + timedelta(days=days) for days in (10, 40))
    author = _id(admin, "author")
    [found] = admin("GET", f"accounts?sponsor={author}").json["items"]
    assert (found["name"], found["sponsor"], found["is_lead"]) == (
        "Guest",
        {"id": author, "name": "Author"},
        False,
    )
    in_20_days = (clock.now() + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for query, names in (
        (f"firm={found['firm']['id']}", ["Guest"]),
        (f"ends_before={in_20_days}", ["Guest"]),
        ("kind=guest&sort=ends", ["Guest", "Rival"]),
        ("status=no_sponsor", ["Rival"]),
    ):
        assert [item["name"] for item in admin("GET", f"accounts?{query}").json["items"]] == names
    for query in (f"sponsor={author}", f"ends_before={in_20_days}", "lead=1", "seen=never"):
        assert Program(world, "colleague")("GET", f"accounts?{query}").status_code == 422


def test_a_program_ends_all_access_of_a_firm_and_gives_it_back(world: World, admin: Program) -> None:
    [firm] = admin("GET", "firms?q=muster").json["items"]
    path = f"firms/{firm['id']}"
    assert admin("GET", path).json == firm
    assert admin("PUT", f"{path}/end", {}).status_code == 422
    assert Program(world, "author")("PUT", f"{path}/end", {"reason": "x"}).status_code == 404

    ended = admin("PUT", f"{path}/end", {"reason": "Contract is over"})

    assert (ended.status_code, ended.json["guests"]) == (200, 1)
    assert admin("PUT", f"{path}/end", {"reason": "again"}).json["guests"] == 0
    assert [item["name"] for item in admin("GET", "accounts?status=ended").json["items"]] == ["Guest"]
    assert admin("DELETE", f"{path}/end").status_code == 200
    assert admin("GET", "accounts?status=ended").json["items"] == []
    assert admin("DELETE", f"{path}/end").status_code == 404

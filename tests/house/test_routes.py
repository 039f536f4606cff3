"""Every address declares the least person who may use it, and everybody below finds nothing there."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.routing import Rule

from collab.web import api, doors
from tests.cast import STRANGER, World
from tests.house.crawl import PASSING
from tests.house.routes import LEAST, LOOKED_AT

#: One person of each rank.
PEOPLE = {STRANGER: 0, "guest": 1, "member": 2, "admin": 3}


@pytest.fixture
def database() -> str:
    """Doors ask no database."""
    return "sqlite"


def test_the_table_is_what_the_doors_say(world: World) -> None:
    app = world.app
    assert {name: doors.least(app, name) for name in app.view_functions} == LEAST


def test_who_looks_as_a_guest_sees_what_the_table_says(world: World) -> None:
    """Whoever adds an address for guests says whether their sponsor may see it, or whether it is their own."""
    views = world.app.view_functions
    seen = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and LEAST[rule.endpoint] in ("anyone", "guest")
        and not views[rule.endpoint].own  # type: ignore[attr-defined]
        and not views[rule.endpoint].programs  # type: ignore[attr-defined]
    }
    assert seen == LOOKED_AT
    assert {name for name, view in views.items() if view.looking} == {"auth.logout", "looking.stop"}  # type: ignore[attr-defined]


def test_an_address_without_a_door_keeps_the_application_from_starting(world: World) -> None:
    app = Flask("careless")
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(RuntimeError, match="open"):
        doors.check_all_declared(app)


def _closed(world: World) -> Iterator[tuple[str, str, str, str]]:
    """(person, method, path, endpoint) of all that is not for the person."""
    arguments = {
        "public_id": "a" * 16, "file_id": "b" * 16, "post_id": "c" * 16, "name": "name", "slug": "slug",
        "handle": "handle", "account": "handle", "path": "some/path", "address": "2019/some", "key": "key",
        "kind": "like", "number": 1, "old": 1, "new": 2, "tree": "d" * 12, "kinds": "Users",
        "ticket": "e" * 43, "token": "t" * 43,
        "ref": "todo", "item_id": "h" * 16, "other_id": "i" * 16, "approval_id": "j" * 16,
        "grant_id": "f" * 16, "link_id": "g" * 16, "upload_id": "k" * 16,
    }  # fmt: skip
    for rule in world.app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            for who, rank in PEOPLE.items():
                if rank < doors.RANKS[LEAST[rule.endpoint]]:
                    yield who, method, _path(rule, arguments), rule.endpoint


def _path(rule: Rule, arguments: dict[str, object]) -> str:
    _, path = rule.build({name: arguments[name] for name in rule.arguments}) or ("", "")
    return path


def test_everybody_below_the_least_person_finds_nothing(world: World) -> None:
    wrong, asked = [], 0
    for who, method, path, endpoint in _closed(world):
        answer = world.as_(who).open(path, method=method)
        asked += 1
        if path.startswith("/scim/"):  # no cookie opens it: everybody is a stranger there
            well = answer.status_code == 401
        elif who != STRANGER:
            well = answer.status_code == 404
        elif path.startswith(api.PREFIX) or method != "GET":
            well = answer.status_code == 401
        else:
            well = answer.status_code == 303 and urlsplit(answer.headers["Location"]).path == "/login"
        if not well:
            wrong.append((who, method, endpoint, answer.status_code))
    assert wrong == []
    assert asked > 100


def test_what_a_person_below_finds_is_what_is_nowhere(world: World) -> None:
    guest = world.as_("guest")
    hidden, missing = guest.get("/admin/people"), guest.get("/admin/nothing")

    assert hidden.status_code == missing.status_code == 404
    told, nothing = (PASSING.sub("", answer.text) for answer in (hidden, missing))
    assert told.replace("/admin/people", "") == nothing.replace("/admin/nothing", "")


def test_a_program_does_no_more_than_its_token_says(world: World) -> None:
    client = world.app.test_client()
    reading, writing = world.token("admin", "read"), world.token("admin", "write")

    assert client.get("/api/v1/me", headers=reading).status_code == 200
    assert client.post("/api/v1/posts", headers=reading, json={"title": "T"}).status_code == 403
    assert client.post("/api/v1/posts", headers=writing, json={"title": "T"}).status_code == 201
    assert client.get("/api/v1/firms", headers=writing).status_code == 403
    assert client.get("/api/v1/firms", headers=world.token("admin", "admin")).status_code == 200

"""What RFC 7644 says of HTTP: who may ask, versions, errors, and that nothing breaks the service."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from collab import clock
from collab.auth.models import ApiToken
from collab.scim.views import LARGEST
from tests.cast import World
from tests.scim.conftest import ENTERPRISE, ERROR, GROUP, PATCH, USER, Directory

ADDRESSES = [
    "/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/Users", "/Groups", "/Users/x", "/Me",
]  # fmt: skip


def _is_scim_error(answer: TestResponse, status: int) -> bool:
    told = answer.get_json()
    same = (answer.status_code, told["status"], told["schemas"]) == (status, str(status), [ERROR])
    return same and answer.mimetype == "application/scim+json"


@pytest.mark.parametrize("path", ADDRESSES)
def test_only_a_token_for_the_directory_opens_it(world: World, path: str) -> None:
    client = world.app.test_client()
    tokens = [world.token("admin", "admin"), world.token("admin", "write"), world.token("member", "read")]
    wrong: list[dict[str, str]] = [{}, {"Authorization": "Bearer no"}, {"Authorization": "Basic eDp5"}]
    for headers in [*wrong, *tokens]:
        answer = client.get(f"/scim/v2{path}", headers=headers)
        assert _is_scim_error(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert _is_scim_error(world.as_("admin").get(f"/scim/v2{path}"), 401), "no cookie either"


def test_a_token_for_the_directory_opens_nothing_else(world: World) -> None:
    client, headers = world.app.test_client(), world.token("admin", "scim")
    world.post("Only inside")
    assert client.get("/api/v1/posts", headers=headers).get_json()["items"] == [], "as a stranger"
    for path in ("/api/v1/me", "/api/v1/accounts"):
        assert client.get(path, headers=headers).status_code == 401, path
    assert client.post("/api/v1/posts", headers=headers, json={"title": "T"}).status_code == 401
    key = headers["Authorization"].split()[1]
    assert "Only inside" not in client.get(f"/blog/feed.atom?key={key}").text


def test_two_tokens_live_side_by_side_and_end_one_by_one(world: World) -> None:
    old, new = Directory(world), Directory(world)
    assert old.ask("GET", "/Users").status_code == new.ask("GET", "/Users").status_code == 200
    with world.system() as db:
        tokens = db.scalars(select(ApiToken).order_by(ApiToken.id)).all()
        assert [token.used_at is not None for token in tokens] == [True, True]
        tokens[0].expires_at = clock.now() + timedelta(hours=1)
    with clock.shifted(timedelta(hours=2)):
        assert old.refused("GET", "/Users")[0] == 401
        assert new.ask("GET", "/Users").status_code == 200


def test_the_service_says_what_it_can_and_no_more(directory: Directory) -> None:
    can = directory.get("/ServiceProviderConfig")
    assert [can[name]["supported"] for name in ("patch", "filter", "sort", "etag")] == [True] * 4
    assert [can[name]["supported"] for name in ("bulk", "changePassword")] == [False] * 2
    assert directory.ask("POST", "/Bulk", {}).status_code == 501
    types = directory.get("/ResourceTypes")
    assert [(row["id"], row["endpoint"]) for row in types["Resources"]] == [
        ("User", "/Users"), ("Group", "/Groups"),
    ]  # fmt: skip
    schemas = {row["id"]: row for row in directory.get("/Schemas")["Resources"]}
    assert set(schemas) == {USER, GROUP, ENTERPRISE}
    assert "password" not in {attribute["name"] for attribute in schemas[USER]["attributes"]}
    assert directory.get(f"/Schemas/{USER}") == schemas[USER]
    assert directory.get("/ResourceTypes/Group") == types["Resources"][1]
    assert directory.refused("GET", "/Schemas/nothing")[0] == 404
    assert directory.refused("GET", '/Schemas?filter=id eq "x"')[0] == 403


def test_versions(directory: Directory) -> None:
    answer = directory.ask("POST", "/Users", {"schemas": [USER], "userName": "petra@example.com"})
    petra, version = answer.get_json(), answer.headers["ETag"]
    path = directory.path(petra)
    assert petra["meta"]["version"] == version
    assert answer.headers["Location"] == petra["meta"]["location"]
    assert directory.ask("GET", path, If_None_Match=version).status_code == 304
    title = {"Operations": [{"op": "replace", "path": "title", "value": "CTO"}]}
    assert directory.refused("PATCH", path, title, If_Match='W/"99"')[0] == 412
    assert directory.refused("PUT", path, petra, If_Match='W/"99"')[0] == 412
    assert directory.refused("DELETE", path, If_Match='"99"')[0] == 412
    changed = directory.ask("PATCH", path, title, If_Match=version)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != version
    assert directory.ask("GET", path, If_None_Match=version).status_code == 200
    inactive = {"Operations": [{"op": "replace", "path": "active", "value": False}]}
    after = directory.ask("PATCH", path, inactive, If_Match="*").headers["ETag"]
    assert after != changed.headers["ETag"]
    again = directory.ask("PATCH", path, inactive)
    assert again.headers["ETag"] == after, "what changes nothing makes no version"
    directory.group("Sales", petra)
    assert directory.ask("GET", path, If_None_Match=after).status_code == 200, "groups are told, too"
    assert directory.ask("DELETE", path, If_Match="*").status_code == 204


def test_errors_have_the_form_of_the_protocol(directory: Directory) -> None:
    for path in ("/Nothing", "/Users/nobody", "/Groups/nobody", "/Users/x/y", "/"):
        assert directory.refused("GET", path)[0] == 404
    assert directory.refused("DELETE", "/Users")[0] == 405
    assert directory.refused("GET", "/Me")[0] == 501
    for body in (b"", b"{", b"[]", b"7", b'{"a": NaN}', b"\xff\xfe", b'{"a":' * 3000, b"[" * 100000):
        answer = directory.client.post("/scim/v2/Users", data=body, headers=directory.headers)
        assert _is_scim_error(answer, 400)
        assert answer.get_json()["scimType"] == "invalidSyntax"
    large = directory.client.post("/scim/v2/Users", data=b" " * (LARGEST + 1), headers=directory.headers)
    assert _is_scim_error(large, 413)
    stranger = directory.client.post("/scim/v2/nothing", data=b"{}")
    assert _is_scim_error(stranger, 404)


REFUSED: list[tuple[dict[str, Any], tuple[int, str]]] = [
    ({}, (400, "invalidValue")),
    ({"userName": ""}, (400, "invalidValue")),
    ({"userName": "\u202e\x00"}, (400, "invalidValue")),
    ({"userName": "x" * 256}, (400, "invalidValue")),
    ({"userName": 7}, (400, "invalidValue")),
    ({"userName": "x", "externalId": "x" * 256}, (400, "invalidValue")),
    ({"userName": "x", "title": "x" * 70000}, (400, "invalidValue")),
    ({"userName": "x", "emails": "x@example.com"}, (400, "invalidValue")),
    ({"userName": "x", "active": "perhaps"}, (400, "invalidValue")),
    ({"userName": "taken@example.com"}, (409, "uniqueness")),
    ({"userName": "TAKEN@EXAMPLE.com"}, (409, "uniqueness")),
    ({"userName": "other", "emails": [{"value": "Taken@example.com"}]}, (409, "uniqueness")),
]


@pytest.mark.parametrize(("body", "told"), REFUSED)
def test_a_person_who_cannot_be_is_refused(
    directory: Directory, body: dict[str, Any], told: tuple[int, str]
) -> None:
    taken = directory.user("taken@example.com")
    status, scim_type = directory.refused("POST", "/Users", {"schemas": [USER], **body})
    assert (status, scim_type if body else "invalidValue") == told
    assert directory.get("/Users")["Resources"] == [taken]


def test_groups_that_cannot_be_are_refused(directory: Directory) -> None:
    sales = directory.group("Sales")
    for body, told in (
        ({"displayName": "SALES"}, (409, "uniqueness")),
        ({"displayName": " "}, (400, "invalidValue")),
        ({"displayName": "x" * 201}, (400, "invalidValue")),
        ({"displayName": "New", "members": [{"value": "nobody"}]}, (400, "invalidValue")),
        ({"displayName": "New", "members": [{"value": sales["id"]}]}, (400, "invalidValue")),
        ({"displayName": "New", "members": [{"display": "nameless"}]}, (400, "invalidValue")),
    ):
        assert directory.refused("POST", "/Groups", {"schemas": [GROUP], **body}) == told, body
    other = directory.group("Other")
    assert directory.refused("PUT", directory.path(other), {**other, "displayName": "sales"}) == (
        409, "uniqueness",
    )  # fmt: skip
    assert directory.ask("DELETE", directory.path(sales)).status_code == 204
    assert directory.refused("GET", directory.path(sales))[0] == 404
    assert directory.group("Sales")["id"] != sales["id"]


NAMES = st.sampled_from(
    ["schemas", "userName", "username", "externalId", "active", "name", "emails", "members", "displayName",
     "Operations", "op", "path", "value", "meta", "id", "groups", ENTERPRISE, "manager", "primary", "$ref",
     "filter", "count", "startIndex", "sortBy", "attributes", "type", "\x00", "\ud800", ""]
)  # fmt: skip
WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["add", "Replace", "remove", 'emails[type eq "work"].value', "members", "name.givenName",
                     'members[value eq "x"]', f"{ENTERPRISE}:manager", "\ud800", "\x00", "True", "", USER,
                     "schemas", "addresses[", "active", "2020-01-01T00:00:00Z", "e" * 300]),
)  # fmt: skip
JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.dictionaries(NAMES, JSON, max_size=6) | st.fixed_dictionaries(
    {"Operations": st.lists(st.fixed_dictionaries({"op": WORDS}, optional={"path": WORDS, "value": JSON}))}
)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_nothing_that_is_sent_breaks_the_service(directory: Directory) -> None:
    petra = directory.user()
    sales = directory.group("Sales", petra)
    ways = [("POST", "/Users"), ("POST", "/Groups"), ("POST", "/.search"), ("POST", "/Users/.search")]
    ways += [(method, directory.path(one)) for method in ("PUT", "PATCH") for one in (petra, sales)]

    @settings(max_examples=80, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(ways), BODIES, WORDS)
    def send(way: tuple[str, str], body: Any, words: str) -> None:
        method, path = way
        if method != "POST":
            body = {
                "schemas": [PATCH if method == "PATCH" else USER],
                "userName": "petra@example.com",
                **body,
            }
        answer = directory.client.open(
            f"/scim/v2{path}", method=method, data=json.dumps(body), headers=directory.headers
        )
        assert answer.status_code < 500, (method, path, body, answer.text)
        query = {"filter": words, "sortBy": words, "attributes": words, "count": words}
        for name, value in query.items():
            sent = {name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
            found = directory.client.get("/scim/v2/Users", query_string=sent, headers=directory.headers)
            assert found.status_code < 500, sent

    send()

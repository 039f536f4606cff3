"""A filter finds what it says and nothing else, whatever of it the database can tell."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from collab.db import statements
from tests.cast import World
from tests.scim.conftest import ENTERPRISE, Directory

PEOPLE = ("Anna@example.com", "bob@example.com", "çelik@example.com")


@pytest.fixture
def three(directory: Directory) -> Directory:
    anna = directory.user(
        PEOPLE[0], externalId="Id-A", title="Chief", displayName="Anna A",
        emails=[{"type": "work", "value": "Anna@example.com", "primary": True},
                {"type": "home", "value": "anna@home.example"}],
    )  # fmt: skip
    bob = directory.user(
        PEOPLE[1], externalId="id-a", title="chief of 100%", active=False,
        emails=[{"type": "work", "value": "bob@example.com"}], **{ENTERPRISE: {"department": "Sales"}},
    )  # fmt: skip
    directory.user(PEOPLE[2], displayName='Çelik "the" \\ Kid')
    directory.group("Sales", anna, bob)
    directory.group("support", bob, externalId="G-2")
    return directory


A, B, C = PEOPLE
ALL = set(PEOPLE)
FINDS: list[tuple[str, set[str]]] = [
    ('userName eq "ANNA@EXAMPLE.COM"', {A}),
    ('USERNAME Eq "anna@example.com"', {A}),
    ('userName ne "anna@example.com"', {B, C}),
    ('userName co "EXAMPLE"', ALL),
    ('userName sw "ÇELIK"', {C}),
    ('userName ew ".org"', set()),
    ('userName co "%"', set()),
    ('userName co "_nna"', set()),
    ('userName gt "b"', {B, C}),
    ('userName le "bob@example.com"', {A, B}),
    ("userName pr", ALL),
    ('externalId eq "Id-A"', {A}),
    ('externalId eq "id-a"', {B}),
    ('externalId eq "ID-A"', set()),
    ("externalId pr", {A, B}),
    ("not (externalId pr)", {C}),
    ('not (externalId eq "Id-A")', {B, C}),
    ('externalId ne "Id-A"', {B, C}),
    ('externalId sw "Id"', {A}),
    ("externalId eq null", {C}),
    ('id eq "nobody"', set()),
    ("active eq true", {A, C}),
    ('active eq "False"', {B}),
    ("active ne true", {B}),
    ('title eq "CHIEF"', {A}),
    ('title co "100%"', {B}),
    ("title pr", {A, B}),
    ("not (title pr)", {C}),
    ('displayName eq "Çelik \\"the\\" \\\\ Kid"', {C}),
    ('emails eq "anna@home.example"', {A}),
    ('emails.value ew "home.example"', {A}),
    ('emails[type eq "work"].value eq "anna@example.com"', {A}),
    ('emails[type eq "work" and value eq "anna@home.example"]', set()),
    ('emails[type eq "home" and value co "ANNA@"]', {A}),
    ('emails[not (type eq "work")]', {A}),
    ("emails[primary eq true]", {A}),
    (f'{ENTERPRISE}:department eq "sales"', {B}),
    ('meta.created gt "2020-01-01T00:00:00Z"', ALL),
    ('meta.lastModified lt "2020-01-01T00:00:00+02:00"', set()),
    ('meta.lastModified gt "0001-01-01T00:00:00+14:00"', ALL),
    ('meta.resourceType eq "User"', ALL),
    ('schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', ALL),
    ('groups.display eq "support"', {B}),
    ("groups pr", {A, B}),
    ('userName eq "anna@example.com" or title co "100"', {A, B}),
    ("title pr and active eq true", {A}),
    ('userName sw "anna" or userName sw "bob" and active eq true', {A}),
    ('(userName sw "anna" or userName sw "bob") and active eq false', {B}),
    ('not (title pr or userName sw "bob")', {C}),
    ('not (title eq "chief") and not (active eq false)', {C}),
]


def test_a_filter_finds_what_it_says(three: Directory) -> None:
    wrong = {wanted: got for wanted, found in FINDS if (got := set(three.found(wanted))) != found}
    assert wrong == {}
    counts = {wanted: three.get("/Users", filter=wanted, count=0)["totalResults"] for wanted, _ in FINDS}
    assert counts == {wanted: len(found) for wanted, found in FINDS}


def test_groups_are_found_by_name_id_and_members(three: Directory) -> None:
    rows = three.get("/Users", filter='userName sw "anna"')["Resources"]
    anna, sales = rows[0]["id"], rows[0]["groups"][0]["value"]

    assert three.found('displayName eq "SUPPORT"', "Groups") == ["support"]
    assert three.found('externalId eq "G-2"', "Groups") == ["support"]
    assert three.found(f'members eq "{anna}"', "Groups") == ["Sales"]
    assert three.found(f'members[value eq "{anna}"]', "Groups") == ["Sales"]
    assert three.found(f'members[value eq "{anna}"] and displayName eq "support"', "Groups") == []
    assert three.found(f'id eq "{sales}"', "Groups") == ["Sales"]
    assert three.found("members pr", "Groups") == ["Sales", "support"]
    assert three.found(f'groups.value eq "{sales}"') == [A, B]
    assert three.found(f'groups[value eq "{sales}"] and active eq true') == [A]
    assert three.found(f'not (groups.value eq "{sales}")') == [C]


#: What would find everybody if it were left out (identity.md, trap 20).
BAD = [
    "userName eq", 'userName is "x"', 'eq "x"', 'userName eq "x', '(userName eq "x"', 'nothing eq "x"',
    'name.nothing eq "x"', 'urn:foo:bar:x eq "x"', "active gt true", 'active co "t"', 'active eq "perhaps"',
    'meta.created gt "yesterday"', 'userName[type eq "x"]', "not userName pr", 'password eq "x"',
    'userName eq "x" and', 'emails[type eq "work"', "\x00", "x" * 5000, " or ".join(['id eq "x"'] * 400),
    "(" * 3000,
]  # fmt: skip


def test_a_filter_that_is_not_understood_finds_nothing(three: Directory) -> None:
    for wanted in BAD:
        assert three.refused("GET", f"/Users?filter={quote(wanted)}") == (400, "invalidFilter"), wanted
        assert three.refused("POST", "/Users/.search", {"filter": wanted}) == (400, "invalidFilter"), wanted


def test_pages(three: Directory) -> None:
    def page(**query: Any) -> tuple[int, int, int, list[str]]:
        answer = three.get("/Users", **query)
        names = [row["userName"] for row in answer.get("Resources", [])]
        return answer["totalResults"], answer["startIndex"], answer["itemsPerPage"], names

    assert page() == (3, 1, 3, [A, B, C])
    assert page(startIndex=2, count=1) == (3, 2, 1, [B])
    assert page(startIndex=0, count=2) == (3, 1, 2, [A, B])
    assert page(startIndex=-5, count=-1) == (3, 1, 0, [])
    assert page(count=0) == (3, 1, 0, [])
    assert page(startIndex=1000000, count=5) == (3, 1000000, 0, [])
    assert page(startIndex=10**30)[3] == []
    assert page(filter="title pr", startIndex=2, count=1) == (2, 2, 1, [B])
    assert page(filter="title pr", count=0) == (2, 1, 0, [])
    assert three.refused("GET", "/Users?startIndex=first")[0] == 400


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"sortBy": "userName"}, [A, B, C]),
        ({"sortBy": "userName", "sortOrder": "descending"}, [C, B, A]),
        ({"sortBy": "meta.created", "sortOrder": "descending"}, [C, B, A]),
        ({"sortBy": "title", "sortOrder": "descending"}, [C, B, A]),
        ({"sortBy": "emails", "count": 1}, [A]),
        ({"sortBy": "title", "filter": "title pr"}, [A, B]),
    ],
)
def test_order(three: Directory, query: dict[str, Any], names: list[str]) -> None:
    assert [row["userName"] for row in three.get("/Users", **query)["Resources"]] == names


def test_an_order_that_there_is_not_is_refused(three: Directory) -> None:
    assert three.refused("GET", "/Users?sortBy=nothing") == (400, "invalidPath")
    assert three.refused("GET", "/Users?sortBy=name")[0] == 400


def test_only_the_attributes_that_are_asked_for(three: Directory) -> None:
    some = three.get("/Users", attributes="userName,emails.value")["Resources"][0]
    assert set(some) == {"schemas", "id", "userName", "emails"}
    assert set(some["emails"][0]) == {"value"}
    rest = three.get("/Groups", excludedAttributes="members")["Resources"][0]
    assert "members" not in rest
    assert rest["displayName"] == "Sales"
    one = three.get(f"/Users/{some['id']}", excludedAttributes="emails,groups")
    assert "emails" not in one
    assert "groups" not in one
    assert one["title"] == "Chief"
    assert three.refused("GET", "/Users?attributes=id&excludedAttributes=emails")[0] == 400


def test_search_by_post_is_the_same(three: Directory) -> None:
    body = {"filter": 'userName sw "b"', "attributes": ["userName"], "count": 5}
    answer = three.ask("POST", "/Users/.search", body).get_json()
    assert [row["userName"] for row in answer["Resources"]] == [B]
    everything = three.ask("POST", "/.search", {"startIndex": 3, "count": 2}).get_json()
    assert everything["totalResults"] == 5
    kinds = [row["meta"]["resourceType"] for row in everything["Resources"]]
    assert kinds == ["User", "Group"]
    both = three.ask("POST", "/.search", {"filter": 'meta.resourceType eq "Group"'}).get_json()
    assert both["totalResults"] == 2


def test_nobody_else_is_there(world: World, three: Directory) -> None:
    """Accounts by hand, guests and imported people: not in lists, counts, filters, or by id."""
    with world.system() as db:
        from_import = world.account  # a locked account, as an import makes it
    from_import("Locked", status="locked")
    assert three.get("/Users", count=0)["totalResults"] == 3
    for name in ("author", "guest", "locked"):
        assert three.found(f'userName eq "{name}@example.com"') == []
        assert three.found(f'emails.value eq "{name}@example.com"') == []
    assert json.dumps(three.get("/Users")).count("author@") == 0
    assert db is not None


def test_ten_thousand_people_are_listed_by_a_constant_number_of_statements(world: World) -> None:
    counts = []
    directory = Directory(world)
    for number in (1, 30):
        for n in range(number):
            one = directory.user(f"p{number}-{n}@example.com", title="T")
            directory.group(f"G{number}-{n}", one)
        for path in ("/Users", "/Groups", '/Users?filter=userName co "p"', "/Users?filter=title pr"):
            directory.ask("GET", path)
            counts.append(statements.get())
    assert counts[:4] == counts[4:]
    assert max(counts) <= 5

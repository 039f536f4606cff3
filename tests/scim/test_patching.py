"""PATCH in the shapes that Entra ID and Okta send, which are not always those of RFC 7644."""

from typing import Any

import pytest

from tests.scim.conftest import ENTERPRISE, PATCH, Directory

MANAGER = f"{ENTERPRISE}:manager"
WORK = {"type": "work", "value": "petra@example.com", "primary": True}


def _of(person: dict[str, Any], path: str) -> Any:
    for name in path.split("/"):
        person = person.get(name, {}) if isinstance(person, dict) else person[int(name)]
    return person or None


#: (operation, where to look, what stands there then)
SHAPES: list[tuple[dict[str, Any], str, Any]] = [
    ({"op": "Replace", "path": "displayName", "value": "P. P."}, "displayName", "P. P."),
    ({"op": "replace", "value": {"displayName": "P. P."}}, "displayName", "P. P."),
    ({"op": "Add", "value": {"name.givenName": "Pia", "title": "CTO"}}, "name/givenName", "Pia"),
    ({"op": "replace", "value": {"name": {"givenName": "Pia"}}}, "name/familyName", "Prov"),
    ({"op": "Replace", "path": "name.givenName", "value": "Pia"}, "name/givenName", "Pia"),
    ({"op": "replace", "path": "NAME.GIVENNAME", "value": "Pia"}, "name/givenName", "Pia"),
    ({"op": "Replace", "path": 'emails[type eq "work"].value', "value": "p@example.com"}, "emails/0/value",
     "p@example.com"),
    ({"op": "Add", "path": 'emails[type eq "home"].value', "value": "p@home.example"}, "emails/1/value",
     "p@home.example"),
    ({"op": "replace", "path": "emails", "value": [{"value": "only@example.com"}]}, "emails",
     [{"value": "only@example.com"}]),
    ({"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+49 1"}, "phoneNumbers",
     [{"type": "mobile", "value": "+49 1"}]),
    ({"op": "Add", "path": 'addresses[type eq "work"].locality', "value": "Kiel"}, "addresses/0/locality",
     "Kiel"),
    ({"op": "Add", "path": 'roles[primary eq "True"].value', "value": "editor"}, "roles/0/primary", True),
    ({"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Sales"}, f"{ENTERPRISE}/department", "Sales"),
    ({"op": "add", "value": {f"{ENTERPRISE}:department": "Sales"}}, f"{ENTERPRISE}/department", "Sales"),
    ({"op": "add", "value": {ENTERPRISE: {"department": "Sales"}}}, f"{ENTERPRISE}/department", "Sales"),
    ({"op": "Add", "path": MANAGER, "value": "abc"}, f"{ENTERPRISE}/manager/value", "abc"),
    ({"op": "Add", "path": MANAGER, "value": [{"$ref": "https://x.example/abc", "value": "abc"}]},
     f"{ENTERPRISE}/manager/value", "abc"),
    ({"op": "Replace", "value": {MANAGER: "abc"}}, f"{ENTERPRISE}/manager/value", "abc"),
    ({"op": "Replace", "value": {ENTERPRISE: {"manager": "abc"}}}, f"{ENTERPRISE}/manager/value", "abc"),
    ({"op": "Remove", "path": "title"}, "title", None),
    ({"op": "remove", "path": 'emails[type eq "work"]'}, "emails", None),
    ({"op": "replace", "path": "title", "value": None}, "title", None),
    ({"op": "replace", "path": "nobody.knows", "value": "this"}, "title", "Boss"),
    ({"op": "replace", "value": {"password": "secret", "title": "CTO"}}, "title", "CTO"),
    ({"op": "replace", "path": "userName", "value": "other@example.com"}, "userName", "other@example.com"),
    ({"op": "replace", "path": "externalId", "value": "X-2"}, "externalId", "X-2"),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "where", "there"), SHAPES)
def test_a_person_is_patched(directory: Directory, operation: dict[str, Any], where: str, there: Any) -> None:
    petra = directory.user(
        name={"givenName": "Petra", "familyName": "Prov"}, emails=[WORK], title="Boss", externalId="X-1"
    )

    changed = directory.patch(petra, operation)

    assert _of(changed, where) == there
    assert "password" not in str(changed)


@pytest.mark.parametrize("op", ["add", "Add", "ADD"])
@pytest.mark.parametrize("value", ["list", "one", "pathless"])
def test_members_are_added_in_any_shape_and_twice(directory: Directory, op: str, value: str) -> None:
    petra, quirin = directory.user(), directory.user("quirin@example.com")
    sales = directory.group("Sales", petra)
    one = {"value": quirin["id"]}
    operation: dict[str, Any] = {
        "list": {"op": op, "path": "members", "value": [one]},
        "one": {"op": op, "path": "members", "value": one},
        "pathless": {"op": op, "value": {"members": [one]}},
    }[value]

    for _ in range(2):
        members = directory.patch(sales, operation)["members"]
        assert {member["value"] for member in members} == {petra["id"], quirin["id"]}
    assert members[0]["$ref"].endswith(f"/Users/{members[0]['value']}")
    told = directory.get(directory.path(quirin))["groups"]
    assert [(group["value"], group["display"]) for group in told] == [(sales["id"], "Sales")]


def test_members_are_removed_in_any_shape_and_replaced(directory: Directory) -> None:
    people = [directory.user(f"{name}@example.com") for name in ("a", "b", "c", "d")]
    ids = [person["id"] for person in people]
    sales = directory.group("Sales", *people)

    def left(*operations: dict[str, Any]) -> set[str]:
        changed = directory.patch(sales, *operations)
        return {member["value"] for member in changed.get("members", [])}

    assert left({"op": "Remove", "path": f'members[value eq "{ids[0]}"]'}) == set(ids[1:])
    assert left({"op": "Remove", "path": "members", "value": [{"value": ids[1]}]}) == set(ids[2:])
    assert left({"op": "remove", "path": f'members[value eq "{ids[0]}"]'}) == set(ids[2:]), "not there: fine"
    assert left({"op": "Replace", "path": "members", "value": [{"value": ids[0]}]}) == {ids[0]}
    assert left({"op": "replace", "value": {"members": [{"value": i} for i in ids]}}) == set(ids)
    two = [{"op": "Remove", "path": f'members[value eq "{i}"]'} for i in ids[:2]]
    assert left(*two) == set(ids[2:])
    assert left({"op": "remove", "path": "members"}) == set()


def test_okta_renames_a_group(directory: Directory) -> None:
    sales = directory.group("Sales", directory.user())
    changed = directory.patch(
        sales, {"op": "replace", "value": {"id": sales["id"], "displayName": "Vertrieb"}}
    )
    assert (changed["displayName"], len(changed["members"])) == ("Vertrieb", 1)


#: operations -> scimType
REFUSED: list[tuple[Any, str]] = [
    ([{"op": "remove"}], "noTarget"),
    ([{"op": "move", "path": "title", "value": "x"}], "invalidValue"),
    ([{"op": "replace", "path": "title["}], "invalidPath"),
    ([{"op": "replace", "path": "active", "value": "perhaps"}], "invalidValue"),
    ([{"op": "remove", "path": "userName"}], "mutability"),
    ([{"op": "remove", "path": "active"}], "mutability"),
    ([{"op": "replace", "path": "id", "value": "mine"}], "mutability"),
    ([{"op": "replace", "path": 'emails[type ne "work"].value', "value": "x"}], "noTarget"),
    ([{"op": "replace", "path": "name", "value": "Petra"}], "invalidValue"),
    ([], "invalidValue"),
    ("replace", "invalidSyntax"),
    ([7], "invalidValue"),
    ([{"op": "add", "path": "title", "value": "x"}] * 1001, "invalidValue"),
]


@pytest.mark.parametrize(("operations", "scim_type"), REFUSED)
def test_what_cannot_be_done_changes_nothing(directory: Directory, operations: Any, scim_type: str) -> None:
    petra = directory.user(title="Boss")
    first = {"op": "replace", "path": "title", "value": "Nobody"}
    given = [first, *operations] if isinstance(operations, list) and operations else operations

    told = directory.refused("PATCH", directory.path(petra), {"schemas": [PATCH], "Operations": given})

    assert told == (400, scim_type)
    assert directory.get(directory.path(petra)) == petra

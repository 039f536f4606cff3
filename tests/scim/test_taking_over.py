"""Whose account it is: employees of the directory, never guests, and no way to become administrator."""

from typing import Any

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity import Event
from collab.auth import directory as kept
from collab.auth.models import Account, Group, Password
from tests.cast import World
from tests.scim.conftest import ENTERPRISE, USER, Directory


def _kinds(world: World, account_id: int) -> list[str]:
    with world.context.read() as db:
        return list(db.scalars(select(Event.kind).where(Event.subject_id == account_id).order_by(Event.id)))


def _account(world: World, account_id: int) -> Account:
    with world.context.read() as db:
        return db.get_one(Account, account_id)


def test_a_person_gets_an_account_with_what_the_directory_knows(world: World, directory: Directory) -> None:
    body: dict[str, Any] = {
        "externalId": "E-1", "title": "Buyer", "preferredLanguage": "de-DE", "timezone": "Europe/Vienna",
        "name": {"givenName": "Petra", "familyName": "Prov"}, "nickName": "Pe", "userType": "Employee",
        "emails": [{"value": "home@home.example", "type": "home"},
                   {"value": "petra.prov@example.com", "type": "work", "primary": True}],
        "addresses": [{"type": "work", "locality": "Wien"}], "phoneNumbers": [{"value": "1", "type": "work"}],
        ENTERPRISE: {"department": "Purchase", "employeeNumber": "77"},
        "password": "Do not keep me 1", "photos": [{"value": "https://x.example/p.jpg", "type": "photo"}],
    }  # fmt: skip
    made = directory.user("pp", **body)

    with world.context.read() as db:
        account = db.scalars(select(Account).where(Account.email_key == "petra.prov@example.com")).one()
        assert db.scalars(select(Password).where(Password.account_id == account.id)).all() == []
    assert (account.name, account.kind, account.status) == ("Petra Prov", "employee", "active")
    assert (account.title, account.location) == ("Buyer", "Wien")
    assert (account.locale, account.timezone) == ("de", "Europe/Vienna")
    read = directory.get(directory.path(made))
    assert {name: read[name] for name in body if name != "password"} == {
        name: value for name, value in body.items() if name != "password"
    }
    assert "password" not in read
    assert _kinds(world, account.id) == ["account.created"]


def test_changes_reach_the_account_and_the_persons_own_choices_stay(
    world: World, directory: Directory
) -> None:
    member = world.account_id("member")
    made = directory.user("member@example.com", title="Buyer")
    directory.patch(made, {"op": "replace", "value": {"displayName": "Mia", "preferredLanguage": "de"}})
    directory.patch(made, {"op": "replace", "path": "emails", "value": [{"value": "mia@example.com"}]})
    account = _account(world, member)
    assert (account.name, account.email_key, account.locale) == ("Mia", "mia@example.com", "en")
    directory.patch(made, {"op": "remove", "path": "emails"}, {"op": "remove", "path": "title"})
    account = _account(world, member)
    assert (account.email_key, account.title) == ("member@example.com", "")


def test_the_account_of_an_employee_is_taken_over(world: World, directory: Directory) -> None:
    member = world.account_id("member")
    made = directory.user("m.member", emails=[{"value": "MEMBER@example.com", "primary": True}])

    assert _kinds(world, member)[-2:] == ["scim.adopted", "account.changed"]
    assert world.as_("member").get("/account/").status_code == 200, "nobody is signed out by it"
    directory.patch(made, {"op": "replace", "path": "active", "value": False})
    assert world.as_("member").get("/account/").status_code == 303


def test_an_imported_person_who_works_here_gets_access(world: World, directory: Directory) -> None:
    old = world.account("Otto", status="locked")
    directory.user("otto@example.com")
    assert _account(world, old).status == "active"


@pytest.mark.parametrize("who", ["guest", "rival"])
def test_a_guest_is_never_taken_over(world: World, directory: Directory, who: str) -> None:
    before = _account(world, world.account_id(who))
    body = {"schemas": [USER], "userName": f"{who.upper()}@example.com", "displayName": "Employee"}

    assert directory.refused("POST", "/Users", body) == (409, "uniqueness")
    petra = directory.user()
    stolen = {"Operations": [{"op": "replace", "path": "emails", "value": [{"value": f"{who}@example.com"}]}]}
    assert directory.refused("PATCH", directory.path(petra), stolen) == (409, "uniqueness")
    after = _account(world, world.account_id(who))
    assert (after.kind, after.name, after.email) == (before.kind, before.name, before.email)


def test_who_becomes_a_guest_is_gone_for_the_directory(world: World, directory: Directory) -> None:
    made = directory.user("member@example.com")
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).kind = "guest"
    assert directory.refused("GET", directory.path(made))[0] == 404
    assert directory.get("/Users")["totalResults"] == 0


def test_the_directory_cannot_give_an_administrator_another_address(
    world: World, directory: Directory
) -> None:
    """By a mail to it, whoever holds the token would become administrator."""
    admin = world.account_id("admin")
    made = directory.user("admin@example.com", displayName="Admin")
    directory.patch(made, {"op": "replace", "path": "emails", "value": [{"value": "evil@example.com"}]})
    assert _account(world, admin).email_key == "admin@example.com"
    assert "scim.refused" in _kinds(world, admin)


def test_a_provider_finds_people_by_the_directorys_own_id(world: World, directory: Directory) -> None:
    petra = directory.user(externalId="oid-1")
    directory.user("admin@example.com", externalId="oid-admin")
    for name in ("twin1@example.com", "twin2@example.com"):
        directory.user(name, externalId="oid-twin")

    def found(value: str) -> str | None:
        with world.context.read() as db:
            account = kept.account_by_external_id(db, value)
            return account.email if account else None

    assert found("oid-1") == "petra@example.com"
    assert found("OID-1") is None, "ids are compared letter by letter"
    assert found("oid-admin") is None, "no token makes an administrator"
    assert found("oid-twin") is None, "two people are nobody"
    assert found("") is None
    directory.ask("DELETE", directory.path(petra))
    assert found("oid-1") is None


def test_only_groups_of_the_directory_are_there_for_it(world: World, directory: Directory) -> None:
    with world.system() as db:
        db.add(Group(name="By hand", managed_by="local", created_at=clock.now()))
    assert directory.get("/Groups")["totalResults"] == 0
    directory.group("By hand")
    assert directory.found("displayName pr", "Groups") == ["By hand"]
    with world.context.read() as db:
        assert sorted(db.scalars(select(Group.managed_by).where(Group.name == "By hand"))) == [
            "local",
            "scim",
        ]

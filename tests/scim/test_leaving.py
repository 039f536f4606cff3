"""Who leaves the company is out at once, everywhere; who comes back finds what was theirs."""

from typing import Any

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity import Event
from collab.auth import services as accounts
from collab.auth import sessions
from collab.auth.models import Account, ApiToken
from collab.auth.sessions import Browser, Proof
from collab.workspaces.models import Membership, Workspace
from tests.auth.issuer.conftest import Tool
from tests.cast import Client, World
from tests.scim.conftest import Directory


def _events(world: World, kind: str) -> list[dict[str, Any]]:
    with world.context.read() as db:
        return list(db.scalars(select(Event.data).where(Event.kind == kind)))


def _account(world: World, email: str) -> Account:
    with world.context.read() as db:
        return db.scalars(select(Account).where(Account.email_key == email)).one()


ALL, NONE = (True,) * 4, (False,) * 4


def _ways_in(world: World, account: Account) -> Any:
    """Do a browser, a program, a feed reader and another tool of the company still come in?"""
    tool = Tool(world)
    with world.context.write.begin() as db:
        viewer = accounts.viewer_of(db, account.id)
        person = db.get_one(Account, account.id)
        browser = world.app.test_client()
        assert isinstance(browser, Client)
        cookie, _ = sessions.start(db, viewer.me, Proof(["pwd"]), Browser(), days=7)
        token = accounts.create_token(db, viewer, person, "program", ["read"])
        key = accounts.create_token(db, viewer, person, "reader", ["feed"])
    browser.set_cookie("collab", cookie)
    granted = tool.tokens(browser)
    program = world.app.test_client()
    world.post("Only inside")
    return lambda: (
        browser.get("/account/").status_code == 200,
        program.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200,
        "Only inside" in program.get(f"/blog/feed.atom?key={key}").text,
        tool.works(granted),
    )


SPELLINGS: list[dict[str, Any]] = [
    {"op": "replace", "path": "active", "value": False},
    {"op": "Replace", "path": "active", "value": "False"},
    {"op": "REPLACE", "path": "Active", "value": "false"},
    {"op": "Add", "path": "active", "value": "FALSE"},
    {"op": "replace", "value": {"active": False}},
    {"op": "Replace", "value": {"active": "False"}},
    {"op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:active", "value": False},
]


@pytest.mark.parametrize("operation", SPELLINGS)
def test_inactive_in_any_spelling_ends_every_way_in(
    world: World, directory: Directory, operation: dict[str, Any]
) -> None:
    petra = directory.user()
    ways = _ways_in(world, _account(world, "petra@example.com"))
    assert ways() == ALL

    assert directory.patch(petra, operation)["active"] is False

    assert ways() == NONE


def test_inactive_by_put_ends_every_way_in_and_active_again_opens_the_account(
    world: World, directory: Directory
) -> None:
    petra = directory.user()
    with world.system() as db:
        person = db.scalars(select(Account.id).where(Account.email_key == "petra@example.com")).one()
        place = Workspace(slug="secret", name="Secret", visibility="secret", created_at=clock.now())
        db.add(place)
        db.flush()
        db.add(Membership(workspace_id=place.id, account_id=person, role="reader", created_at=clock.now()))
    ways = _ways_in(world, _account(world, "petra@example.com"))
    assert ways() == ALL

    answer = directory.ask("PUT", directory.path(petra), {**petra, "active": "False"})

    assert answer.get_json()["active"] is False
    assert ways() == NONE
    directory.patch(petra, {"op": "Replace", "path": "active", "value": "True"})
    assert ways() == NONE, "what was ended stays ended"
    assert _account(world, "petra@example.com").status == "active"
    with world.system() as db:
        kept = db.scalars(select(Membership.role).where(Membership.account_id == person)).all()
    assert kept == ["reader"], "the person finds the workspaces as before"


def test_a_deleted_person_is_suspended_and_their_id_is_gone(world: World, directory: Directory) -> None:
    petra = directory.user()
    ways = _ways_in(world, _account(world, "petra@example.com"))
    sales = directory.group("Sales", petra)

    assert directory.ask("DELETE", directory.path(petra)).status_code == 204

    assert ways() == NONE
    for method in ("GET", "DELETE", "PUT", "PATCH"):
        assert directory.refused(method, directory.path(petra), {} if method[0] == "P" else None)[0] == 404
    assert directory.found('userName eq "petra@example.com"') == []
    assert "members" not in directory.get(directory.path(sales))
    assert _account(world, "petra@example.com").status == "suspended"
    assert _events(world, "scim.released") == [{}], "no name or address stays in the log"


@pytest.mark.parametrize("name", ["petra@example.com", "PETRA@Example.com"])
def test_who_comes_back_gets_the_same_account(world: World, directory: Directory, name: str) -> None:
    petra = directory.user()
    before = _account(world, "petra@example.com")
    directory.ask("DELETE", directory.path(petra))

    again = directory.user(name)

    assert again["id"] != petra["id"]
    after = _account(world, "petra@example.com")
    assert (after.id, after.status) == (before.id, "active")


def test_who_comes_back_without_an_address_is_known_by_the_user_name(
    world: World, directory: Directory
) -> None:
    first = directory.user("p.prov", displayName="Petra")
    directory.ask("DELETE", directory.path(first))
    directory.user("P.PROV", displayName="Petra Again")

    with world.context.read() as db:
        assert db.scalars(select(Account.name).where(Account.name.startswith("Petra"))).all() == [
            "Petra Again"
        ]


def test_an_address_that_was_given_to_somebody_new_does_not_open_the_old_account(
    world: World, directory: Directory
) -> None:
    """An administrator changes the old account's address; the user name alone is no proof then."""
    old = directory.user()
    directory.ask("DELETE", directory.path(old))
    with world.system() as db:
        account = db.scalars(select(Account).where(Account.email_key == "petra@example.com")).one()
        account.email = account.email_key = "former@example.com"

    directory.user()

    assert _account(world, "former@example.com").status == "suspended"
    assert _account(world, "petra@example.com").status == "active"


def test_the_last_administrator_stays(world: World, directory: Directory) -> None:
    admin = directory.user("admin@example.com", displayName="Admin")

    answer = directory.ask(
        "PATCH", directory.path(admin), {"Operations": [{"op": "replace", "path": "active", "value": False}]}
    )

    assert (answer.status_code, answer.get_json()["active"]) == (200, True)
    assert directory.ask("DELETE", directory.path(admin)).status_code == 204
    assert world.as_("admin").get("/admin/people").status_code == 200
    assert _events(world, "scim.refused") == [{"reason": "last_admin"}] * 2
    page = world.as_("admin").get("/admin/audit/?kind=scim.refused").text
    assert "the last administrator stays" in page


def test_an_administrator_who_is_not_the_last_can_be_suspended(world: World, directory: Directory) -> None:
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).is_admin = True
    member = directory.user("member@example.com", displayName="Member", active=True)

    assert directory.patch(member, {"op": "replace", "path": "active", "value": False})["active"] is False
    assert world.as_("admin").get("/admin/people").status_code == 200


def test_a_token_of_a_suspended_administrator_opens_nothing(world: World, directory: Directory) -> None:
    with world.system() as db:
        for token in db.scalars(select(ApiToken)):
            token.revoked_at = clock.now()
    assert directory.refused("GET", "/Users")[0] == 401

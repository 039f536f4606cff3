"""Groups with a role in a workspace: memberships come and go with them, and nothing else does."""

import pytest
from sqlalchemy import select

from collab.auth import groups
from collab.auth.models import Account
from collab.workspaces.models import Membership, Workspace
from tests.cast import World


@pytest.fixture
def place(world: World) -> str:
    return world.workspace("Board", visibility="secret", members=["member"])


def _are(world: World, who: str, *names: str) -> None:
    with world.acting("admin") as (db, viewer):
        account = db.get_one(Account, world.account_id(who))
        groups.set_groups_of(db, viewer, account, names, "provider:company")
    world.drain()


def _give(world: World, place: str, name: str, role: str = "contributor", who: str = "author") -> int:
    page = world.as_(who).get(f"/w/{place}/groups").text
    if f">{name} ·" not in page:
        return 404
    option = page.partition(f">{name} ·")[0].rpartition('value="')[2].partition('"')[0]
    return world.as_(who).send(f"/w/{place}/groups", {"group": option, "role": role}).status_code


def _roles(world: World, place: str) -> dict[str, tuple[str, str]]:
    query = (
        select(Account.handle, Membership.role, Membership.origin)
        .join(Membership, Membership.account_id == Account.id)
        .join(Workspace, Workspace.id == Membership.workspace_id)
        .where(Workspace.slug == place)
    )
    with world.looking() as (db, _):
        return {handle: (role, origin) for handle, role, origin in db.execute(query)}


BY_HAND = {"author": ("owner", "hand"), "member": ("contributor", "hand")}


def test_who_is_in_the_group_reads_and_who_leaves_it_does_not(world: World, place: str) -> None:
    _are(world, "colleague", "board")
    assert world.as_("colleague").get(f"/w/{place}/").status_code == 404
    assert _give(world, place, "board") == 303
    assert world.as_("colleague").get(f"/w/{place}/").status_code == 200
    _are(world, "colleague")
    assert world.as_("colleague").get(f"/w/{place}/").status_code == 404
    assert _roles(world, place) == BY_HAND


def test_who_comes_into_the_group_later_belongs_too(world: World, place: str) -> None:
    _are(world, "admin", "board")
    _give(world, place, "board", "reader")
    _are(world, "colleague", "board")
    assert _roles(world, place)["colleague"] == ("reader", "groups")
    world.drain()
    assert _roles(world, place)["colleague"] == ("reader", "groups")


def test_a_membership_by_hand_stays_as_it_is(world: World, place: str) -> None:
    _are(world, "member", "board")
    _give(world, place, "board", "reader")
    assert _roles(world, place) == BY_HAND
    _are(world, "member")
    assert _roles(world, place) == BY_HAND


def test_of_two_groups_the_better_role_holds(world: World, place: str) -> None:
    _are(world, "colleague", "board", "press")
    _give(world, place, "press", "reader")
    assert _roles(world, place)["colleague"] == ("reader", "groups")
    _give(world, place, "board", "contributor")
    assert _roles(world, place)["colleague"] == ("contributor", "groups")
    _are(world, "colleague", "press")
    assert _roles(world, place)["colleague"] == ("reader", "groups")


def test_taking_the_role_takes_what_it_gave(world: World, place: str) -> None:
    _are(world, "colleague", "board")
    _give(world, place, "board")
    page = world.as_("author").get(f"/w/{place}/groups").text
    address = page.partition("/remove")[0].rpartition('action="')[2] + "/remove"
    assert world.as_("author").send(address).status_code == 303
    assert _roles(world, place) == BY_HAND
    assert world.as_("author").send(address).status_code == 303


def test_what_a_group_gives_is_not_taken_one_by_one(world: World, place: str) -> None:
    _are(world, "colleague", "board")
    _give(world, place, "board")
    world.as_("author").send(f"/w/{place}/members/colleague/remove")
    world.as_("colleague").send(f"/w/{place}/leave")
    assert _roles(world, place)["colleague"] == ("contributor", "groups")


def test_a_role_that_an_owner_gives_by_hand_does_not_go_with_the_group(world: World, place: str) -> None:
    _are(world, "colleague", "board")
    _give(world, place, "board")
    world.as_("author").send(f"/w/{place}/members/colleague", {"role": "owner"})
    _are(world, "colleague")
    assert _roles(world, place)["colleague"] == ("owner", "hand")


def test_who_is_removed_by_hand_is_back_by_the_group(world: World, place: str) -> None:
    _are(world, "member", "board")
    _give(world, place, "board", "reader")
    world.as_("author").send(f"/w/{place}/members/member/remove")
    assert "member" not in _roles(world, place)
    world.drain()
    assert _roles(world, place)["member"] == ("reader", "groups")


def test_only_owners_deal_with_groups(world: World, place: str) -> None:
    _are(world, "colleague", "board")
    for who, status in (("author", 200), ("member", 403), ("colleague", 404), ("admin", 404), ("guest", 404)):
        assert world.as_(who).get(f"/w/{place}/groups").status_code == status, who
    assert world.as_("member").send(f"/w/{place}/groups", {"group": "x", "role": "reader"}).status_code == 403
    assert world.as_("author").send(f"/w/{place}/groups", {"group": "x", "role": "reader"}).status_code == 404
    assert world.as_("author").send(f"/w/{place}/groups", {"group": "x", "role": "owner"}).status_code == 422

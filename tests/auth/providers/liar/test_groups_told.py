"""What a provider's groups give, and what they can neither give nor take."""

from typing import Any

import pytest
from sqlalchemy import select

from collab.auth import groups
from collab.auth.models import Account, Group, GroupMember
from collab.viewer import ANONYMOUS
from tests.auth.providers.liar.conftest import Visiting, account, person, refused
from tests.auth.providers.liar.lies import ABSENT, knows, says
from tests.auth.providers.liar.provider import Lie
from tests.cast import World

# Groups ---------------------------------------------------------------------------------------

OVERAGE = {
    "_claim_names": {"groups": "src1"},
    "_claim_sources": {"src1": {"endpoint": "https://evil.example/"}},
}


@pytest.mark.parametrize(
    "told",
    [
        {"groups": ["others"]},
        {"groups": []},
        {"groups": "others"},
        {"groups": ["Staff"]},
        {"groups": {"staff": True}},
        {"groups": [["staff"]]},
        {"groups": ["staff-externals"]},
        {"groups": None},
        {},
        OVERAGE,
        {"roles": ["staff"]},
    ],
    ids=str,
)
def test_who_is_not_in_the_required_group_gets_no_account(
    shared: World, visiting: Visiting, told: dict[str, Any]
) -> None:
    visit = visiting(shared, known=None, creates_accounts=True, required_group="staff")
    before = visit.counted()
    person(visit, **told)
    refused(visit.come_in(), 403, "not_entitled")
    assert visit.counted() == before


def test_who_has_left_the_required_group_is_out(world: World, visiting: Visiting) -> None:
    visit = visiting(world, required_group="staff")
    person(visit, groups=["staff"])
    assert visit.come_in().status_code == 303
    person(visit, groups=["others"])
    refused(visit.come_in(), 403, "not_entitled")


def in_groups(world: World, who: str) -> set[str]:
    with world.system() as db:
        names = select(Group.name).join(GroupMember, GroupMember.group_id == Group.id)
        return set(db.scalars(names.where(GroupMember.account_id == world.account_id(who))))


def test_groups_that_are_not_told_are_not_taken_away(world: World, visiting: Visiting) -> None:
    """Entra ID leaves the claim out for people in more than 200 groups."""
    visit = visiting(world, required_group="staff")
    person(visit, groups=["staff", "sales"])
    visit.come_in()
    for silent in ({"groups": ABSENT}, {"groups": ABSENT, **OVERAGE}, {"groups": None}):
        person(visit, **silent)
        assert visit.come_in().status_code == 303
        assert in_groups(world, "member") == {"staff", "sales"}
    person(visit, groups=["staff"])
    visit.come_in()
    assert in_groups(world, "member") == {"staff"}


def test_groups_that_others_keep_are_left_alone(world: World, visiting: Visiting) -> None:
    visit = visiting(world)
    with world.system() as db:
        ours = groups.create(db, ANONYMOUS, "sales")
        groups.add(db, ANONYMOUS, ours, world.account_id("member"))
    person(visit, groups=[])
    visit.come_in()
    assert in_groups(world, "member") == {"sales"}


def is_admin(world: World, who: str) -> bool:
    with world.system() as db:
        return db.get_one(Account, world.account_id(who)).is_admin


def test_the_last_administrator_stays_one(world: World, visiting: Visiting) -> None:
    visit = visiting(world, admin_groups=["admins"])
    person(visit, groups=["admins"])
    visit.come_in()
    assert is_admin(world, "member")
    account(world, "admin", is_admin=False)
    person(visit, groups=["others"])
    assert visit.come_in().status_code == 303
    assert is_admin(world, "member")


def test_who_was_made_administrator_by_a_group_loses_it_with_the_group(
    world: World, visiting: Visiting
) -> None:
    visit = visiting(world, admin_groups=["admins"])
    person(visit, groups=["admins"])
    visit.come_in()
    assert is_admin(world, "member")
    person(visit, groups=[])
    visit.come_in()
    assert not is_admin(world, "member")


def test_groups_take_nothing_that_people_gave(world: World, visiting: Visiting) -> None:
    visit = visiting(world, known="admin", admin_groups=["admins"])
    person(visit, groups=["others"])
    visit.come_in()
    assert is_admin(world, "admin")


@pytest.mark.parametrize("told_by", ["userinfo", "ID token"])
def test_no_guest_becomes_administrator_by_a_claim(world: World, visiting: Visiting, told_by: str) -> None:
    visit = visiting(world, known="guest", admin_groups=["admins"])
    lie: Lie = knows(groups=["admins"]) if told_by == "userinfo" else says(groups=["admins"])
    visit.come_in(lie)
    assert not is_admin(world, "guest")
    with world.system() as db:
        assert db.get_one(Account, world.account_id("guest")).kind == "guest"


def test_a_provider_of_guests_makes_guests_only_and_only_for_a_time(world: World, visiting: Visiting) -> None:
    visit = visiting(world, known=None, audience="guests", creates_accounts=True, employee_groups=["staff"])
    person(visit, groups=["staff", "admins"])
    assert visit.come_in().status_code == 303
    with world.system() as db:
        made = db.scalars(select(Account).where(Account.name == "Erika Employee")).one()
        assert (made.kind, made.is_admin, made.ends_at is not None) == ("guest", False, True)

"""Who is this? An honest token about somebody whom Collab must not, or not so easily, let in."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab import clock
from collab.auth import groups
from collab.auth.models import Account, Group, GroupMember
from collab.auth.providers.models import Identity
from collab.viewer import ANONYMOUS
from tests.auth.providers.liar.conftest import Visit, Visiting, refused
from tests.auth.providers.liar.lies import ABSENT, knows, says
from tests.auth.providers.liar.provider import Lie
from tests.cast import World

ADDRESS = "member@example.com"
#: What is no ``true`` (JSON), though some languages take it for one.
NOT_TRUE = ["true", "True", "false", 1, 0, "1", [True], {"a": 1}, None, False, ABSENT]
OUR_DOMAIN = {"email_trust": "domains", "domains": ["example.com"]}


def person(visit: Visit, **claims: Any) -> None:
    told = visit.provider.person | claims
    visit.provider.person = {name: value for name, value in told.items() if value is not ABSENT}


def account(world: World, who: str, **values: Any) -> None:
    with world.system() as db:
        row = db.get_one(Account, world.account_id(who))
        for name, value in values.items():
            setattr(row, name, value)


def email_keys(world: World) -> dict[str, str | None]:
    with world.system() as db:
        return {row.name: row.email_key for row in db.execute(select(Account.name, Account.email_key))}


# An address is no key -------------------------------------------------------------------------


def test_nobody_comes_in_uninvited(world: World, visiting: Visiting) -> None:
    visit = visiting(world, known=None)
    refused(visit.come_in(), 403, "not_invited")
    assert visit.is_in() is None


@pytest.mark.parametrize("trust", ["none", "claim"])
@pytest.mark.parametrize("creates", [True, False])
def test_an_equal_address_links_nobody(world: World, visiting: Visiting, trust: str, creates: bool) -> None:
    """nOAuth: whoever can write an address into a profile elsewhere would own the account here."""
    visit = visiting(world, known=None, email_trust=trust, creates_accounts=creates)
    before = visit.counted()
    person(visit, email=ADDRESS, email_verified=True)
    refused(visit.come_in(), 409, "account_exists")
    assert visit.is_in() is None
    assert visit.counted() == before


@pytest.mark.parametrize("verified", NOT_TRUE, ids=repr)
@pytest.mark.parametrize("creates", [True, False])
def test_only_true_is_true(shared: World, visiting: Visiting, verified: Any, creates: bool) -> None:
    """An address that is not proven does not even tell that somebody has it."""
    visit = visiting(shared, known=None, email_trust="claim", creates_accounts=creates)
    before = visit.counted()
    person(visit, email=ADDRESS, email_verified=verified)
    refused(visit.come_in(), 403, "not_invited")
    assert visit.counted() == before


@pytest.mark.parametrize("verified", NOT_TRUE, ids=repr)
def test_an_address_that_is_not_proven_belongs_to_nobody(
    shared: World, visiting: Visiting, verified: Any
) -> None:
    visit = visiting(shared, known=None, email_trust="claim", creates_accounts=True)
    person(visit, sub="u-1", email="unproven@corp.example", email_verified=verified)
    assert visit.come_in().status_code == 303
    assert visit.is_in() == "Erika Employee"
    assert "unproven@corp.example" not in email_keys(shared).values()


@pytest.mark.parametrize(
    "address",
    [
        "member@example.com.evil.example",
        "member@evil.example",
        "member@example.com@evil.example",
        "member@evil.example,member@example.com",
        "<member@example.com>",
        "member@sub.example.com",
        "member@example.com\x00.evil.example",
        "member@examplе.com",  # the e is Cyrillic
    ],
)
def test_a_domain_is_the_whole_domain(shared: World, visiting: Visiting, address: str) -> None:
    visit = visiting(shared, known=None, **OUR_DOMAIN)
    person(visit, email=address, email_verified=True)
    refused(visit.come_in(), 403, "not_invited")
    assert visit.is_in() is None


@pytest.mark.parametrize("address", [ADDRESS, "MEMBER@Example.COM"])
@pytest.mark.parametrize("verified", [True, False, ABSENT], ids=repr)
def test_the_provider_of_the_domain_links_its_people(
    world: World, visiting: Visiting, address: str, verified: Any
) -> None:
    visit = visiting(world, known=None, **OUR_DOMAIN)
    person(visit, email=address, email_verified=verified)
    assert visit.come_in().status_code == 303
    assert visit.is_in() == "Member"
    with world.system() as db:
        assert db.scalars(select(Identity.linked_by)).all() == ["domain"]


def test_no_administrator_is_linked_by_an_address(world: World, visiting: Visiting) -> None:
    visit = visiting(world, known=None, creates_accounts=True, **OUR_DOMAIN)
    person(visit, email="admin@example.com", email_verified=True)
    refused(visit.come_in(), 409, "account_exists")
    assert visit.is_in() is None


def test_who_is_linked_already_is_not_linked_again(world: World, visiting: Visiting) -> None:
    """Else an address that was given to somebody new would lead into the old one's account."""
    visit = visiting(world, known="member", creates_accounts=True, **OUR_DOMAIN)
    person(visit, sub="e-2002", email=ADDRESS, email_verified=True)
    refused(visit.come_in(), 409, "account_exists")
    assert visit.is_in() is None


def test_nobody_lies_in_wait_with_an_unproven_address(world: World, visiting: Visiting) -> None:
    """Pre-hijacking: the attacker's account with the victim's address, before the victim arrives."""
    visit = visiting(world, known=None, creates_accounts=True, **OUR_DOMAIN)
    account(world, "member", email="victim@example.com", email_key=None)
    person(visit, name="Victim", email="victim@example.com", email_verified=True)
    assert visit.come_in().status_code == 303
    assert visit.is_in() == "Victim"
    with world.system() as db:
        assert db.scalars(select(Identity.account_id)).one() != world.account_id("member")


@pytest.mark.parametrize("claim", ["preferred_username", "upn", "unique_name", "oid", "name", "nickname"])
def test_no_other_claim_links_anybody(shared: World, visiting: Visiting, claim: str) -> None:
    visit = visiting(shared, known=None, **OUR_DOMAIN)
    person(visit, email=ABSENT, **{claim: ADDRESS})
    refused(visit.come_in(), 403, "not_invited")


def test_a_new_address_over_there_moves_nothing_here(world: World, visiting: Visiting) -> None:
    visit = visiting(world, known="member", email_trust="claim")
    before = email_keys(world)
    person(visit, email="colleague@example.com", email_verified=True)
    assert visit.come_in().status_code == 303
    assert visit.is_in() == "Member"
    assert email_keys(world) == before


def test_the_same_subject_at_another_provider_is_another_person(world: World, visiting: Visiting) -> None:
    visiting(world, known="member")
    other = visiting(world, known=None)
    refused(other.come_in(), 403, "not_invited")


# Standing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["suspended", "locked"])
def test_whose_account_is_closed_stays_out(world: World, visiting: Visiting, status: str) -> None:
    visit = visiting(world)
    account(world, "member", status=status)
    before = visit.counted()
    refused(visit.come_in(), 403, "account_inactive")
    assert visit.counted() == before


def test_who_was_suspended_on_the_way_stays_out(world: World, visiting: Visiting) -> None:
    visit = visiting(world)
    query = visit.leave()
    account(world, "member", status="suspended")
    refused(visit.back(query), 403, "account_inactive")


def test_a_guest_whose_time_is_over_stays_out(world: World, visiting: Visiting) -> None:
    visit = visiting(world, known="guest", audience="guests")
    account(world, "guest", ends_at=clock.now() - timedelta(seconds=1))
    before = visit.counted()
    refused(visit.come_in(), 403, "guest_access_ended")
    assert visit.counted() == before


@pytest.mark.parametrize("state", [{"status": "suspended"}, {"status": "locked"}], ids=str)
def test_an_address_leads_into_no_closed_account(
    world: World, visiting: Visiting, state: dict[str, str]
) -> None:
    visit = visiting(world, known=None, creates_accounts=True, **OUR_DOMAIN)
    account(world, "member", **state)
    person(visit, email=ADDRESS, email_verified=True)
    refused(visit.come_in(), 403, "account_inactive")


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

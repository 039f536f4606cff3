"""Who is this? An honest token about somebody whom Collab must not, or not so easily, let in."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab import clock
from collab.auth.models import Account
from collab.auth.providers.models import Identity
from tests.auth.providers.liar.conftest import Visiting, account, person, refused
from tests.auth.providers.liar.lies import ABSENT
from tests.cast import World

ADDRESS = "member@example.com"
#: What is no ``true`` (JSON), though some languages take it for one.
NOT_TRUE = ["true", "True", "false", 1, 0, "1", [True], {"a": 1}, None, False, ABSENT]
OUR_DOMAIN = {"email_trust": "domains", "domains": ["example.com"]}


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

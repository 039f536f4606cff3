"""Who somebody is, and what their company's groups give: the order of linking, step by step."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity import Event
from collab.auth.models import Account, Group, GroupMember
from collab.auth.providers.models import Identity
from tests.auth.providers.conftest import Trip, account, provide
from tests.cast import World
from tests.kits.idp import Company

STAFF = {"employee_groups": ["staff"], "guest_groups": ["externals"], "admin_groups": ["it"]}


def _change(world: World, who: str, **values: Any) -> None:
    with world.system() as db:
        for name, value in values.items():
            setattr(db.get_one(Account, world.account_id(who)), name, value)


def _linked(world: World, who: str) -> list[str]:
    mine = select(Identity.linked_by).where(Identity.account_id == world.account_id(who))
    with world.looking() as (db, _):
        return list(db.scalars(mine))


def _groups(world: World, account_id: int) -> set[str]:
    mine = select(Group.name).join(GroupMember).where(GroupMember.account_id == account_id)
    with world.looking() as (db, _):
        return set(db.scalars(mine))


def _hire(company: Company, username: str, address: str, verified: object = True, **more: Any) -> str:
    told = {} if verified is None else {"email_verified": verified}
    company.hire(username, email=address, groups=["staff"], **told, **more)
    return username


def test_an_equal_address_leads_into_no_account(world: World, trip: Trip, company: Company) -> None:
    _hire(company, "like-member", "member@example.com")
    answer = trip.sign_in("like-member")
    assert (answer.status_code, "account_exists" in answer.text) == (409, True)
    assert "Sign-in methods" in answer.text
    assert (trip.name, _linked(world, "member")) == (None, [])


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1])
def test_who_has_not_proved_an_address_does_not_learn_whose_it_is(
    world: World, trip: Trip, company: Company, verified: object
) -> None:
    name = f"unproven-{verified}".lower()
    _hire(company, name, "member@example.com", verified)
    answer = trip.sign_in(name)
    assert (answer.status_code, "not_invited" in answer.text) == (403, True)
    assert trip.name is None


def test_a_provider_that_speaks_for_a_domain_leads_into_its_accounts(
    world: World, trip: Trip, company: Company
) -> None:
    provide(world, company, email_trust="domains", domains=["example.com"])
    _hire(company, "domain-member", "Member@Example.com", verified=None)
    assert trip.sign_in("domain-member").status_code == 303
    assert (trip.name, _linked(world, "member")) == ("Member", ["domain"])
    with world.looking() as (db, _):
        told = db.scalars(select(Event.subject_id).where(Event.kind == "identity.linked")).all()
    assert list(told) == [world.account_id("member")]


def test_an_address_leads_nowhere_without_the_group_that_lets_in(
    world: World, trip: Trip, company: Company
) -> None:
    """As with a private account at Google under an address of the company: no ``hd``, no entitlement."""
    provide(world, company, email_trust="domains", domains=["example.com"], **STAFF)
    company.hire("private", email="member@example.com", email_verified=True)
    answer = trip.sign_in("private")
    assert (answer.status_code, "not_entitled" in answer.text) == (403, True)
    assert (trip.name, _linked(world, "member")) == (None, [])


def test_an_address_never_leads_into_an_administrator(world: World, trip: Trip, company: Company) -> None:
    provide(world, company, email_trust="domains", domains=["example.com"])
    _hire(company, "like-admin", "admin@example.com")
    assert trip.sign_in("like-admin").status_code == 409
    assert (trip.name, _linked(world, "admin")) == (None, [])


def test_an_address_that_nobody_has_proved_does_not_lie_in_wait(
    world: World, trip: Trip, company: Company
) -> None:
    """Somebody has made an account with the address of a person who has not come yet."""
    _change(world, "colleague", email="early@example.com", email_key=None)
    provide(world, company, email_trust="domains", domains=["example.com"])
    _hire(company, "early", "early@example.com")
    assert trip.sign_in("early").status_code == 303
    assert (trip.name, _linked(world, "colleague")) == ("Early", [])


def test_an_account_with_an_identity_gets_no_second_by_its_address(
    world: World, trip: Trip, company: Company
) -> None:
    provide(world, company, email_trust="domains", domains=["example.com"])
    _hire(company, "first-member", "member@example.com")
    _hire(company, "second-member", "member@example.com")
    assert trip.sign_in("first-member").status_code == 303
    assert Trip(world, company).sign_in("second-member").status_code == 409
    assert _linked(world, "member") == ["domain"]


@pytest.mark.parametrize(
    ("trust", "verified", "kept"),
    [
        ("claim", True, "new@corp.example"),
        ("claim", "true", None),
        ("none", True, None),
        ("domains", None, "new@corp.example"),
    ],
)
def test_a_new_address_is_proven_as_far_as_the_provider_is_trusted(
    world: World, trip: Trip, company: Company, trust: str, verified: object, kept: str | None
) -> None:
    provide(world, company, email_trust=trust, domains=["corp.example"])
    name = f"new-{trust}-{verified}".lower()
    _hire(company, name, "new@corp.example", verified)
    assert trip.sign_in(name).status_code == 303
    made = account(world, name.title())
    assert made is not None
    assert (made.email, made.email_key) == ("new@corp.example", kept)


def test_groups_say_who_is_an_employee_a_guest_or_nobody(world: World, trip: Trip, company: Company) -> None:
    provide(world, company, **STAFF)
    company.hire("nobody", groups=["others"])
    assert trip.sign_in("xaver").status_code == 303
    guest = account(world, "Xaver External")
    assert guest is not None
    assert guest.kind == "guest"
    assert guest.ends_at is not None
    assert guest.ends_at < clock.now() + timedelta(days=91)
    assert Trip(world, company).sign_in("erika").status_code == 303
    assert _groups(world, account(world, "Erika Employee").id) == {"staff", "engineering"}  # type: ignore[union-attr]
    refused = Trip(world, company).sign_in("nobody")
    assert (refused.status_code, "not_entitled" in refused.text) == (403, True)
    assert account(world, "Nobody") is None


def test_who_left_the_group_stays_out_and_who_has_no_groups_told_stays_in(
    world: World, trip: Trip, company: Company
) -> None:
    provide(world, company, **STAFF)
    company.hire("mover", groups=["staff"])
    trip.sign_in("mover")
    company.control("PUT", "users/mover", {"groups": None})
    assert Trip(world, company).sign_in("mover").status_code == 303
    assert _groups(world, account(world, "Mover").id) == {"staff"}  # type: ignore[union-attr]
    company.control("PUT", "users/mover", {"groups": ["sailing"]})
    assert Trip(world, company).sign_in("mover").status_code == 403
    company.control("PUT", "users/mover", {"groups": ["externals"]})
    assert Trip(world, company).sign_in("mover").status_code == 403, "no employee becomes a guest by a claim"


def test_a_guest_is_not_promoted_by_a_group(world: World, trip: Trip, company: Company) -> None:
    provide(world, company, **STAFF)
    company.hire("climber", groups=["externals"])
    trip.sign_in("climber")
    company.control("PUT", "users/climber", {"groups": ["staff", "it"]})
    assert Trip(world, company).sign_in("climber").status_code == 303
    made = account(world, "Climber")
    assert made is not None
    assert (made.kind, made.is_admin) == ("guest", False)


def test_groups_give_and_take_the_right_of_administrator(world: World, trip: Trip, company: Company) -> None:
    provide(world, company, **STAFF)
    company.hire("boss", groups=["staff", "it"])
    trip.sign_in("boss")
    assert account(world, "Boss").is_admin is True  # type: ignore[union-attr]
    assert trip.collab.get("/admin/people").status_code == 200
    company.control("PUT", "users/boss", {"groups": ["staff"]})
    later = Trip(world, company)
    later.sign_in("boss")
    assert later.collab.get("/admin/people").status_code == 404
    assert trip.name is None, "what was begun with more rights is over"


def test_the_right_that_was_given_by_hand_stays(world: World, trip: Trip, company: Company) -> None:
    provide(world, company, **STAFF)
    trip.sign_in("erika")
    made = account(world, "Erika Employee")
    assert made is not None
    with world.system() as db:
        db.get_one(Account, made.id).is_admin = True
    Trip(world, company).sign_in("erika")
    assert account(world, "Erika Employee").is_admin is True  # type: ignore[union-attr]


def test_the_last_administrator_stays(world: World, trip: Trip, company: Company) -> None:
    provide(world, company, **STAFF)
    company.hire("last", groups=["staff", "it"])
    trip.sign_in("last")
    _change(world, "admin", is_admin=False)
    company.control("PUT", "users/last", {"groups": ["staff"]})
    assert Trip(world, company).sign_in("last").status_code == 303
    assert account(world, "Last").is_admin is True  # type: ignore[union-attr]
    with world.looking() as (db, _):
        assert db.scalar(select(Event.id).where(Event.kind == "account.admin_kept")) is not None


def test_a_guest_whose_time_is_over_reads_when_it_ended(world: World, trip: Trip, company: Company) -> None:
    provide(world, company, **STAFF)
    trip.sign_in("xaver")
    made = account(world, "Xaver External")
    assert made is not None
    with world.system() as db:
        db.get_one(Account, made.id).ends_at = clock.now() - timedelta(days=1)
    answer = Trip(world, company).sign_in("xaver")
    assert (answer.status_code, "guest_access_ended" in answer.text) == (403, True)

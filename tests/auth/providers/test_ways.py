"""More than one way in, and showing again who one is at the provider."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab import clock
from collab.auth.models import Account, SignInSession
from collab.auth.passwords import set_password
from collab.auth.providers import services
from collab.auth.providers.models import Identity
from tests.auth.providers.conftest import Trip, account, provide, refusals
from tests.cast import PASSWORD, Client, World
from tests.kits.idp import Company


@pytest.fixture
def member(world: World, trip: Trip) -> Trip:
    """The member's own browser, signed in by password, with nothing to do with the company yet."""
    with world.system() as db:
        set_password(db, db.get_one(Account, world.account_id("member")), PASSWORD)
    trip.collab.send("/login", {"email": "member@example.com", "password": PASSWORD})
    return trip


def _link(trip: Trip, username: str = "erika") -> Any:
    leaving = trip.collab.send("/login/oidc/company/link", {"next": "/account/"})
    assert leaving.status_code == 303, leaving.text
    return trip.back(trip.company.sign_in(trip.there, leaving.location, username))


def _identities(world: World, who: str) -> list[str]:
    with world.looking(who) as (db, viewer):
        return [row.public_id for row in services.identities_of(db, viewer)]


def _later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    later = clock.now() + timedelta(**time)
    monkeypatch.setattr(clock, "now", lambda: later)


def test_a_signed_in_person_adds_the_company_and_comes_in_by_it(
    world: World, member: Trip, company: Company
) -> None:
    answer = _link(member)
    assert (answer.status_code, answer.location) == (303, "/account/")
    assert member.name == "Member"
    other = Trip(world, company)
    other.sign_in("erika")
    assert other.name == "Member"
    assert account(world, "Erika Employee") is None


def test_what_is_somebody_s_way_in_never_moves(world: World, member: Trip, company: Company) -> None:
    Trip(world, company).sign_in("erika")
    answer = _link(member)
    assert (answer.status_code, "identity_in_use" in answer.text) == (409, True)
    assert _identities(world, "member") == []


def test_adding_takes_a_page_s_token_and_a_fresh_proof(
    world: World, member: Trip, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert member.collab.post("/login/oidc/company/link").status_code == 400
    _later(monkeypatch, minutes=30)
    answer = member.collab.send("/login/oidc/company/link")
    assert answer.location.startswith("/login/again")


def test_adding_ends_in_the_session_that_began_it(world: World, member: Trip) -> None:
    leaving = member.collab.send("/login/oidc/company/link")
    back = member.company.sign_in(member.there, leaving.location, "erika")
    member.collab.send("/logout")
    answer = member.back(back)
    assert (answer.status_code, "sign_in_not_started_here" in answer.text) == (400, True)
    assert (member.name, _identities(world, "member")) == (None, [])


def test_who_cancels_adding_is_still_signed_in(member: Trip) -> None:
    leaving = member.collab.send("/login/oidc/company/link", {"next": "/account/"})
    answer = member.back(member.company.cancel(member.there, leaving.location))
    assert (answer.status_code, answer.location) == (303, "/account/")
    assert member.name == "Member"


def test_a_way_in_can_be_taken_away_but_not_the_last(world: World, trip: Trip) -> None:
    trip.sign_in()
    made = account(world, "Erika Employee")
    assert made is not None
    with world.looking() as (db, _):
        identity = db.scalars(select(Identity).where(Identity.account_id == made.id)).one().public_id
    answer = trip.collab.send(f"/login/identities/{identity}/unlink")
    assert (answer.status_code, "last_sign_in_method" in answer.text) == (409, True)
    with world.system() as db:
        set_password(db, db.get_one(Account, made.id), PASSWORD)
    assert trip.collab.send(f"/login/identities/{identity}/unlink").status_code == 303
    assert trip.name == "Erika Employee"
    with world.looking() as (db, _):
        assert db.scalar(select(Identity.id).where(Identity.account_id == made.id)) is None


def test_nobody_takes_away_somebody_else_s_way_in(world: World, member: Trip) -> None:
    _link(member)
    (identity,) = _identities(world, "member")
    assert world.as_("colleague").send(f"/login/identities/{identity}/unlink").status_code == 404
    assert _identities(world, "member") == [identity]


def _fresh(world: World, trip: Trip) -> bool:
    """Does a view that wants a fresh proof let the browser in?"""
    return trip.collab.send("/login/identities/nothing/unlink").status_code == 404


def test_the_provider_shows_again_who_somebody_is(
    world: World, trip: Trip, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    trip.sign_in()
    with world.system() as db:
        session = db.scalars(select(SignInSession).where(SignInSession.identity_id.is_not(None))).one()
        session.authenticated_at = clock.now() - timedelta(hours=1)
    assert not _fresh(world, trip)
    page = trip.collab.get("/login/again?next=/account/").text
    assert 'href="/login/oidc/company/again?next=/account/"' in page
    before = trip.collab.get_cookie("collab")
    address = trip.leave("/login/oidc/company/again?next=/account/")
    assert "prompt=login" in address
    assert "max_age=0" in address
    answer = trip.back(company.sign_in(trip.there, address, "erika"))
    assert (answer.status_code, answer.location) == (303, "/account/")
    assert _fresh(world, trip)
    assert before != trip.collab.get_cookie("collab")


def test_somebody_else_at_the_provider_proves_nothing(world: World, trip: Trip, company: Company) -> None:
    trip.sign_in()
    other = company.browser()
    answer = trip.back(company.sign_in(other, trip.leave("/login/oidc/company/again"), "xaver"))
    assert (answer.status_code, "other_identity" in answer.text) == (403, True)
    assert trip.name == "Erika Employee"


def test_a_password_is_no_way_in_past_an_exclusive_provider(
    world: World, member: Trip, company: Company
) -> None:
    _link(member)
    provide(world, company, exclusive=True)
    with world.system() as db:
        set_password(db, db.get_one(Account, world.account_id("admin")), PASSWORD)
        set_password(db, db.get_one(Account, world.account_id("colleague")), PASSWORD)
    for who, status in (("member", 401), ("colleague", 303), ("admin", 303)):
        client = world.app.test_client()
        assert isinstance(client, Client)
        answer = client.send("/login", {"email": f"{who}@example.com", "password": PASSWORD})
        assert answer.status_code == status, who


def test_refusals_are_noted_with_their_check(world: World, member: Trip, company: Company) -> None:
    Trip(world, company).sign_in("erika")
    _link(member)
    noted = refusals(world)[-1]
    assert (noted["code"], noted["provider"]) == ("identity_in_use", "company")
    assert len(noted["request"]) == 12

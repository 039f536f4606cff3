"""One more way in, and showing again who one is: both for the person who sits there, and nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from collab import clock
from collab.auth.models import Account, SignInSession
from collab.auth.providers.models import Identity
from tests.auth.providers.liar.conftest import Visit, Visiting, refused
from tests.auth.providers.liar.lies import ABSENT, in_seconds, says
from tests.auth.providers.liar.provider import HONEST, Lie
from tests.cast import World

NOT_STARTED = "sign_in_not_started_here"


def ask(visit: Visit, what: str = "link") -> TestResponse:
    """Press the button; the answer that leads to the provider."""
    address = f"/login/oidc/{visit.name}/{what}"
    return visit.browser.send(address) if what == "link" else visit.browser.get(address)


def there_and_back(visit: Visit, what: str = "link", lie: Lie = HONEST) -> TestResponse:
    visit.provider.lie = lie
    started = ask(visit, what)
    assert started.status_code == 303, started.text
    return visit.back(visit.provider.authorize(started.location))


def linked(world: World) -> list[tuple[str, str]]:
    """Names of accounts with the subjects that lead into them."""
    with world.system() as db:
        query = select(Account.name, Identity.subject).join(Identity, Identity.account_id == Account.id)
        return sorted((row.name, row.subject) for row in db.execute(query))


@pytest.fixture
def member(world: World, visiting: Visiting) -> Visit:
    """The member, signed in with a password, before a provider that does not know them yet."""
    visit = visiting(world, known=None)
    visit.browser = world.as_("member")
    return visit


# One more way in ------------------------------------------------------------------------------


def test_who_proves_both_has_one_more_way_in(world: World, member: Visit) -> None:
    assert there_and_back(member).status_code == 303
    assert linked(world) == [("Member", "e-1001")]
    later = member.elsewhere()
    assert later.come_in().status_code == 303
    assert later.is_in() == "Member"


def test_a_way_in_never_moves_to_somebody_else(world: World, member: Visit) -> None:
    member.link("colleague")
    refused(there_and_back(member), 409, "identity_in_use")
    assert linked(world) == [("Colleague", "e-1001")]
    assert member.is_in() == "Member"


def test_a_second_way_in_at_the_same_provider_does_not_push_out_the_first(
    world: World, member: Visit
) -> None:
    member.link("member", "e-0001")
    there_and_back(member)
    assert linked(world) == [("Member", "e-0001"), ("Member", "e-1001")]


def test_linking_asks_for_a_fresh_proof(member: Visit) -> None:
    """A browser that was left open must not give somebody else a way in for good."""
    with clock.shifted(timedelta(minutes=21)):
        started = ask(member)
    assert started.status_code == 303
    assert "/login/again" in started.location
    assert "authorize" not in member.provider.sent


def test_linking_begins_with_a_form_of_our_own(member: Visit) -> None:
    address = f"/login/oidc/{member.name}/link"
    assert member.browser.post(address).status_code == 400
    assert member.browser.get(address).status_code == 405
    assert member.elsewhere().browser.send(address).status_code in (303, 401)
    assert "authorize" not in member.provider.sent


@pytest.mark.parametrize("who", ["nobody", "colleague"])
@pytest.mark.parametrize("what", ["link", "again"])
def test_the_journey_ends_for_whom_it_began(world: World, member: Visit, who: str, what: str) -> None:
    """Else whoever signs in meanwhile would get the other one's way in."""
    if what == "again":
        member.link("member")
    query = member.provider.authorize(ask(member, what).location)
    if who == "nobody":
        member.browser.send("/logout")
    else:
        cookie = world.as_("colleague").get_cookie("collab")
        assert cookie is not None
        member.browser.set_cookie("collab", cookie.value)
    before = linked(world)
    refused(member.back(query), 400, NOT_STARTED)
    assert linked(world) == before


@pytest.mark.parametrize("what", ["link", "again"])
def test_another_browser_cannot_end_the_journey(world: World, member: Visit, what: str) -> None:
    """The attacker begins, the victim is made to end it."""
    query = member.provider.authorize(ask(member, what).location)
    victim = Visit(world, member.provider, world.as_("colleague"))
    refused(victim.back(query), 400, NOT_STARTED)
    assert linked(world) == []


@pytest.mark.parametrize(
    "lie",
    [says(nonce="another-nonce-0123456789"), says(aud="another-tool"), says(sub=""), says(exp=ABSENT)],
    ids=["nonce", "audience", "subject", "times"],
)
def test_a_lie_links_nobody(world: World, member: Visit, lie: Lie) -> None:
    refused(there_and_back(member, lie=lie), 400, "sign_in_not_valid")
    assert linked(world) == []
    assert member.is_in() == "Member"


def test_an_account_that_was_suspended_meanwhile_gets_no_way_in(world: World, member: Visit) -> None:
    query = member.provider.authorize(ask(member).location)
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).status = "suspended"
    refused(member.back(query), 400, NOT_STARTED)
    assert linked(world) == []


def test_the_last_way_in_stays(world: World, member: Visit) -> None:
    there_and_back(member)
    with world.system() as db:
        name = db.scalars(select(Identity.public_id)).one()
    answer = member.browser.send(f"/login/identities/{name}/unlink")
    refused(answer, 409, "last_sign_in_method")
    assert linked(world) == [("Member", "e-1001")]
    colleague = world.as_("colleague").send(f"/login/identities/{name}/unlink")
    assert colleague.status_code == 404


# Again ----------------------------------------------------------------------------------------


def proved_at(world: World) -> Any:
    with world.system() as db:
        ids = select(SignInSession.authenticated_at).where(SignInSession.ended_at.is_(None))
        return db.scalars(ids.where(SignInSession.account_id == world.account_id("member"))).one()


@pytest.fixture
def tired(member: Visit) -> Visit:
    """The member, whose proof will be too old for what is dangerous."""
    member.link("member")
    return member


def test_who_proves_it_again_is_fresh_under_a_new_token(world: World, tired: Visit) -> None:
    before, cookie = proved_at(world), tired.browser.get_cookie("collab")
    with clock.shifted(timedelta(minutes=30)):
        assert there_and_back(tired, "again").status_code == 303
    assert proved_at(world) > before + timedelta(minutes=29)
    asked = tired.provider.sent["authorize"]
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert tired.browser.get_cookie("collab") != cookie


STALE = {
    "from before": lambda: says(auth_time=in_seconds(-120)),
    "from yesterday": lambda: says(auth_time=in_seconds(-86400)),
    "from tomorrow": lambda: says(auth_time=in_seconds(86400)),
    "missing": lambda: says(auth_time=ABSENT),
    "in words": lambda: says(auth_time="now"),
    "true": lambda: says(auth_time=True),
    "null": lambda: says(auth_time=None),
}


@pytest.mark.parametrize("lie", STALE.values(), ids=STALE.keys())
def test_a_proof_that_is_not_from_now_proves_nothing(world: World, tired: Visit, lie: Any) -> None:
    before = proved_at(world)
    with clock.shifted(timedelta(minutes=30)):
        refused(there_and_back(tired, "again", lie()), 400, "sign_in_not_valid")
    assert proved_at(world) == before


@pytest.mark.parametrize("subject", ["e-1002", "e-3003"], ids=["colleague", "nobody"])
def test_somebody_else_over_there_proves_nothing(world: World, tired: Visit, subject: str) -> None:
    tired.link("colleague", "e-1002")
    before, identities = proved_at(world), linked(world)
    tired.provider.person["sub"] = subject
    with clock.shifted(timedelta(minutes=30)):
        refused(there_and_back(tired, "again"), 403, "other_identity")
    assert (proved_at(world), linked(world)) == (before, identities)
    assert tired.is_in() == "Member"


def test_a_sign_in_is_no_proof_for_somebody_elses_session(world: World, tired: Visit) -> None:
    """The purpose stands in the row; nothing that the browser brings can change it."""
    query = tired.leave()
    answer = tired.back(f"{query}&purpose=reauth")
    assert answer.status_code == 303
    with world.system() as db:
        ended = select(SignInSession.ended_reason).where(SignInSession.ended_at.is_not(None))
        assert db.scalars(ended).all() == ["replaced"]

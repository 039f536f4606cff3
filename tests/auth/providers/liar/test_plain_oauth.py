"""A provider without OpenID that lies: there is no signed token, so what it answers has to be held to form."""

from typing import Any

import pytest

from tests.auth.providers.liar.conftest import TRUSTING, Visit, Visiting, refused
from tests.auth.providers.liar.lies import ABSENT, MARKUP, WORDS, gives, replies
from tests.auth.providers.liar.provider import Lie, Reply
from tests.auth.providers.liar.server_lies import MISCONFIGURED, NONSENSE, NOT_VALID, STATUS, UNAVAILABLE
from tests.cast import World

ADDRESS = "member@example.com"


def plain(visit: Visit) -> Visit:
    """The provider as one that speaks OAuth 2 only."""
    issuer = visit.provider.issuer
    addresses = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "emails": "emails"}
    endpoints = {name: f"{issuer}/{path}" for name, path in addresses.items()}
    visit.change(kind="oauth2", scopes="read:user user:email", endpoints=endpoints)
    visit.provider.person = {"sub": "1001", "id": 1001, "name": "Erika Employee", "login": "erika"}
    visit.provider.openid = False
    emails(visit, {"email": "erika@corp.example", "primary": True, "verified": True})
    return visit


def emails(visit: Visit, *rows: Any) -> None:
    visit.provider.lie = replies("emails", Reply(list(rows)))


def tells(**changed: Any) -> Lie:
    kept = {"emails": Reply([])}
    return Lie(
        userinfo=lambda told: {n: v for n, v in (told | changed).items() if v is not ABSENT}, replies=kept
    )


SUBJECTS = {
    "missing": ABSENT,
    "null": None,
    "empty": "",
    "true": True,
    "half a number": 10.5,
    "a list": [1001],
    "an object": {"id": 1001},
    "long": "1" * 5000,
    "a long number": int("1" * 300),
    "a line break": "1001\n",
    "beyond ASCII": "é",
}


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())
def test_nobody_is_nobody(lied_to: Visit, subject: Any) -> None:
    refused(plain(lied_to).come_in(tells(id=subject)), 400, NOT_VALID)


#: JSON without addresses says that there are none, which is no lie.
NO_LIST = {name: reply for name, reply in NONSENSE.items() if name not in ("a list", "a word", "null")}


@pytest.mark.parametrize("reply", NONSENSE.values(), ids=NONSENSE.keys())
def test_a_profile_that_is_nonsense_lets_nobody_in(lied_to: Visit, reply: Reply) -> None:
    refused(plain(lied_to).come_in(replies("userinfo", reply)), 502, UNAVAILABLE)


@pytest.mark.parametrize("reply", NO_LIST.values(), ids=NO_LIST.keys())
def test_addresses_that_are_nonsense_let_nobody_in(lied_to: Visit, reply: Reply) -> None:
    refused(plain(lied_to).come_in(replies("emails", reply)), 502, UNAVAILABLE)


@pytest.mark.parametrize(
    "lie",
    [gives(access_token=ABSENT), gives(access_token=f"a\r\nX: {WORDS}"), gives(token_type="mac")],
    ids=["no access token", "a header in it", "another kind"],
)
def test_an_access_token_that_is_none_lets_nobody_in(lied_to: Visit, lie: Lie) -> None:
    refused(plain(lied_to).come_in(lie), 400, NOT_VALID)


@pytest.mark.parametrize("name", ["authorization", "token", "userinfo"])
@pytest.mark.parametrize("address", [ABSENT, "", 5, "javascript:alert(1)", "file:///etc/passwd"], ids=str)
def test_an_address_that_is_none_is_not_asked(lied_to: Visit, name: str, address: Any) -> None:
    visit = plain(lied_to)
    known = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
    endpoints = {each: f"{visit.provider.issuer}/{path}" for each, path in known.items()} | {name: address}
    visit.change(endpoints={each: value for each, value in endpoints.items() if value is not ABSENT})
    refused(visit.come_in(), STATUS[MISCONFIGURED], MISCONFIGURED)


@pytest.mark.parametrize(
    "row",
    [
        {"email": ADDRESS, "primary": True, "verified": False},
        {"email": ADDRESS, "primary": True, "verified": "true"},
        {"email": ADDRESS, "primary": True, "verified": 1},
        {"email": ADDRESS, "primary": False, "verified": True},
        {"email": [ADDRESS], "primary": True, "verified": True},
        {"email": MARKUP, "primary": True, "verified": True},
        {},
        ADDRESS,
    ],
    ids=str,
)
def test_an_address_that_is_not_proven_is_nobodys(world: World, visiting: Visiting, row: Any) -> None:
    visit = plain(visiting(world, known=None, email_trust="domains", domains=["example.com"]))
    visit.provider.person["email"] = ADDRESS  # what the profile shows is what its owner wrote there
    emails(visit, row)
    refused(visit.come_in(), 403, "not_invited")
    assert visit.is_in() is None


def test_an_honest_one_signs_in_by_its_number(world: World, visiting: Visiting) -> None:
    visit = plain(visiting(world, known=None, **TRUSTING))
    assert visit.come_in().status_code == 303
    assert visit.is_in() == "Erika Employee"
    visit.provider.person |= {"login": "renamed", "name": "Erika Renamed"}
    again = visit.elsewhere()
    before = visit.counted()["Account"]
    assert again.come_in().status_code == 303
    assert visit.counted()["Account"] == before


def test_it_cannot_prove_that_somebody_is_still_there(world: World, visiting: Visiting) -> None:
    """It does not tell when somebody last showed who they are, so step-up through it proves nothing."""
    visit = plain(visiting(world, known=None))
    visit.link("member")
    visit.browser = world.as_("member")
    started = visit.browser.get(f"/login/oidc/{visit.name}/again")
    if started.status_code == 303:
        refused(visit.back(visit.provider.authorize(started.location)), 403, "other_identity")
    else:
        assert started.status_code in (403, 404)

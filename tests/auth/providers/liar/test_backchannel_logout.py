"""The provider ends sessions from afar (OpenID Connect Back-Channel Logout 1.0), and only those it may."""

from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from collab import clock
from tests.auth.providers.liar.conftest import Visit, Visiting
from tests.auth.providers.liar.lies import by_stranger
from tests.auth.providers.liar.logout_lies import HONEST, LIES, Token, odd_header
from tests.cast import World


def post(visit: Visit, token: str, **more: Any) -> TestResponse:
    """The provider's own server asks: no cookie, no page's token."""
    server = visit.world.app.test_client()
    address = f"/login/oidc/{visit.name}/backchannel-logout"
    return server.post(address, **({"data": {"logout_token": token}} | more))


def obeyed(answer: TestResponse) -> None:
    assert answer.status_code == 200, answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def refused(answer: TestResponse) -> None:
    assert (answer.status_code, answer.json) == (400, {"error": "invalid_request"})
    assert answer.mimetype == "application/json"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.fixture
def visit(shared: World, visiting: Visiting) -> Visit:
    """Somebody signed in through the provider."""
    visit = visiting(shared)
    assert visit.come_in().status_code == 303
    return visit


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_logout_token_that_lies_ends_nothing(visit: Visit, lie: Token) -> None:
    refused(post(visit, lie(visit.provider)))
    assert visit.is_in() == "Member"


@pytest.mark.parametrize("token", HONEST.values(), ids=HONEST.keys())
def test_an_honest_logout_token_ends_the_session_at_once(visit: Visit, token: Token) -> None:
    obeyed(post(visit, token(visit.provider)))
    assert visit.is_in() is None


@pytest.mark.parametrize("name", ["jti", "sid", "sub", "alg", "kid", "iss"])
def test_no_odd_name_breaks_either_database(world: World, visiting: Visiting, name: str) -> None:
    """Names are looked up, kept, and written to the log."""
    visit = visiting(world)
    visit.come_in()
    for odd in ("a\x00b", "half \ud800", "\u202e", "n" * 255):
        if name in ("alg", "kid"):
            token = odd_header(visit.provider, **{name: odd})
        else:
            token = visit.provider.logout_token(**{"sid": "session-9", name: odd})
        assert post(visit, token).status_code in (200, 400), ascii(odd)
    assert visit.is_in() == "Member"


@pytest.fixture
def abroad(world: World, visiting: Visiting) -> dict[str, Visit]:
    """Sessions that must not be confused: two of one person, a colleague's, another provider's, a local one."""
    first = visiting(world)
    assert first.come_in().status_code == 303
    second = first.elsewhere()
    first.provider.sid = "session-2"
    assert second.come_in().status_code == 303
    colleague = first.elsewhere()
    first.provider.sid, first.provider.person["sub"] = "session-3", "e-1002"
    colleague.link("colleague")
    assert colleague.come_in().status_code == 303
    first.provider.sid, first.provider.person["sub"] = "session-1", "e-1001"
    other = visiting(world)  # says the same sub and the same sid
    assert other.come_in().status_code == 303
    local = first.elsewhere()
    local.browser = world.as_("member")
    return {"first": first, "second": second, "colleague": colleague, "other": other, "local": local}


@pytest.mark.parametrize(
    ("about", "ended"),
    [
        ({"sub": None, "sid": "session-1"}, {"first"}),
        ({"sub": "e-1001", "sid": "session-2"}, {"second"}),
        ({"sub": "e-1001", "sid": None}, {"first", "second"}),
        ({"sub": "e-1002", "sid": None}, {"colleague"}),
        ({"sub": "e-1002", "sid": "session-1"}, set()),
        ({"sub": None, "sid": "session-9"}, set()),
        ({"sub": "e-9999", "sid": None}, set()),
        ({"sub": "E-1001", "sid": None}, set()),
        ({"sub": "e-1001", "sid": "session-9"}, set()),
    ],
    ids=lambda given: str(sorted(given)) if isinstance(given, set) else str(given),
)
def test_a_logout_token_ends_what_it_is_about_and_nothing_else(
    abroad: dict[str, Visit], about: dict[str, str | None], ended: set[str]
) -> None:
    """What is unknown is not an error: the session may be gone already (section 2.7: 200)."""
    obeyed(post(abroad["first"], abroad["first"].provider.logout_token(**about)))
    assert {name for name, visit in abroad.items() if visit.is_in() is None} == ended


def test_a_logout_token_is_obeyed_once(world: World, visiting: Visiting) -> None:
    visit = visiting(world)
    visit.come_in()
    token = visit.provider.logout_token(jti="once")
    obeyed(post(visit, token))
    visit.come_in()
    refused(post(visit, token))
    refused(post(visit, visit.provider.logout_token(jti="once")))
    assert visit.is_in() == "Member"


def test_two_providers_may_use_the_same_jti(world: World, visiting: Visiting) -> None:
    for visit in (visiting(world), visiting(world)):
        visit.come_in()
        obeyed(post(visit, visit.provider.logout_token(jti="one-and-the-same")))
        assert visit.is_in() is None


def test_a_refused_token_does_not_use_its_jti_up(visit: Visit) -> None:
    """Else anybody could make an honest logout fail."""
    jti = "soon-to-be-used"
    refused(post(visit, by_stranger(visit.provider, visit.provider.logout_claims(jti=jti))))
    refused(post(visit, visit.provider.logout_token(jti=jti, aud="another-tool")))
    obeyed(post(visit, visit.provider.logout_token(jti=jti)))


def test_another_provider_cannot_speak_for_this_one(
    shared: World, visiting: Visiting, second: RSAKey
) -> None:
    visit, liar = visiting(shared), visiting(shared, known=None)
    liar.provider.key, liar.provider.published = second, [second]
    assert visit.come_in().status_code == 303
    forged = liar.provider.logout_token(iss=visit.provider.issuer)
    refused(post(visit, forged))
    refused(post(liar, forged))
    refused(post(liar, visit.provider.logout_token()))
    assert visit.is_in() == "Member"


def test_it_needs_no_cookie_and_no_page_and_no_origin(visit: Visit) -> None:
    headers = {"Origin": "https://idp.example", "Sec-Fetch-Site": "cross-site"}
    obeyed(post(visit, visit.provider.logout_token(), headers=headers))


def test_the_cookies_of_a_browser_that_is_made_to_ask_are_not_looked_at(visit: Visit) -> None:
    address = f"/login/oidc/{visit.name}/backchannel-logout"
    refused(visit.browser.post(address, data={"logout_token": "word"}))
    assert visit.is_in() == "Member"


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"logout_token": "TOKEN"}, "data": None},
        {"data": "TOKEN", "content_type": "text/plain"},
        {"data": "TOKEN", "content_type": "application/logout+jwt"},
        {"data": {}},
        {"data": {"token": "TOKEN"}},
        {"data": {}, "query_string": {"logout_token": "TOKEN"}},
        {"data": b"\xff\xfe=%zz&logout_token", "content_type": "application/x-www-form-urlencoded"},
    ],
    ids=["JSON", "text", "a token alone", "nothing", "another name", "in the address", "no text"],
)
def test_only_a_form_with_one_token_is_read(visit: Visit, sent: dict[str, Any]) -> None:
    token = visit.provider.logout_token()
    refused(post(visit, "", **{name: _filled(value, token) for name, value in sent.items()}))
    assert visit.is_in() == "Member"


def test_a_body_without_end_is_not_read(visit: Visit) -> None:
    answer = post(visit, "x" * 3_000_000)
    assert answer.status_code in (400, 413)
    assert visit.is_in() == "Member"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_it_is_posted_and_nothing_else(visit: Visit, method: str) -> None:
    token = visit.provider.logout_token()
    server = visit.world.app.test_client()
    address = f"/login/oidc/{visit.name}/backchannel-logout?logout_token={token}"
    answer = server.open(address, method=method, data={"logout_token": token})
    assert answer.status_code == 405 if method in ("GET", "HEAD") else answer.status_code in (400, 405)
    assert visit.is_in() == "Member"


def test_an_unknown_provider_is_not_there(visit: Visit) -> None:
    token = visit.provider.logout_token()
    answer = visit.world.app.test_client().post(
        "/login/oidc/nobody/backchannel-logout", data={"logout_token": token}
    )
    assert answer.status_code == 404
    assert visit.is_in() == "Member"


def test_tokens_with_unknown_keys_do_not_make_us_ask_without_end(visit: Visit) -> None:
    asked = visit.provider.asked.count("keys")
    for _ in range(4):
        refused(post(visit, by_stranger(visit.provider, visit.provider.logout_claims(), kid="stranger")))
    assert visit.provider.asked.count("keys") - asked <= 1


def test_seen_tokens_are_forgotten_only_when_they_could_not_be_used_again(visit: Visit) -> None:
    token = visit.provider.logout_token()
    obeyed(post(visit, token))
    for minutes in (1, 30, 24 * 60):
        with clock.shifted(timedelta(minutes=minutes)):
            refused(post(visit, token))


def _filled(value: Any, token: str) -> Any:
    if isinstance(value, str):
        return value.replace("TOKEN", token)
    if isinstance(value, dict):
        return {name: _filled(inner, token) for name, inner in value.items()}
    return [_filled(inner, token) for inner in value] if isinstance(value, list) else value

"""A provider's servers that lie, break, stall or flood: nobody gets in, nothing breaks, nothing is believed."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import RSAKey

from collab import clock
from tests.auth.providers.liar.conftest import TRUSTING, Visit, Visiting, refused
from tests.auth.providers.liar.lies import WORDS, knows, publishes, replies, says, stranger
from tests.auth.providers.liar.provider import HONEST, Lie, Reply
from tests.auth.providers.liar.server_lies import (
    ADDRESSES,
    KEYS,
    METADATA,
    ODD_PROFILES,
    STATUS,
    TOKEN,
    USERINFO,
    dripping,
    redirecting,
)
from tests.cast import World

LIES = {
    f"{endpoint}: {name}": lie
    for endpoint, lies in {"metadata": METADATA, "keys": KEYS, "token": TOKEN, "userinfo": USERINFO}.items()
    for name, lie in lies.items()
}
#: What each endpoint says in its lie hook's own word.
ENDPOINTS = {
    "metadata": ".well-known/openid-configuration",
    "keys": "keys",
    "token": "token",
    "userinfo": "userinfo",
}


@pytest.mark.parametrize(("lie", "code"), LIES.values(), ids=LIES.keys())
def test_a_server_that_lies_signs_nobody_in(lied_to: Visit, lie: Lie, code: str) -> None:
    refused(lied_to.come_in(lie), STATUS[code], code)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=ENDPOINTS.keys())
def test_a_server_that_sends_us_elsewhere_is_not_followed(lied_to: Visit, endpoint: str, status: int) -> None:
    """Elsewhere would learn the client's secret, the code, or the inside of our network."""
    refused(lied_to.come_in(redirecting(endpoint, lied_to.provider, status)), 502, "provider_unavailable")


@pytest.mark.parametrize("endpoint", ENDPOINTS.values(), ids=ENDPOINTS.keys())
def test_a_server_that_says_nothing_is_not_waited_for(
    lied_to: Visit, impatient: float, endpoint: str
) -> None:
    begun = time.monotonic()
    refused(lied_to.come_in(replies(endpoint, Reply(silent=True))), 502, "provider_unavailable")
    assert time.monotonic() - begun < impatient + 2


@pytest.mark.parametrize("what", ["metadata", "tokens", "userinfo"])
def test_a_server_that_says_a_byte_now_and_then_is_not_waited_for(
    lied_to: Visit, impatient: float, what: str
) -> None:
    """Each byte comes in time; all of them together never would."""
    begun = time.monotonic()
    refused(lied_to.come_in(Lie(**{what: dripping})), 502, "provider_unavailable")
    assert time.monotonic() - begun < impatient + 2


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_said_in_clear_text(encrypted: World, visiting: Visiting, address: str) -> None:
    """Where Collab itself is reached by https. On this very machine (loopback) nobody listens."""
    visit = visiting(encrypted)
    visit.provider.lie = publishes(**{address: "http://idp.evil.example/x"})
    answer = visit.browser.get(f"/login/oidc/{visit.name}", base_url=encrypted.context.settings.base_url)
    refused(answer, 502, "provider_misconfigured")


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_a_server_that_is_not_there_is_unavailable(lied_to: Visit, endpoint: str) -> None:
    refused(lied_to.come_in(publishes(**{endpoint: "http://127.0.0.1:1/"})), 502, "provider_unavailable")


def test_a_provider_that_is_not_there_is_unavailable_and_local_sign_in_stays(lied_to: Visit) -> None:
    lied_to.provider.lie = replies(ENDPOINTS["metadata"], Reply(WORDS, 500))
    started = lied_to.start()
    refused(started, 502, "provider_unavailable")
    assert 'name="password"' in started.text


def test_a_thousand_keys_cost_no_time(lied_to: Visit) -> None:
    """Whatever is answered, it is answered soon: no key is tried that the token does not name."""
    many = [dict(stranger().as_dict(private=False), kid=f"key-{number}") for number in range(3000)]
    unknown = Lie(keys=lambda _keys: many, sign=lambda provider, claims: provider.signed(claims, kid=None))
    begun = time.process_time()
    answer = lied_to.come_in(unknown)
    assert answer.status_code in (400, 502)
    assert time.process_time() - begun < 2


# Odd, and no lie ------------------------------------------------------------------------------


@pytest.mark.parametrize("profile", ODD_PROFILES.values(), ids=ODD_PROFILES.keys())
@pytest.mark.parametrize(
    ("lie", "known"), [(knows, None), (says, "member")], ids=["somebody new", "somebody known"]
)
def test_an_odd_profile_breaks_nothing(
    world: World, visiting: Visiting, profile: dict[str, Any], lie: Callable[..., Lie], known: str | None
) -> None:
    visit = visiting(world, known=known, **TRUSTING)
    assert visit.come_in(lie(**profile)).status_code == 303
    found = visit.is_in()
    assert found == "Member" if known else found is not None


# Keys and metadata have a life ----------------------------------------------------------------


def test_a_new_key_is_fetched_when_a_token_names_it(
    shared: World, visiting: Visiting, second: RSAKey
) -> None:
    visit = visiting(shared)
    assert visit.come_in().status_code == 303
    visit.provider.published.append(second)
    visit.provider.key = second
    with clock.shifted(timedelta(minutes=2)):
        assert visit.come_in().status_code == 303


def test_a_withdrawn_key_is_not_believed_for_longer_than_an_hour(
    shared: World, visiting: Visiting, second: RSAKey
) -> None:
    visit = visiting(shared)
    stolen = visit.provider.key
    assert visit.come_in().status_code == 303
    visit.provider.published = [second]
    with clock.shifted(timedelta(minutes=61)):
        old = Lie(sign=lambda provider, claims: provider.signed(claims, stolen))
        refused(visit.come_in(old), 400, "sign_in_not_valid")


def test_unknown_keys_do_not_make_us_ask_without_end(lied_to: Visit) -> None:
    """A flood of tokens that name keys nobody has costs the provider one question a minute."""
    lie = Lie(sign=lambda provider, claims: provider.signed(claims, stranger(), "RS256"))
    for _ in range(4):
        refused(lied_to.come_in(lie), 400, "sign_in_not_valid")
    assert lied_to.provider.asked.count("keys") <= 2


def test_metadata_are_asked_for_again_after_an_hour(shared: World, visiting: Visiting) -> None:
    visit = visiting(shared)
    for _ in range(2):
        assert visit.come_in().status_code == 303
    assert visit.provider.asked.count(ENDPOINTS["metadata"]) == 1
    visit.provider.lie = publishes(issuer="https://evil.example")
    with clock.shifted(timedelta(minutes=61)):
        refused(visit.start(), 502, "provider_misconfigured")


def test_a_provider_that_broke_is_asked_again_soon(shared: World, visiting: Visiting) -> None:
    visit = visiting(shared)
    refused(visit.come_in(replies(ENDPOINTS["metadata"], Reply(WORDS, 500))), 502, "provider_unavailable")
    visit.provider.lie = HONEST
    with clock.shifted(timedelta(minutes=2)):
        assert visit.come_in().status_code == 303

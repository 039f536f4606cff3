"""The way to the provider and back: begun in one browser, ended once in the same one, leading home."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from collab import clock
from tests.auth.providers.liar.conftest import Visit, Visiting, refused, shown_code
from tests.auth.providers.liar.lies import ABSENT, MARKUP, WORDS, publishes, returns
from tests.auth.providers.liar.provider import Lie
from tests.cast import World

NOT_STARTED = "sign_in_not_started_here"
#: What may come along with a state that is worth nothing; nothing of it is looked at.
BAGGAGE: dict[str, dict[str, str]] = {
    "with a code": {},
    "cancelled": {"error": "access_denied"},
    "with an error": {"error": "server_error", "error_description": MARKUP},
}


def changed(query: str, **changes: Any) -> str:
    """The query with other parameters; ABSENT leaves one out."""
    given = {name: values[0] for name, values in parse_qs(query).items()} | changes
    return urlencode({name: value for name, value in given.items() if value is not ABSENT})


# State ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("baggage", BAGGAGE.values(), ids=BAGGAGE.keys())
@pytest.mark.parametrize(
    "state",
    [ABSENT, "", "unknown-state-0123456789012345", "s" * 100_000, "\x00", "é", "%ff"],
    ids=["none", "empty", "unknown", "long", "null byte", "beyond ASCII", "odd"],
)
def test_a_way_back_that_nobody_began_leads_nowhere(
    lied_to: Visit, state: Any, baggage: dict[str, str]
) -> None:
    query = lied_to.leave()
    refused(lied_to.back(changed(query, state=state, **baggage)), 400, NOT_STARTED)


@pytest.mark.parametrize("baggage", BAGGAGE.values(), ids=BAGGAGE.keys())
def test_a_way_back_belongs_to_the_browser_that_began_it(lied_to: Visit, baggage: dict[str, str]) -> None:
    """Login CSRF: else anybody could be signed in as the attacker."""
    query = changed(lied_to.leave(), **baggage)
    victim = lied_to.elsewhere()
    refused(victim.back(query), 400, NOT_STARTED)
    victim.start()  # also with a journey of the browser's own
    refused(victim.back(query), 400, NOT_STARTED)
    assert victim.is_in() is None


@pytest.mark.parametrize("baggage", BAGGAGE.values(), ids=BAGGAGE.keys())
def test_a_way_back_is_gone_once(lied_to: Visit, baggage: dict[str, str]) -> None:
    query = lied_to.leave()
    first = lied_to.back(changed(query, error="access_denied", code=ABSENT))
    assert (first.status_code, shown_code(first)) == (200, "cancelled")
    refused(lied_to.back(changed(query, **baggage)), 400, NOT_STARTED)


def test_a_code_cannot_be_brought_twice(world: World, visiting: Visiting) -> None:
    visit = visiting(world)
    query = visit.leave()
    assert visit.back(query).status_code == 303
    token = visit.browser.get_cookie("collab")
    refused(visit.back(query), 400, NOT_STARTED)
    assert visit.provider.asked.count("token") == 1
    assert visit.browser.get_cookie("collab") == token  # the first sign-in is not disturbed


def test_a_code_of_another_journey_gets_nowhere(lied_to: Visit) -> None:
    """Code injection: PKCE and the nonce bind a code to the journey that asked for it."""
    overheard = parse_qs(lied_to.elsewhere().leave())["code"][0]
    started = lied_to.start()
    state = parse_qs(urlsplit(started.location).query)["state"][0]
    lied_to.provider.strict = False  # a provider that checks no PKCE
    query = urlencode({"code": overheard, "state": state, "iss": lied_to.provider.issuer})
    refused(lied_to.back(query), 400, "sign_in_not_valid")


@pytest.mark.parametrize("baggage", BAGGAGE.values(), ids=BAGGAGE.keys())
def test_a_way_back_ends_after_ten_minutes(lied_to: Visit, baggage: dict[str, str]) -> None:
    query = changed(lied_to.leave(), **baggage)
    with clock.shifted(timedelta(minutes=10, seconds=1)):
        refused(lied_to.back(query), 400, NOT_STARTED)


def test_a_tab_that_was_left_open_does_not_stand_in_the_way(world: World, visiting: Visiting) -> None:
    visit = visiting(world)
    first, second = visit.leave("/blog/"), visit.leave("/people/")
    assert visit.back(first).location == "/blog/"
    refused(visit.back(second), 400, NOT_STARTED)  # what was before the sign-in is worth nothing after it
    assert visit.is_in() == "Member"


# Which provider answers -----------------------------------------------------------------------


@pytest.mark.parametrize("baggage", BAGGAGE.values(), ids=BAGGAGE.keys())
def test_a_way_back_belongs_to_the_provider_that_it_led_to(
    lied_to: Visit, visiting: Visiting, baggage: dict[str, str]
) -> None:
    """Mix-up: each provider has an address of its own, and only its own journeys end there."""
    liar = visiting(lied_to.world, known=None)
    liar.browser = lied_to.browser
    refused(liar.back(changed(lied_to.leave(), **baggage)), 400, NOT_STARTED)


WRONG_ISSUERS = {
    "missing though announced": returns(iss=ABSENT),
    "empty": returns(iss=""),
    "another": returns(iss="https://evil.example"),
    "with a slash": Lie(back=lambda query: query | {"iss": query["iss"] + "/"}),
    "in capitals": Lie(back=lambda query: query | {"iss": query["iss"].upper()}),
    "markup": returns(iss=MARKUP),
    "another, with an error": Lie(
        back=lambda query: {"error": "access_denied", "state": query["state"], "iss": "https://evil.example"}
    ),
    "missing, with an error": Lie(back=lambda query: {"error": "access_denied", "state": query["state"]}),
}


@pytest.mark.parametrize("lie", WRONG_ISSUERS.values(), ids=WRONG_ISSUERS.keys())
def test_an_answer_in_the_name_of_another_issuer_is_not_taken(lied_to: Visit, lie: Lie) -> None:
    """RFC 9207, section 2.4; the code is not even shown to the token endpoint."""
    refused(lied_to.come_in(lie), 400, "wrong_issuer")
    assert "token" not in lied_to.provider.asked


def test_an_issuer_that_was_not_announced_may_be_missing_but_not_wrong(
    shared: World, visiting: Visiting
) -> None:
    silent = publishes(authorization_response_iss_parameter_supported=ABSENT)
    visit = visiting(shared)
    wrong = Lie(metadata=silent.metadata, back=returns(iss="https://evil.example").back)
    refused(visit.come_in(wrong), 400, "wrong_issuer")
    missing = Lie(metadata=silent.metadata, back=returns(iss=ABSENT).back)
    assert visit.come_in(missing).status_code == 303


def test_two_issuers_are_not_one(lied_to: Visit) -> None:
    query = lied_to.leave()
    refused(lied_to.back(f"{query}&iss=https%3A%2F%2Fevil.example"), 400, "wrong_issuer")


def test_two_codes_are_none(lied_to: Visit) -> None:
    query = lied_to.leave()
    refused(lied_to.back(f"{query}&code=another"), 400, "sign_in_not_valid")
    assert "token" not in lied_to.provider.asked


def test_two_states_are_none(lied_to: Visit) -> None:
    query = lied_to.leave()
    refused(lied_to.back(f"{query}&state=another"), 400, NOT_STARTED)


# What the provider says instead of a code -----------------------------------------------------


def test_who_cancels_is_back_at_the_sign_in_page(lied_to: Visit) -> None:
    lie = Lie(
        back=lambda query: {
            "error": "access_denied",
            "error_description": MARKUP,
            "state": query["state"],
            "iss": query["iss"],
        }
    )
    answer = lied_to.come_in(lie)
    refused(answer, 200, "cancelled")
    assert "Company" in answer.text
    assert 'name="password"' in answer.text


@pytest.mark.parametrize(
    "error",
    ["server_error", "login_required", "access_denied ", WORDS, MARKUP, "e" * 50_000, "\x00", ""],
    ids=lambda error: ascii(error[:20]),
)
def test_other_errors_are_the_providers_and_its_words_stay_in_the_log(lied_to: Visit, error: str) -> None:
    lie = Lie(
        back=lambda query: {
            "error": error,
            "error_description": MARKUP,
            "error_uri": f"https://evil.example/{WORDS}",
            "state": query["state"],
            "iss": query["iss"],
        }
    )
    refused(lied_to.come_in(lie), 502, "provider_refused")


@pytest.mark.parametrize("code", [ABSENT, "", "c" * 50_000], ids=["missing", "empty", "long"])
def test_without_a_code_nobody_comes_in(lied_to: Visit, code: Any) -> None:
    refused(lied_to.come_in(returns(code=code)), 400, "sign_in_not_valid")


@pytest.mark.parametrize("code", ["wrong", "\x00", "é", MARKUP], ids=ascii)
def test_a_wrong_code_lets_nobody_in(lied_to: Visit, code: str) -> None:
    refused(lied_to.come_in(returns(code=code)), 502, "provider_refused")


def test_the_way_back_is_not_posted(lied_to: Visit) -> None:
    """``form_post`` was not asked for; who posts here is no browser on its way back."""
    query = {name: values[0] for name, values in parse_qs(lied_to.leave()).items()}
    address = f"/login/oidc/{lied_to.name}/callback"
    assert lied_to.browser.post(address, data=query).status_code in (400, 405)
    assert lied_to.browser.send(address, query).status_code == 405


def test_tokens_in_the_address_are_not_looked_at(lied_to: Visit) -> None:
    """Implicit and hybrid answers were not asked for."""
    lie = Lie(
        back=lambda query: {
            "id_token": lied_to.provider.signed(lied_to.provider.claims("n")),
            "access_token": "a",
            "state": query["state"],
            "iss": query["iss"],
        }
    )
    refused(lied_to.come_in(lie), 400, "sign_in_not_valid")


def test_nothing_that_comes_along_breaks_either_database(world: World, visiting: Visiting) -> None:
    """All of it goes to the log."""
    visit = visiting(world)
    for odd in ("\x00", "%ff", "\u202e", "e" * 50_000):
        for name in ("state", "code", "iss", "error", "error_description", "unknown"):
            answer = visit.back(changed(visit.leave(), **{"error": "server_error", name: odd}))
            assert shown_code(answer) in (NOT_STARTED, "wrong_issuer", "provider_refused"), (name, odd)
        for path in (f"/login/oidc/{odd}", f"/login/oidc/{odd}/callback?state=x"):
            assert visit.browser.get(path).status_code == 404

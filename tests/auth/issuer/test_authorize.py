"""The way to a tool: what is asked, what is refused, and where the answer goes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.test import TestResponse

from collab import clock
from collab.auth.issuer import clients
from collab.auth.issuer.models import OAuthClient
from collab.auth.models import Account
from collab.auth.passwords import set_password
from tests.auth.issuer.conftest import BACK, CHALLENGE, Tool, came_back, question
from tests.cast import PASSWORD, STRANGER, Client, World

Make = Callable[..., Tool]


def test_somebody_who_is_signed_in_is_there_at_once(world: World, tool: Make) -> None:
    answer = came_back(tool().ask(world.as_("author")))

    assert answer.keys() == {"code", "state", "iss"}
    assert (answer["state"], answer["iss"]) == ("st", world.context.settings.url)


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": "\x00"},
        {"redirect_uri": None},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": f"{BACK}?x=1"},
        {"redirect_uri": f"{BACK}/../x"},
        {"redirect_uri": BACK.upper()},
        {"redirect_uri": BACK.replace("https", "http")},
        {"redirect_uri": f"{BACK}#x"},
        {"redirect_uri": "https://tool.example:443/callback"},
        {"redirect_uri": "https://tool.example@evil.example/callback"},
        {"state": "s" * 9000},
    ],
)
def test_an_unknown_tool_or_address_gets_a_page_and_no_redirect(
    world: World, tool: Make, wrong: dict[str, str | None]
) -> None:
    tool_ = tool()
    for who in (STRANGER, "author"):
        answer = tool_.ask(world.as_(who), **wrong)
        assert answer.status_code == 400
        assert "Location" not in answer.headers
        assert "https://evil.example" not in answer.text


def test_a_tool_that_is_switched_off_is_unknown(world: World, tool: Make) -> None:
    tool_ = tool()
    assert tool_.ask(world.as_("author")).status_code == 303
    _switch_off(world, tool_)
    assert tool_.ask(world.as_("author")).status_code == 400


def _switch_off(world: World, tool_: Tool) -> None:
    with world.system() as db:
        clients.disable(db, world.viewer("admin"), db.get_one(OAuthClient, tool_.number))


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": CHALLENGE + "="}, "invalid_request"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_type": 'a"\\ü'}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"request": "eyJ"}, "request_not_supported"),
        ({"request_uri": "https://tool.example/r"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"nonce": "a\x00b"}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_told_to_the_tool(
    world: World, tool: Make, wrong: dict[str, str | None], error: str
) -> None:
    tool_ = tool()
    for who in (STRANGER, "author"):
        answer = came_back(tool_.ask(world.as_(who), **wrong))
        assert answer["error"] == error
        assert (answer["state"], answer["iss"]) == ("st", world.context.settings.url)
        assert "code" not in answer


@pytest.mark.parametrize("name", ["scope", "nonce", "response_type", "code_challenge", "prompt"])
def test_a_parameter_that_comes_twice_is_refused(world: World, tool: Make, name: str) -> None:
    params = [*tool().params(prompt="consent").items(), (name, "x")]
    answer = world.as_("author").get(f"/oauth/authorize?{urlencode(params)}")
    assert came_back(answer)["error"] == "invalid_request"


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_an_address_that_comes_twice_is_no_address(world: World, tool: Make, name: str) -> None:
    params = tool().params()
    twice = [*params.items(), (name, params[name])]
    assert world.as_("author").get(f"/oauth/authorize?{urlencode(twice)}").status_code == 400


def test_all_windows_of_a_browser_may_come_back_at_once(world: World, tool: Make) -> None:
    tool_, author = tool(), world.as_("author")
    cookie = author.get_cookie("collab")
    assert cookie is not None

    def ask(_number: int) -> str:
        window = world.app.test_client()
        assert isinstance(window, Client)
        window.set_cookie("collab", cookie.value)
        return came_back(tool_.ask(window))["code"]

    with ThreadPoolExecutor(4) as threads:
        codes = list(threads.map(ask, range(8)))
    assert len({tool_.read(tool_.redeem(code).get_json()["id_token"])["sid"] for code in codes}) == 1


def test_the_address_that_the_tool_knows_is_filled_in(tool: Make, browser: Client) -> None:
    answer = tool().ask(browser, login_hint="author@example.com")
    assert 'value="author@example.com"' in browser.get(answer.headers["Location"]).text


def test_the_page_speaks_the_language_that_the_tool_asks_for(tool: Make, browser: Client) -> None:
    answer = tool().ask(browser, ui_locales="fr de-AT en")
    assert '<html lang="de"' in browser.get(answer.headers["Location"]).text


def test_what_is_unknown_is_ignored(world: World, tool: Make) -> None:
    more = {
        "ui_locales": "fr de",
        "login_hint": "x",
        "display": "popup",
        "acr_values": "1",
        "unheard_of": "1",
    }
    assert "code" in came_back(tool().ask(world.as_("author"), scope="openid phone xyz", **more))


# Who is it? ---------------------------------------------------------------------------------


@pytest.fixture
def browser(world: World) -> Client:
    """A browser in which nobody is signed in, for somebody with a password."""
    with world.system() as db:
        set_password(db, db.get_one(Account, world.account_id("author")), PASSWORD)
    client = world.app.test_client()
    assert isinstance(client, Client)
    return client


def _next(answer: TestResponse, path: str) -> str:
    """Where a sign-in page leads on to."""
    assert answer.status_code == 303
    parts = urlsplit(answer.headers["Location"])
    assert parts.path == path
    return parse_qs(parts.query)["next"][0]


def _sign_in(browser: Client, following: str) -> TestResponse:
    return browser.send(
        "/login",
        {"email": "author@example.com", "password": PASSWORD, "next": following},
        follow_redirects=False,
    )


@pytest.mark.parametrize("more", [{}, {"prompt": "login"}, {"max_age": "0"}, {"prompt": "select_account"}])
def test_signing_in_leads_on_to_the_tool(
    world: World, tool: Make, browser: Client, more: dict[str, str]
) -> None:
    following = _next(tool().ask(browser, **more), "/login")
    answer = _sign_in(browser, following)
    assert answer.headers["Location"] == following
    assert "code" in came_back(browser.get(following))


def test_a_request_of_any_length_survives_the_sign_in(world: World, tool: Make, browser: Client) -> None:
    following = _next(tool().ask(browser, state="s" * 4000), "/login")
    _sign_in(browser, following)
    assert came_back(browser.get(following))["state"] == "s" * 4000


def test_the_sign_in_page_lets_its_form_lead_to_the_tool(world: World, tool: Make, browser: Client) -> None:
    assert "tool.example" not in browser.get("/login").headers["Content-Security-Policy"]
    tool().ask(browser)
    page = browser.get("/login")
    assert "form-action 'self' https://tool.example;" in page.headers["Content-Security-Policy"]
    assert "tool.example" not in browser.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize("more", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "60"}])
def test_an_old_proof_is_asked_for_again_and_then_it_goes_on(
    world: World, tool: Make, browser: Client, more: dict[str, str]
) -> None:
    tool_ = tool()
    _sign_in(browser, "/")
    before = tool_.tokens(browser)
    with clock.shifted(timedelta(minutes=5)):
        following = _next(tool_.ask(browser, **more), "/login/again")
        # Going on without having answered asks again.
        assert _next(browser.get(following), "/login/again")
        browser.send("/login/again", {"password": PASSWORD, "next": following})
        code = came_back(browser.get(following))["code"]
        after = tool_.redeem(code).get_json()
    told = tool_.read(before["id_token"])["auth_time"], tool_.read(after["id_token"])["auth_time"]
    assert told[1] - told[0] >= 300


def test_a_recent_proof_is_enough(world: World, tool: Make) -> None:
    assert "code" in came_back(tool().ask(world.as_("author"), max_age="3600"))


@pytest.mark.parametrize(
    ("who", "more", "error"),
    [
        (STRANGER, {}, "login_required"),
        ("author", {"max_age": "0"}, "login_required"),
        ("author", {"scope": "openid email"}, "consent_required"),
        ("guest", {}, "access_denied"),
    ],
)
def test_a_silent_request_shows_no_page(
    world: World, tool: Make, who: str, more: dict[str, str], error: str
) -> None:
    answer = came_back(tool(trusted=False).ask(world.as_(who), prompt="none", **more))
    assert (answer["error"], answer["state"]) == (error, "st")


def test_a_form_of_the_tool_asks_like_an_address(world: World, tool: Make) -> None:
    """POST at the authorization endpoint: cookies of ours do not come with another site's form."""
    tool_ = tool()
    answer = tool_.programs.post("/oauth/authorize", data=tool_.params())
    assert answer.status_code == 303
    assert "code" in came_back(world.as_("author").get(answer.headers["Location"]))
    wrong = tool_.programs.post("/oauth/authorize", data=tool_.params(redirect_uri="https://evil.example"))
    assert wrong.status_code == 400


def test_a_guest_comes_in_only_where_guests_may(world: World, tool: Make) -> None:
    closed = tool().ask(world.as_("guest"))
    assert closed.status_code == 403
    assert "Wiki is not for guests" in closed.text
    assert "error=access_denied" in closed.text
    assert "code" in came_back(tool(allows_guests=True).ask(world.as_("guest")))


def test_not_you(world: World, tool: Make, browser: Client) -> None:
    tool_ = tool(trusted=False)
    _sign_in(browser, "/")
    answer = browser.send(question(tool_.ask(browser)) + "/switch")
    following = _next(answer, "/login")
    assert browser.get("/account/").status_code == 303
    _sign_in(browser, following)
    assert question(browser.get(following))

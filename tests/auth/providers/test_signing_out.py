"""Signing out here is signing out there, and the other way round."""

import base64
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.auth.providers.conftest import Trip, provide
from tests.cast import Client, World
from tests.kits import idp
from tests.kits.idp import Company

HOOK = "/login/oidc/company/backchannel-logout"


def _claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def test_signing_out_here_goes_on_to_the_provider_and_comes_back(trip: Trip) -> None:
    trip.sign_in()
    answer = trip.collab.send("/logout")
    assert trip.name is None
    asked = urlsplit(answer.location)
    told = parse_qs(asked.query)
    assert answer.location.startswith(f"{trip.company.url}/session/end?")
    assert told["post_logout_redirect_uri"] == ["http://127.0.0.1:8000/login"]
    assert told["client_id"] == [idp.CLIENT_ID]
    assert len(told["state"][0]) > 10
    assert _claims(told["id_token_hint"][0])["sub"] == "e-1001"
    page = trip.there.get(answer.location, timeout=20)
    assert page.status_code == 200
    assert "Sign out?" in page.text


def test_a_browser_is_led_there_by_a_page_as_its_form_may_not(trip: Trip) -> None:
    trip.sign_in()
    page = trip.collab.send(
        "/logout", headers={"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
    )
    assert page.status_code == 200
    assert f'content="0; url={trip.company.url}/session/end?' in page.text
    assert trip.name is None


def test_a_provider_that_is_down_does_not_keep_anybody_in(world: World, trip: Trip) -> None:
    trip.sign_in()
    provide(world, trip.company, issuer="http://127.0.0.1:9")
    answer = trip.collab.send("/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert trip.name is None


def test_who_came_by_password_is_not_sent_to_a_provider(world: World, trip: Trip) -> None:
    assert world.as_("member").send("/logout").location == "/login"


def test_signing_out_there_ends_that_session_here_and_no_other(
    world: World, trip: Trip, company: Company, served: str
) -> None:
    company.hire("roamer", groups=["staff"])
    trip.sign_in("roamer")
    second, other = Trip(world, company), Trip(world, company)
    second.sign_in("roamer")
    other.sign_in("erika")
    sent = company.control("POST", "logout", {"sub": "roamer"})["sent"]
    assert [each["ok"] for each in sent] == [True, True]
    assert (trip.name, second.name) == (None, None)
    assert other.name == "Erika Employee"


class Courier:
    """Carries a real logout token of the provider's, so that it can be sent again and otherwise."""

    def __init__(self, world: World, company: Company) -> None:
        client = world.app.test_client()
        assert isinstance(client, Client)
        self.world, self.company, self.client = world, company, client

    def deliver(self, token: str) -> tuple[int, Any, str]:
        answer = self.client.post(HOOK, data={"logout_token": token})
        return answer.status_code, answer.get_json(silent=True), answer.headers["Cache-Control"]


@pytest.fixture
def courier(world: World, trip: Trip, company: Company) -> Courier:
    return Courier(world, company)


def _caught(monkeypatch: pytest.MonkeyPatch, world: World, company: Company, served: str, sub: str) -> str:
    """Let the provider sign ``sub`` out and keep the token that it sends, which is not obeyed."""
    kept: list[str] = []

    def keep(environ: dict[str, Any], start_response: Any) -> Any:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        kept.extend(parse_qs(body).get("logout_token", []))
        start_response("200 OK", [("Content-Length", "0")])
        return [b""]

    with monkeypatch.context() as patch:
        patch.setattr(world.app, "wsgi_app", keep)
        company.control("POST", "logout", {"sub": sub})
    assert len(kept) >= 1
    return kept[-1]


def test_a_logout_token_is_obeyed_once(
    world: World, trip: Trip, company: Company, courier: Courier, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.hire("once", groups=["staff"])
    trip.sign_in("once")
    token = _caught(monkeypatch, world, company, served, "once")
    assert trip.name == "Once"
    assert courier.deliver(token)[::2] == (200, "no-store")
    assert trip.name is None
    assert courier.deliver(token) == (400, {"error": "invalid_request"}, "no-store")


def test_a_token_that_was_changed_ends_nothing(
    world: World, trip: Trip, company: Company, courier: Courier, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.hire("victim", groups=["staff"])
    trip.sign_in("victim")
    token = _caught(monkeypatch, world, company, served, "victim")
    head, body, signature = token.split(".")
    other = base64.urlsafe_b64encode(json.dumps(_claims(token) | {"sub": "e-1001"}).encode()).rstrip(b"=")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    for lie in ("", "x", f"{head}.{other.decode()}.{signature}", f"{none}.{body}.", f"{head}.{body}."):
        assert courier.deliver(lie) == (400, {"error": "invalid_request"}, "no-store")
    assert courier.client.post(HOOK).status_code == 400
    assert trip.name == "Victim"


def test_an_id_token_is_no_logout_token(trip: Trip, courier: Courier) -> None:
    trip.sign_in()
    hint = parse_qs(urlsplit(trip.collab.send("/logout").location).query)["id_token_hint"][0]
    trip.sign_in()
    assert courier.deliver(hint)[0] == 400
    assert trip.name == "Erika Employee"


def test_nobody_known_is_no_error_and_no_provider_is(
    world: World, trip: Trip, company: Company, courier: Courier, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.hire("stranger", groups=["staff"])
    answer = company.sign_in(trip.there, trip.leave(), "stranger")
    trip.back(answer)
    token = _caught(monkeypatch, world, company, served, "stranger")
    trip.collab.send("/logout")
    assert courier.deliver(token)[0] == 200
    assert courier.client.post("/login/oidc/nobody/backchannel-logout").status_code == 404


def test_a_page_of_another_site_cannot_use_the_hook(trip: Trip) -> None:
    trip.sign_in()
    answer = trip.collab.post(HOOK, data={"logout_token": "x"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 400
    assert trip.name == "Erika Employee"


def test_the_provider_ends_its_session_and_leads_back(trip: Trip) -> None:
    trip.sign_in()
    page = trip.there.get(trip.collab.send("/logout").location, timeout=20)
    secret = re.search(r'name="xsrf" value="([^"]+)"', page.text)
    assert secret is not None
    end = f"{trip.company.url}/session/end/confirm"
    answer = trip.company.follow(trip.there, end, {"xsrf": secret[1], "logout": "yes"})
    assert answer.headers["Location"].startswith("http://127.0.0.1:8000/login?state=")
    assert "Company sign-in" in trip.company.follow(trip.there, trip.leave()).text

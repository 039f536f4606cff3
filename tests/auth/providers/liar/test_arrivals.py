"""Arriving: a session of one's own, in a place of ours, through a provider that is still in use."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from collab import clock
from collab.activity import Event
from collab.auth.models import SignInSession
from collab.auth.providers import pages, views
from collab.auth.providers.models import SignInAttempt
from tests.auth.providers.liar.conftest import TRUSTING, Visit, Visiting, refused
from tests.auth.providers.liar.provider import Claims, Lie
from tests.cast import CAST, World

# The session ----------------------------------------------------------------------------------


def test_nothing_of_the_journey_stands_in_a_cookie_that_can_be_read(lied_to: Visit) -> None:
    started = lied_to.start()
    asked = parse_qs(urlsplit(started.location).query)
    with lied_to.world.system() as db:
        last = db.scalars(select(SignInAttempt).order_by(SignInAttempt.id.desc())).first()
        assert last is not None
        secrets = (asked["state"][0], asked["nonce"][0], last.code_verifier)
    for cookie in started.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert not [secret for secret in secrets if secret in cookie]
    assert last.state_hash not in secrets


def test_a_session_from_before_is_not_the_session_after(world: World, visiting: Visiting) -> None:
    visit = visiting(world)
    visit.browser.set_cookie("collab", "chosen-by-the-attacker-0123456789012345")
    assert visit.come_in().status_code == 303
    chosen = visit.browser.get_cookie("collab")
    assert chosen is not None
    assert chosen.value != "chosen-by-the-attacker-0123456789012345"


def test_whoever_was_signed_in_before_is_out(world: World, visiting: Visiting) -> None:
    visit, before = visiting(world), world.as_("colleague")
    cookie = before.get_cookie("collab")
    assert cookie is not None
    visit.browser = before
    assert visit.come_in().status_code == 303
    assert visit.is_in() == "Member"
    copied = visit.elsewhere()
    copied.browser.set_cookie("collab", cookie.value)
    assert copied.is_in() is None


def test_the_session_knows_how_it_came_about(world: World, visiting: Visiting) -> None:
    visit = visiting(world, session_hours=2)
    visit.come_in()
    with world.system() as db:
        kept = db.scalars(select(SignInSession)).one()
        assert "fed" in kept.amr
        assert (kept.identity_id is not None, kept.op_sid) == (True, "session-1")
        assert visit.provider.id_tokens[-1] not in (kept.id_token or "")
    with clock.shifted(timedelta(hours=2, minutes=1)):
        assert visit.is_in() is None


# Where it leads -------------------------------------------------------------------------------

EVIL_PLACES = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "@evil.example",
    "/blog\\..\\evil",
    "/\x00evil",
    "/é",
    "",
    "/" + "a" * 5000,
]


@pytest.mark.parametrize("place", EVIL_PLACES, ids=ascii)
def test_signing_in_leads_to_no_place_but_ours(shared: World, visiting: Visiting, place: str) -> None:
    visit = visiting(shared)
    assert visit.back(visit.leave(place)).location == "/"


def test_signing_in_leads_to_where_one_wanted_to_go(shared: World, visiting: Visiting) -> None:
    visit = visiting(shared)
    query = visit.leave("/search?q=plan&page=2")
    assert "/search" not in str(visit.provider.sent["authorize"])
    assert visit.back(query + "&next=/evil").location == "/search?q=plan&page=2"


# The provider itself --------------------------------------------------------------------------


def test_a_provider_that_was_switched_off_meanwhile_lets_nobody_in(lied_to: Visit) -> None:
    query = lied_to.leave()
    lied_to.change(enabled=False)
    assert lied_to.back(query).status_code == 404
    assert lied_to.start().status_code == 404
    assert "token" not in lied_to.provider.asked


@pytest.mark.parametrize("name", ["nobody", "..", "é", "a" * 5000, "%00"])
def test_a_provider_that_nobody_knows_is_not_there(lied_to: Visit, name: str) -> None:
    for path in (f"/login/oidc/{name}", f"/login/oidc/{name}/callback?state=x&code=y"):
        assert lied_to.browser.get(path).status_code in (404, 405)


# Two at once ----------------------------------------------------------------------------------


def at_once(*visits: Visit) -> Callable[[Claims], Claims]:
    """A userinfo endpoint that answers none of the visits before all have asked."""
    gate = threading.Barrier(len(visits), timeout=20)

    def told(claims: Claims) -> Claims:
        gate.wait()
        return claims

    return told


def test_somebody_new_in_two_windows_at_once_gets_one_account(world: World, visiting: Visiting) -> None:
    first = visiting(world, known=None, **TRUSTING)
    windows = [first, first.elsewhere()]
    for number in range(3):
        first.provider.person |= {"sub": f"new-{number}", "groups": [f"group-{number}"]}
        first.provider.person["email"] = f"new-{number}@corp.example"
        first.provider.lie = Lie(userinfo=at_once(*windows))
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(Visit.come_in, windows))
        assert [answer.status_code for answer in answers] == [303, 303]
    counted = first.counted()
    assert (counted["Identity"], counted["Account"]) == (3, 3 + len(CAST))


def test_of_two_who_bring_one_answer_one_comes_in(world: World, visiting: Visiting) -> None:
    visit = visiting(world)
    query = visit.leave()
    copied = visit.elsewhere()
    for cookie in visit.browser._cookies.values():
        copied.browser.set_cookie(cookie.key, cookie.value)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda each: each.back(query), [visit, copied]))
    assert sorted(answer.status_code for answer in answers) == [303, 400]
    assert visit.provider.asked.count("token") == 1


# Floods ---------------------------------------------------------------------------------------


def test_being_refused_again_and_again_does_not_fill_the_log(
    world: World, visiting: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "NOTED", 3)
    visit = visiting(world)
    for _ in range(5):
        refused(visit.back("state=unknown"), 400, "sign_in_not_started_here")
        answer = visit.browser.post(
            f"/login/oidc/{visit.name}/backchannel-logout", data={"logout_token": "x"}
        )
        assert answer.status_code == 400
    with world.system() as db:
        kinds = select(Event.kind, func.count()).group_by(Event.kind)
        noted = {row[0]: row[1] for row in db.execute(kinds)}
    assert (noted["session.refused"], noted["logout.refused"]) == (3, 3)


def test_beginning_again_and_again_does_not_fill_the_database(
    world: World, visiting: Visiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "JOURNEYS", 3)
    visit = visiting(world)
    assert [visit.start().status_code for _ in range(5)] == [303, 303, 303, 429, 429]
    assert int(visit.start().headers["Retry-After"]) > 0
    with world.system() as db:
        assert db.scalar(select(func.count()).select_from(SignInAttempt)) == 3

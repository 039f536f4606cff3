"""Signing out here, with a provider that will not, cannot, or wants something for it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.auth.providers.liar.conftest import Visit, Visiting
from tests.auth.providers.liar.lies import ABSENT, WORDS, publishes, replies
from tests.auth.providers.liar.provider import Lie, Reply
from tests.cast import World

METADATA = ".well-known/openid-configuration"


@pytest.fixture
def database() -> str:
    """None of this is the database's work."""
    return "sqlite"


@pytest.fixture
def visit(world: World, visiting: Visiting) -> Visit:
    visit = visiting(world)
    assert visit.come_in().status_code == 303
    return visit


def forgotten(visit: Visit) -> None:
    """Collab has started anew and knows nothing of the provider's metadata."""
    visit.world.app.extensions["collab-providers"].forget(visit.provider.issuer)


def test_signing_out_goes_on_to_the_provider(visit: Visit) -> None:
    answer = visit.browser.send("/logout")
    asked = parse_qs(urlsplit(answer.location).query)
    assert answer.location.startswith(f"{visit.provider.issuer}/end?")
    assert asked["id_token_hint"] == visit.provider.id_tokens
    assert asked["post_logout_redirect_uri"][0].endswith("/login")
    assert len(asked["state"][0]) >= 16
    assert visit.is_in() is None


@pytest.mark.parametrize(
    "lie",
    [
        replies(METADATA, Reply(WORDS, 500)),
        replies(METADATA, Reply(silent=True)),
        publishes(issuer="https://evil.example"),
        publishes(end_session_endpoint="javascript:alert(1)"),
        publishes(end_session_endpoint="http://idp.evil.example:x/"),
        publishes(end_session_endpoint=5),
        publishes(end_session_endpoint=ABSENT),
    ],
    ids=[
        "broken",
        "silent",
        "another issuer",
        "a script",
        "a port of letters",
        "a number",
        "no such address",
    ],
)
def test_a_provider_that_fails_does_not_keep_anybody_signed_in(
    visit: Visit, lie: Lie, impatient: float
) -> None:
    forgotten(visit)
    visit.provider.lie = lie
    cookie = visit.browser.get_cookie("collab")
    assert cookie is not None
    answer = visit.browser.send("/logout")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert visit.is_in() is None
    copied = visit.elsewhere()
    copied.browser.set_cookie("collab", cookie.value)
    assert copied.is_in() is None


def test_nobody_else_can_sign_somebody_out(visit: Visit) -> None:
    """A page elsewhere, an image, a link: none of them carries our form's token."""
    assert visit.browser.get("/logout").status_code == 405
    assert visit.browser.post("/logout").status_code == 400
    assert visit.browser.post("/logout", headers={"Origin": "https://evil.example"}).status_code == 400
    assert visit.is_in() == "Member"

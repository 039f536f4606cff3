"""Discovery and keys: what is published is true, and each key is known before it signs."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from collab import clock
from collab.auth.issuer import keys
from collab.auth.issuer.models import SigningKey
from collab.viewer import ANONYMOUS
from tests.auth.issuer.conftest import Tool
from tests.cast import World

Make = Callable[..., Tool]


@pytest.fixture
def kids(world: World) -> Callable[[], list[str]]:
    programs = world.app.test_client(use_cookies=False)
    return lambda: [key["kid"] for key in programs.get("/oauth/jwks").get_json()["keys"]]


def _signs(world: World) -> str:
    return keys.signing(keys.published(world.context)).kid


def _tend(world: World) -> None:
    with world.system() as db:
        keys.tend(db, world.context.settings.key, timedelta(days=8))


def test_discovery_says_what_is_there(world: World) -> None:
    programs = world.app.test_client(use_cookies=False)
    for path in ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"):
        answer = programs.get(path)
        told, base = answer.get_json(), world.context.settings.url
        assert told["issuer"] == base
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    named = {name: told[name].removeprefix(base) for name in told if name.endswith(("_endpoint", "_uri"))}
    known = {rule.rule for rule in world.app.url_map.iter_rules()}
    assert set(named.values()) <= known
    assert len(named) == 7
    assert told["request_uri_parameter_supported"] is False, "the default would be true"
    assert (told["code_challenge_methods_supported"], told["response_types_supported"]) == (
        ["S256"],
        ["code"],
    )


def test_only_public_halves_are_published_and_private_ones_are_sealed(
    world: World, kids: Callable[[], list[str]]
) -> None:
    assert len(kids()) == 2
    for key in world.app.test_client().get("/oauth/jwks").get_json()["keys"]:
        assert key.keys() == {"kty", "n", "e", "kid", "use", "alg"}
    with world.system() as db:
        for row in db.query(SigningKey):
            assert '"d"' not in row.private_key


def test_a_key_signs_only_after_it_was_published(world: World, kids: Callable[[], list[str]]) -> None:
    before, signs = kids(), _signs(world)
    (following,) = set(before) - {signs}
    _tend(world)
    assert kids() == before
    with clock.shifted(timedelta(days=91)):
        _tend(world)
        assert _signs(world) == following
        assert set(before) < set(kids()), "the old one is still believed"
        _tend(world)
        assert _signs(world) == following
    with clock.shifted(timedelta(days=100)):
        _tend(world)
        assert signs not in kids()
        assert _signs(world) == following


def test_tokens_of_before_are_good_after_the_change(world: World, tool: Make) -> None:
    tool_ = tool()
    old = tool_.tokens(world.as_("author"))["id_token"]
    with world.system() as db:
        keys.rotate(db, ANONYMOUS, world.context.settings.key)
    assert tool_.read(old)["aud"] == tool_.id
    assert tool_.read(tool_.tokens(world.as_("author"))["id_token"])["aud"] == tool_.id


def test_a_key_that_others_know_is_withdrawn_at_once(world: World, kids: Callable[[], list[str]]) -> None:
    kids()
    signs = _signs(world)
    with world.system() as db:
        keys.rotate(db, ANONYMOUS, world.context.settings.key, withdraw=True)
    assert signs not in kids()
    assert len(kids()) == 2


def test_keys_of_another_secret_are_replaced(world: World, kids: Callable[[], list[str]]) -> None:
    before = kids()
    with world.system() as db:
        keys.ensure(db, "another secret key")
    assert not set(before) & set(kids())

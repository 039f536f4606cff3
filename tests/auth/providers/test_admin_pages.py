"""Administrators set up companies through which people sign in."""

import re

import pytest
from sqlalchemy import select

from collab import clock
from collab.auth.providers.models import SignInProvider
from tests.auth.providers.conftest import COLLAB, Trip
from tests.cast import World
from tests.kits.idp import Company

FORM = {
    "name": "corp",
    "kind": "openid",
    "issuer": "https://login.corp.example",
    "label": "Corp",
    "client_id": "collab",
    "client_secret": "a secret",
    "scopes": "openid email",
    "audience": "employees",
    "email_trust": "none",
    "creates_accounts": "1",
    "listed": "1",
    "employee_groups": "CN=staff,DC=corp\nCN=temps,DC=corp",
}
GITHUB = {
    "kind": "oauth2",
    "issuer": "https://github.com",
    "authorization": "https://github.com/login/oauth/authorize",
    "token": "https://github.com/login/oauth/access_token",
    "userinfo": "https://api.github.com/user",
}


def _add(world: World, **more: str) -> str:
    answer = world.as_("admin").send("/admin/providers/new", FORM | more)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def _row(world: World) -> SignInProvider:
    with world.looking() as (db, _):
        return db.scalars(select(SignInProvider)).one()


def test_a_company_that_is_added_is_offered_and_its_secret_shown_to_nobody(world: World) -> None:
    page = world.as_("admin").get(_add(world)).text
    assert f"{COLLAB}/login/oidc/corp/backchannel-logout" in page
    assert "a secret" not in page
    row = _row(world)
    assert row.employee_groups == ["CN=staff,DC=corp", "CN=temps,DC=corp"]
    assert "a secret" not in row.client_secret
    assert "Sign in with Corp" in world.as_("stranger").get("/login").text


def test_an_empty_secret_keeps_the_one_that_there_is(world: World) -> None:
    address = _add(world)
    before = _row(world).client_secret
    change = {key: value for key, value in FORM.items() if key not in ("name", "kind", "issuer")}
    change |= {"client_secret": "", "label": "Corp Inc."}
    assert world.as_("admin").send(address, change).status_code == 303
    assert (_row(world).label, _row(world).client_secret) == ("Corp Inc.", before)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "Corp Inc"}, "small letters"),
        ({"issuer": "login.corp.example"}, "https://"),
        ({"scopes": "email"}, "openid has to be"),
        ({"email_trust": "domains"}, "fill this in"),
        ({"label": ""}, "fill this in"),
        ({"kind": "oauth2"}, "fill this in"),
        ({"session_hours": "0"}, "cannot be used"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(world: World, wrong: dict[str, str], said: str) -> None:
    answer = world.as_("admin").send("/admin/providers/new", FORM | wrong)
    assert (answer.status_code, said in answer.text) == (422, True)
    with world.looking() as (db, _):
        assert db.scalar(select(SignInProvider.id)) is None


def test_two_companies_have_two_names_and_two_issuers(world: World) -> None:
    _add(world)
    for more in ({"name": "other"}, {"issuer": "https://other.example"}):
        assert world.as_("admin").send("/admin/providers/new", FORM | more).status_code == 422


def test_a_provider_without_openid_can_be_added(world: World) -> None:
    assert world.as_("admin").get(_add(world, **GITHUB)).status_code == 200
    leaving = world.as_("stranger").get("/login/oidc/corp").location
    assert leaving.startswith("https://github.com/login/oauth/authorize?")
    assert "code_challenge_method=S256" in leaving


def test_the_connection_can_be_tried_before_and_after(world: World, company: Company) -> None:
    admin = world.as_("admin")
    good = admin.send("/admin/providers/new", FORM | {"issuer": company.url, "test": "1"})
    assert "It works" in good.text
    assert 'value="CN=' not in good.text
    assert 'value="Corp"' in good.text, "what was typed stays"
    bad = admin.send("/admin/providers/new", FORM | {"issuer": f"{company.url}/", "test": "1"})
    assert "It does not work" in bad.text
    assert "metadata_issuer" in bad.text
    address = _add(world, issuer=company.url)
    assert "It works" in admin.send(f"{address}/test").text


def test_who_came_in_and_what_was_refused_can_be_seen(world: World, trip: Trip) -> None:
    trip.sign_in("erika")
    trip.collab.get("/login/oidc/company/callback?state=made-up")
    address = re.search(r"/admin/providers/[\w-]{16}", world.as_("admin").get("/admin/providers/").text)
    assert address is not None
    page = world.as_("admin").get(address[0]).text
    assert "Erika Employee" in page
    assert "e-1001" in page
    assert "sign_in_not_started_here" in page


def test_off_means_out_and_nobody_in(world: World, trip: Trip) -> None:
    trip.sign_in("erika")
    row = _row(world)
    own = f"/admin/providers/{row.public_id}"
    assert world.as_("admin").send(f"{own}/switch", {"on": "0"}).status_code == 303
    assert trip.name is None
    assert trip.collab.get("/login/oidc/company").status_code == 404
    world.as_("admin").send(f"{own}/switch", {"on": "1"})
    assert trip.sign_in("erika").status_code == 303


def test_the_only_way_in_takes_proof_by_an_administrator(world: World) -> None:
    own = _add(world)
    refused = world.as_("admin").send(f"{own}/exclusive", {"on": "1"})
    assert (refused.status_code, _row(world).exclusive) == (422, False)
    with world.system() as db:
        db.scalars(select(SignInProvider)).one().proved_at = clock.now()
    assert world.as_("admin").send(f"{own}/exclusive", {"on": "1"}).status_code == 303
    assert _row(world).exclusive is True


def test_what_stands_in_the_file_is_not_changed_here(world: World) -> None:
    own = _add(world)
    with world.system() as db:
        db.scalars(select(SignInProvider)).one().managed_by = "file"
    change = {key: value for key, value in FORM.items() if key not in ("name", "kind", "issuer")}
    assert world.as_("admin").send(own, change | {"label": "Other"}).status_code == 409
    assert world.as_("admin").send(f"{own}/switch", {"on": "0"}).status_code == 409
    assert "settings file" in world.as_("admin").get(own).text
    assert (_row(world).label, _row(world).enabled) == ("Corp", True)

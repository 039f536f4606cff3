"""Providers from the settings file."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from collab.auth import sealed
from collab.auth.providers import configured
from collab.auth.providers.models import SignInProvider
from collab.config import OidcSetting, SettingError, Settings, load
from tests.cast import World

CORP = OidcSetting("corp", "https://login.corp.example", "collab", "a secret")
TABLE = """
[[oidc]]
name = "corp"
issuer = "https://login.corp.example/realms/x"
client_id = "collab"
client_secret = "s"
label = "Corp"
scopes = "openid email"
groups_claim = "roles"
admin_groups = ["it"]
employee_groups = "staff, temps"
guest_groups = ["externals"]
trust_email = ["@Corp.example"]
"""


def _read(folder: Path, text: str) -> Settings:
    file = folder / "collab.toml"
    file.write_text(text)
    return load({"COLLAB_CONFIG": str(file)})


def test_a_provider_is_read_from_the_file(tmp_path: Path) -> None:
    (found,) = _read(tmp_path, TABLE).oidc
    assert (found.name, found.label, found.groups_claim) == ("corp", "Corp", "roles")
    assert (found.admin_groups, found.employee_groups) == (("it",), ("staff", "temps"))
    assert (found.trust_email, found.creates_accounts) == (("corp.example",), True)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[oidc]\nname = 'x'", r"\[\[oidc\]\]"),
        ("[[oidc]]\nname = 'x'\nclient_id = 'c'", "number 1 .x.: issuer is missing"),
        ("[[oidc]]\nissuer = 'https://a.example'\nclient_id = 'c'", "name is missing"),
        ("[[oidc]]\nname = 'Corp Inc'\nissuer = 'https://a.example'\nclient_id = 'c'", "small letters"),
        ("[[oidc]]\nname = 'x'\nissuer = 'a.example'\nclient_id = 'c'", "issuer has to be"),
        (TABLE + "isuer = 'x'", "unknown setting isuer"),
        (TABLE.replace('["@Corp.example"]', '"yes"'), "trust_email"),
        (TABLE.replace('["it"]', "[1]"), "admin_groups"),
        (TABLE.replace('"openid email"', '"email"'), "openid"),
        (TABLE + "session_hours = 0", "session_hours has to be a whole number"),
        (TABLE + "creates_accounts = 'no'", "true or false"),
        (TABLE + TABLE, "'corp' is there twice"),
    ],
)
def test_a_mistake_in_the_file_is_one_clear_line(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(SettingError, match=named) as raised:
        _read(tmp_path, text)
    assert "\n" not in str(raised.value)


def _sync(world: World, *wanted: OidcSetting) -> None:
    configured.sync(replace(world.context.settings, oidc=wanted), world.context.write)


def _rows(world: World) -> dict[str, SignInProvider]:
    with world.looking() as (db, _):
        return {row.name: row for row in db.scalars(select(SignInProvider))}


def test_the_table_says_what_the_file_says(world: World) -> None:
    _sync(world, CORP)
    _sync(world, CORP)
    _sync(world, replace(CORP, label="Corp", trust_email=("corp.example",), client_secret="another"))
    row = _rows(world)["corp"]
    assert (row.label, row.email_trust, row.domains) == ("Corp", "domains", ["corp.example"])
    assert (row.managed_by, row.enabled, row.creates_accounts) == ("file", True, True)
    assert sealed.unseal(world.context.settings.key, row.client_secret) == "another"
    assert "another" not in row.client_secret


def test_what_is_gone_from_the_file_is_off_and_can_come_back(world: World) -> None:
    _sync(world, CORP)
    _sync(world)
    assert _rows(world)["corp"].enabled is False
    _sync(world, CORP)
    assert _rows(world)["corp"].enabled is True


def test_another_name_in_the_file_is_the_same_provider(world: World) -> None:
    _sync(world, CORP)
    before = _rows(world)["corp"].id
    _sync(world, replace(CORP, name="company"))
    assert {name: row.id for name, row in _rows(world).items()} == {"company": before}


def test_a_provider_of_an_administrator_is_not_doubled_and_not_touched(world: World) -> None:
    _sync(world, CORP)
    with world.system() as db:
        db.scalars(select(SignInProvider)).one().managed_by = "admin"
    with pytest.raises(SettingError, match="as 'corp'"):
        _sync(world, replace(CORP, name="other"))
    _sync(world)
    assert _rows(world)["corp"].enabled is True

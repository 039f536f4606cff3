"""Administrators connect the company's directory: its address, its tokens, what it keeps."""

import re
from datetime import timedelta

from sqlalchemy import select

from collab import clock
from collab.auth.models import Account, ApiToken
from tests.cast import World
from tests.scim.conftest import Directory

PAGE = "/admin/directory/"


def _make(world: World, **form: str) -> str:
    """The token that the page shows once."""
    answer = world.as_("admin").send(f"{PAGE}tokens", {"name": "Entra ID", "days": "365", **form})
    assert answer.status_code == 200, answer.text
    found = re.search(r"collab_[\w-]{43}", answer.text)
    assert found is not None
    return found[0]


def _status(world: World, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return world.app.test_client().get("/scim/v2/Users", headers=headers).status_code


def test_a_token_is_made_shown_once_used_and_revoked(world: World) -> None:
    admin = world.as_("admin")
    assert "/scim/v2" in admin.get(PAGE).text
    old, new = _make(world), _make(world, name="Entra ID, next")
    assert (_status(world, old), _status(world, new)) == (200, 200)
    page = admin.get(PAGE).text
    assert old not in page
    assert "Entra ID, next" in page
    assert "never used" not in page

    first = re.findall(r"/admin/directory/tokens/([^/]+)/revoke", page)[-1]
    assert admin.send(f"{PAGE}tokens/{first}/revoke").status_code == 303

    assert (_status(world, old), _status(world, new)) == (401, 200)


def test_no_other_token_is_listed_or_revoked_there(world: World) -> None:
    world.token("member", "read")
    with world.context.read() as db:
        token = db.scalars(select(ApiToken)).one()
    assert world.as_("admin").send(f"{PAGE}tokens/{token.public_id}/revoke").status_code == 404
    assert "/revoke" not in world.as_("admin").get(PAGE).text


def test_making_a_token_takes_a_fresh_proof(world: World) -> None:
    admin = world.as_("admin")
    with clock.shifted(timedelta(hours=1)):
        answer = admin.send(f"{PAGE}tokens", {"name": "Entra ID", "days": ""})
    assert answer.status_code == 303
    with world.context.read() as db:
        assert db.scalars(select(ApiToken)).all() == []


def test_a_name_is_needed_and_what_was_chosen_stays(world: World) -> None:
    answer = world.as_("admin").send(f"{PAGE}tokens", {"name": " ", "days": "90"})
    assert answer.status_code == 422
    assert re.search(r'<option value="90" selected', answer.text)


def test_administrators_are_warned_before_the_last_token_ends(world: World) -> None:
    token = _make(world, days="90")
    Directory(world).user()
    with world.system() as db:
        for row in db.scalars(select(ApiToken).where(ApiToken.name == "test")):
            row.revoked_at = clock.now()
    admin = world.as_("admin")
    assert "The last token ends" not in admin.get(PAGE).text
    with world.system() as db:
        for row in db.scalars(select(ApiToken).where(ApiToken.revoked_at.is_(None))):
            row.expires_at = clock.now() + timedelta(days=20)
    assert "The last token ends" in admin.get(PAGE).text
    with world.system() as db:
        for row in db.scalars(select(ApiToken)):
            row.revoked_at = clock.now()
    assert "No token is left" in admin.get(PAGE).text
    assert _status(world, token) == 401


def test_a_person_whom_the_directory_keeps_is_marked(world: World) -> None:
    Directory(world).user("m.member", emails=[{"value": "member@example.com"}])
    with world.context.read() as db:
        ids = {name: db.get_one(Account, world.account_id(name)).public_id for name in ("member", "author")}
    admin = world.as_("admin")
    assert "keeps this account as m.member" in admin.get(f"/admin/people/{ids['member']}").text
    assert "keeps this account" not in admin.get(f"/admin/people/{ids['author']}").text

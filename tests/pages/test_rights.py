"""Who may read and write pages."""

import pytest
from sqlalchemy import update

from collab import clock
from collab.workspaces.models import Workspace
from tests.cast import World

NEW = {"title": "Mine", "body": "Words", "parent": ""}


def test_a_guest_contributes_to_a_closed_workspace(world: World) -> None:
    place = world.workspace(members=["guest"], visibility="closed")
    internal = world.page("Internal", workspace=place)
    guest = world.as_("guest")
    address = guest.send(f"/w/{place}/pages/new", NEW).location
    assert guest.get(address).status_code == 200
    assert world.as_("author").get(address).status_code == 200
    assert guest.get(internal.address).status_code == 404
    assert "Internal" not in guest.get(f"/w/{place}/pages/").text
    assert guest.send(f"{internal.address}/edit", {**NEW, "version": "1"}).status_code == 404


def test_a_hidden_page_looks_like_a_missing_one(world: World) -> None:
    place = world.workspace(members=["guest"], visibility="closed")
    world.page("Internal", workspace=place)
    hidden = world.as_("guest").get(f"/w/{place}/pages/internal")
    missing = world.as_("guest").get(f"/w/{place}/pages/nothinng")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.text.replace("nternal", "othinng").replace("Iothinng", "Nothinng").count("othinng") > 1
    assert len(hidden.text.replace("internal", "")) - len(missing.text.replace("nothinng", "")) == 0


@pytest.mark.parametrize("act", ["edit", "move", "order", "delete", "editing"])
def test_a_reader_cannot_change_anything(world: World, act: str) -> None:
    place = world.workspace(readers=["colleague"], visibility="closed")
    page = world.page("Plan", workspace=place)
    forms = {
        "edit": {"title": "X", "body": "X", "version": "1"},
        "move": {"title": "X", "slug": "x", "parent": "", "place": "stay"},
        "order": {"step": "up"},
    }
    reader = world.as_("colleague")
    assert reader.get(page.address).status_code == 200
    assert f"{page.address}/edit" not in reader.get(page.address).text
    assert reader.send(f"{page.address}/{act}", forms.get(act)).status_code == 403
    assert reader.send(f"/w/{place}/pages/new", NEW).status_code == 403


def test_an_archived_workspace_is_closed_for_writing(world: World) -> None:
    place = world.workspace(members=["member"])
    page = world.page("Plan", workspace=place)
    with world.system() as db:
        db.execute(update(Workspace).where(Workspace.slug == place).values(archived_at=clock.now()))
    member = world.as_("member")
    assert member.get(page.address).status_code == 200
    assert member.get(f"{page.address}/edit").status_code == 403
    form = {"title": "X", "body": "X", "version": "1"}
    assert member.send(f"{page.address}/edit", form).status_code == 403
    assert member.send(f"/w/{place}/pages/new", NEW).status_code == 403


@pytest.mark.parametrize("who", ["colleague", "guest", "admin"])
def test_those_outside_find_nothing(world: World, who: str) -> None:
    place = world.workspace(visibility="secret")
    page = world.page("Plan", workspace=place)
    for path in (page.address, f"{page.address}/edit", f"/w/{place}/pages/", f"/w/{place}/pages/new"):
        assert world.as_(who).get(path).status_code == 404
    assert world.as_(who).get(f"/api/v1/pages/{page.public_id}").status_code == 404
    assert world.as_(who).get(f"/entries/{page.public_id}/history").status_code == 404


def test_strangers_are_asked_to_sign_in(world: World) -> None:
    page = world.page("Plan", workspace=world.workspace())
    for path in (page.address, page.address + "-not-there"):
        answer = world.as_("stranger").get(path)
        assert answer.status_code == 303
        assert "/login" in answer.location


def test_guests_of_other_firms_stay_apart_in_a_clean_room(world: World) -> None:
    room = world.workspace(members=["guest", "rival"], visibility="closed", clean_room=True)
    page = world.page("Offer", workspace=room, author="guest")
    rival = world.as_("rival")
    assert world.as_("author").get(page.address).status_code == 200
    assert rival.get(page.address).status_code == 404
    assert rival.get(f"/entries/{page.public_id}/history").status_code == 404
    assert "Offer" not in rival.get(f"/w/{room}/pages/").text

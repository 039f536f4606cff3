"""Joining, asking, adding, changing, handing over and leaving."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity.models import Event
from collab.auth.models import Account
from tests.cast import World


def _events(world: World, kind: str) -> int:
    with world.system() as db:
        return len(db.scalars(select(Event.id).where(Event.kind == kind)).all())


def _handle(world: World, who: str) -> str:
    with world.system() as db:
        return db.get_one(Account, world.account_id(who)).handle


def _hire(world: World, name: str, handle: str, **more: str) -> None:
    with world.system() as db:
        db.add(Account(handle=handle, name=name, created_at=clock.now(), **more))


def test_an_employee_joins_an_open_workspace_at_once(world: World) -> None:
    slug = world.workspace("Board")
    world.as_("member").send(f"/w/{slug}/join")
    world.as_("member").send(f"/w/{slug}/join")
    assert "Member" in world.as_("colleague").get(f"/w/{slug}/members").text
    assert _events(world, "member.joined") == 1


@pytest.mark.parametrize(("visibility", "status"), [("closed", 403), ("secret", 404)])
def test_nobody_joins_what_has_to_be_asked_for(world: World, visibility: str, status: int) -> None:
    slug = world.workspace("Board", visibility=visibility)
    assert world.as_("member").send(f"/w/{slug}/join").status_code == status
    assert world.as_("guest").send(f"/w/{slug}/join").status_code == 404


def test_who_asks_is_let_in_by_an_owner(world: World) -> None:
    slug = world.workspace("Board", visibility="closed", members=["colleague"])
    world.as_("member").send(f"/w/{slug}/requests", {"message": "I build the crane."})
    assert "I build the crane." not in world.as_("colleague").get(f"/w/{slug}/members").text
    assert "I build the crane." in world.as_("author").get(f"/w/{slug}/members").text
    headers = world.token("author")
    listed = world.as_("author").get(f"/api/v1/workspaces/{slug}/requests", headers=headers).json
    assert listed is not None
    request = listed["items"][0]["id"]
    assert world.as_("colleague").send(f"/w/{slug}/requests/{request}/accept").status_code == 404
    assert world.as_("member").send(f"/w/{slug}/requests/{request}/accept").status_code == 404
    accepted = world.as_("author").send(f"/w/{slug}/requests/{request}/accept", {"role": "reader"})
    assert accepted.status_code == 303
    assert world.as_("member").get(f"/w/{slug}/members").status_code == 200
    assert "I build the crane." not in world.as_("author").get(f"/w/{slug}/members").text


def test_a_declined_request_gives_nothing(world: World) -> None:
    slug = world.workspace("Board", visibility="closed")
    world.as_("member").send(f"/w/{slug}/requests", {"message": "please"})
    listed = world.as_("author").get(f"/api/v1/workspaces/{slug}/requests").json
    assert listed is not None
    request = listed["items"][0]["id"]
    assert world.as_("author").send(f"/w/{slug}/requests/{request}/decline").status_code == 303
    assert world.as_("member").get(f"/w/{slug}/members").status_code == 404
    assert _events(world, "member.declined") == 1


def test_a_request_can_be_taken_back(world: World) -> None:
    slug = world.workspace("Board", visibility="closed")
    world.as_("member").send(f"/w/{slug}/requests", {"message": "please"})
    world.as_("member").send(f"/w/{slug}/requests/withdraw")
    assert world.as_("author").get(f"/api/v1/workspaces/{slug}/requests").json == {"items": [], "next": None}


def test_an_owner_adds_a_member_by_name_or_handle(world: World) -> None:
    slug = world.workspace("Board", visibility="closed")
    _hire(world, "Petra Pauli", "pp1")
    for given in ("member", "@colleague", "Petra Pauli"):
        added = world.as_("author").send(f"/w/{slug}/members", {"account": given, "role": "reader"})
        assert added.status_code == 303, given
    assert "Petra Pauli" in world.as_("member").get(f"/w/{slug}/members").text


def test_of_two_people_with_one_name_the_owner_chooses(world: World) -> None:
    slug = world.workspace("Board")
    _hire(world, "Petra Pauli", "pp1", title="Sales")
    _hire(world, "Petra Pauli", "pp2", title="Foundry")
    asked = world.as_("author").send(f"/w/{slug}/members", {"account": "Petra Pauli", "role": "reader"})
    assert asked.status_code == 422
    assert "Foundry" in asked.text and "Sales" in asked.text


@pytest.mark.parametrize("who", ["member", "colleague", "guest", "admin"])
def test_only_owners_add_and_remove(world: World, who: str) -> None:
    slug = world.workspace("Board", members=["member", "guest"])
    added = world.as_(who).send(f"/w/{slug}/members", {"account": "rival", "role": "reader"})
    removed = world.as_(who).send(f"/w/{slug}/members/author/remove")
    changed = world.as_(who).send(f"/w/{slug}/members/{who}", {"role": "owner"})
    assert {added.status_code, removed.status_code, changed.status_code} <= {403, 404}
    assert _events(world, "member.added") == _events(world, "member.removed") == 0


def test_a_guest_never_owns_a_workspace(world: World) -> None:
    slug = world.workspace("Board", members=["guest"])
    assert world.as_("author").send(f"/w/{slug}/members/guest", {"role": "owner"}).status_code == 422
    assert world.as_("author").send(f"/w/{slug}/handover", {"account": "guest"}).status_code == 422
    added = world.as_("author").send(f"/w/{slug}/members", {"account": "rival", "role": "owner"})
    assert added.status_code == 422


def test_a_membership_gives_nothing_from_its_end_on(world: World) -> None:
    slug = world.workspace("Board", visibility="closed")
    headers = world.token("author")
    soon = (clock.now() + timedelta(days=2)).isoformat()
    given = {"account": "guest", "role": "contributor", "ends_at": soon}
    assert (
        world.as_("author")
        .post(f"/api/v1/workspaces/{slug}/members", json=given, headers=headers)
        .status_code
        == 201
    )
    post = world.post("Crane", workspace=slug, guests_from=clock.now())
    doors = (f"/w/{slug}/", f"/w/{slug}/members", "/people/author")
    program = world.token("guest")
    assert "Crane" in world.as_("guest").get(doors[0]).text
    with clock.shifted(timedelta(days=2, seconds=1)):
        back = world.anew("guest")
        assert back.get("/account/").status_code == 200
        for door in doors:
            assert back.get(door).status_code == 404, door
        assert world.app.test_client().get(f"/api/v1/workspaces/{slug}", headers=program).status_code == 404
        listed = world.app.test_client().get(
            f"/api/v1/workspaces/{slug}/members", headers=world.token("author")
        )
        assert "guest" not in listed.text.casefold()
    assert post.title == "Crane"


def test_the_last_day_is_a_whole_day(world: World) -> None:
    slug = world.workspace("Board", members=["member"])
    day = (clock.now() + timedelta(days=10)).date().isoformat()
    saved = world.as_("author").send(f"/w/{slug}/members/member", {"role": "reader", "ends_on": day})
    assert saved.status_code == 303
    assert f'value="{day}"' in world.as_("author").get(f"/w/{slug}/members/member").text
    again = world.as_("author").send(f"/w/{slug}/members/member", {"role": "reader", "ends_on": "2020-01-01"})
    assert again.status_code == 422


def test_the_last_owner_stays(world: World) -> None:
    slug = world.workspace("Board", members=["member"])
    owner = world.as_("author")
    assert owner.send(f"/w/{slug}/leave").headers["Location"] == f"/w/{slug}/members"
    assert owner.send(f"/w/{slug}/members/author", {"role": "reader"}).status_code == 422
    end = (clock.now() + timedelta(days=9)).date().isoformat()
    assert owner.send(f"/w/{slug}/members/author", {"role": "owner", "ends_on": end}).status_code == 422
    headers = world.token("author")
    gone = owner.delete(f"/api/v1/workspaces/{slug}/members/author", headers=headers)
    assert gone.status_code == 422
    assert owner.get(f"/w/{slug}/settings").status_code == 200


def test_an_owner_who_cannot_act_does_not_count(world: World) -> None:
    slug = world.workspace("Board", members=["member"])
    world.as_("author").send(f"/w/{slug}/members/member", {"role": "owner"})
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).status = "suspended"
    assert world.as_("author").send(f"/w/{slug}/leave").headers["Location"] == f"/w/{slug}/members"
    assert world.as_("author").get(f"/w/{slug}/settings").status_code == 200


def test_handing_over_makes_another_owner(world: World) -> None:
    slug = world.workspace("Board", visibility="secret", members=["member"])
    assert world.as_("author").send(f"/w/{slug}/handover", {"account": "member"}).status_code == 303
    assert world.as_("member").get(f"/w/{slug}/settings").status_code == 200
    assert world.as_("author").get(f"/w/{slug}/settings").status_code == 403
    assert world.as_("author").get(f"/w/{slug}/").status_code == 200
    assert _events(world, "workspace.handed_over") == 1


def test_handing_over_takes_a_name_that_fits_one_person(world: World) -> None:
    slug = world.workspace("Board", members=["member"])
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).name = "Quintus Quell"
        db.get_one(Account, world.account_id("colleague")).name = "Quirin Quell"
    owner = world.as_("author")
    assert owner.send(f"/w/{slug}/handover", {"account": "Quell"}).status_code == 422
    assert owner.send(f"/w/{slug}/handover", {"account": "Quintus Quell"}).status_code == 303
    assert world.as_("member").get(f"/w/{slug}/settings").status_code == 200


def test_who_leaves_reads_nothing_more(world: World) -> None:
    slug = world.workspace("Board", visibility="secret", members=["member", "guest"])
    for who in ("member", "guest"):
        assert world.as_(who).get(f"/w/{slug}/").status_code == 200
        assert world.as_(who).send(f"/w/{slug}/leave").status_code == 303
        assert world.as_(who).get(f"/w/{slug}/").status_code == 404


def test_in_a_clean_room_rivals_do_not_notice_each_other(world: World) -> None:
    slug = world.workspace("Tender", visibility="closed", clean_room=True, members=["guest", "rival"])
    pages = [f"/w/{slug}/", f"/w/{slug}/members", "/people/suggest?q=", f"/api/v1/workspaces/{slug}/members"]
    for page in pages:
        seen = world.as_("guest").get(page).text
        assert "Rival" not in seen and "clean room" not in seen.casefold(), page
    assert world.as_("guest").get("/people/rival").status_code == 404
    program = world.as_("guest").get(f"/api/v1/workspaces/{slug}").json
    assert program is not None
    assert (program["clean_room"], program["member_count"]) == (None, None)
    assert "Rivale AG" in world.as_("author").get(f"/w/{slug}/members").text


def test_guests_see_no_counts_and_no_roles(world: World) -> None:
    slug = world.workspace("Board", visibility="closed", members=["guest", "member"])
    for page in ("/workspaces/", f"/w/{slug}/", f"/w/{slug}/members"):
        seen = world.as_("guest").get(page).text
        assert "3 members" not in seen and "Contributor" not in seen and "Closed" not in seen, page
    assert "3 members" in world.as_("member").get(f"/w/{slug}/").text
    listed = world.as_("guest").get(f"/api/v1/workspaces/{slug}/members").json
    assert listed is not None
    roles = {item["account"]["handle"]: item["role"] for item in listed["items"]}
    assert roles == {"author": None, "member": None, "guest": "contributor"}


def test_an_owner_adds_nobody_who_cannot_sign_in(world: World) -> None:
    slug = world.workspace("Board")
    world.account("Locked", status="locked")
    for name in ("locked", "nobody.at.all"):
        refused = world.as_("author").send(f"/w/{slug}/members", {"account": name, "role": "reader"})
        assert refused.status_code == 422
